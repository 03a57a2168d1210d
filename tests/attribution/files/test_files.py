"""Orders from CSV files: our columns, Shopify's and WooCommerce's exports, and what real files have besides."""

import tracemalloc
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from attribution.domain.decide import decide
from attribution.domain.facts import DEFAULT_POLICY
from attribution.domain.files.cells import BadCell, DecimalMark, amount, instant, quantity
from attribution.domain.files.importing import Apart, Found, OrderFile
from attribution.domain.files.orders import Reading
from attribution.domain.files.table import NoTable
from attribution.domain.fold import fold
from attribution.domain.observations import observation
from attribution.domain.webhooks.amounts import Currency
from contracts.console import StoreKind
from contracts.stores import OrderState, Way
from tests.attribution.builders import a_click, a_collaboration, a_store, a_world
from tests.attribution.webhooks.builders import a_shopify_order, from_shopify
from tests.attribution.webhooks.builders import only as observed_by

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PLAIN = "order_id,state,placed_at,currency,quantity,unit_price"
ROW = "1001,paid,2026-03-02T12:00:00Z,EUR,2,40.00"
SHOPIFY = (
    "Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,"
    "Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem discount,Note Attributes,"
    "Cancelled at,Refunded Amount,Id"
)
WOO = (
    "Order Number,Order Status,Order Date,Order Currency,Coupon Code,Cart Discount Amount,Order Refund Amount,"
    "SKU,Item #,Item Name,Quantity (- Refund),Item Cost"
)


def read(text: str | bytes, *, part: int = 7, **reading) -> list[Found]:
    """The file's orders, in parts of a few bytes, as a slow network brings them."""
    raw = text if isinstance(text, bytes) else text.encode()
    given_ = {"store": "store-1", "shop": "shop.example", "received_at": NOON, "click_parameter": "cclid"} | reading
    apart = Apart()
    parts = [raw[at : at + part] for at in range(0, len(raw), part)]
    for each in parts:
        apart.feed(each)
    apart.feed(b"", last=True)
    file = OrderFile(Reading(**given_), apart.names())
    found = [one for each in parts for one in file.feed(each)]
    return [*found, *file.feed(b"", last=True)]


def good(text: str | bytes, **reading):
    """The one order of a file without faults."""
    [found] = read(text, **reading)
    assert found.faults == []
    assert found.observation is not None
    return found.observation


def faults(text: str | bytes, **reading) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.field, fault.reason) for found in read(text, **reading) for fault in found.faults]


def test_several_rows_are_one_order_with_its_lines():
    text = f"{PLAIN},line_id,sku,tax\n{ROW},l1,TENT,7.60\n{ROW.replace('40.00', '5.00')},l2,PEG,\n"
    one = good(text)
    assert (one.order, one.way, one.version) == ("store-1:1001", Way.CSV, None)
    assert [(line.line, line.sku, line.unit_price, line.tax) for line in one.snapshot.lines] == [
        ("l1", "TENT", 4000, 760),
        ("l2", "PEG", 500, 0),
    ]


def test_shopifys_export_is_read_by_its_own_columns():
    text = (
        f"{SHOPIFY}\n"
        "#1001,jo@example.com,paid,2026-03-02 13:00:05 +0100,EUR,75.00,4.90,14.25,94.15,SPRING5,5.00,"
        '2026-03-02 13:00:00 +0100,1,Tent,60.00,TENT,0.00,"cclid: c1,c2\ncolour: red",,0.00,820982911946154508\n'
        "#1001,jo@example.com,,,,,,,,,,2026-03-02 13:00:00 +0100,2,Peg,10.00,PEG,0.00,,,,\n"
    )
    one = good(text)
    sold = one.snapshot
    assert one.order == "store-1:820982911946154508"
    assert (sold.state, sold.currency, sold.placed_at) == (OrderState.PAID, "EUR", NOON)
    assert (sold.codes, sold.click_ids, sold.prices_include_tax) == (("SPRING5",), ("c1", "c2"), False)
    assert [line.unit_price * line.quantity for line in sold.lines] == [6000, 2000]
    assert [each.amount for each in sold.discounts] == [500]
    assert sold.customer is None
    assert "jo@example.com" not in one.model_dump_json()


def test_shopifys_taxes_are_spread_where_they_are_in_the_prices():
    text = (
        f"{SHOPIFY}\n#1,,paid,,EUR,119.00,0.00,19.00,119.00,,,2026-03-02 13:00:00 +0100,1,T,100.00,,0,,,,1\n"
        "#1,,,,,,,,,,,2026-03-02 13:00:00 +0100,1,P,19.00,,0,,,,\n"
    )
    sold = good(text).snapshot
    assert sold.prices_include_tax
    assert sum(line.tax for line in sold.lines) == 1900


def test_a_shopify_export_that_does_not_say_where_its_taxes_are_is_refused_until_told():
    text = f"{SHOPIFY}\n#1,,paid,,EUR,119.00,0.00,19.00,150.00,,,2026-03-02 13:00:00 +0100,1,T,119.00,,0,,,,1\n"
    [(_, field, reason)] = faults(text)
    assert field == "taxes"
    assert "prices_include_tax" in reason
    assert good(text, prices_include_tax=True).snapshot.prices_include_tax


def test_woocommerces_export_is_read_by_its_own_columns():
    text = (
        f"{WOO}\n727,Processing,2026-03-02 13:00,EUR,Krista20,8.00,,TENT,1,Tent,2,40.00\n"
        "727,Processing,2026-03-02 13:00,EUR,Krista20,8.00,,PEG,2,Peg,1,5.00\n"
    )
    sold = good(text, zone=ZoneInfo("Europe/Berlin")).snapshot
    assert (sold.state, sold.placed_at, sold.codes) == (OrderState.PAID, NOON, ("Krista20",))
    assert [each.amount for each in sold.discounts] == [800]


@pytest.mark.parametrize("number", ["#727", "WC-727", "2026/727", "7,27"])
def test_a_shops_number_is_no_id(number: str):
    """An order of the file would be another one than its webhook's, and paid beside it."""
    text = f'{WOO}\n"{number}",Processing,2026-03-02 13:00,EUR,,,,TENT,1,Tent,2,40.00\n'
    [(_, field, reason)] = faults(text, zone=UTC)
    assert (field, "no id" in reason) == ("order_id", True)
    with_id = text.replace("Order Number", "Order Number,Order ID").replace(f'"{number}"', f'"{number}",727')
    assert good(with_id, zone=UTC).order == "store-1:727"


def test_site_times_across_the_change_to_summer_time():
    """WEBHOOKS trap 24, by file: the zone is named, and its offset is that of the day."""
    berlin = ZoneInfo("Europe/Berlin")
    assert instant("2026-03-29 01:59", berlin).astimezone(UTC).hour == 0
    assert instant("2026-03-29 03:01", berlin).astimezone(UTC).hour == 1


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"\xef\xbb\xbf" + f"{PLAIN}\n{ROW}\n".encode(), id="a BOM"),
        pytest.param(f"{PLAIN}\n{ROW}\n".encode("utf-16"), id="UTF-16 with its mark"),
        pytest.param(f"{PLAIN}\r\n{ROW}\r\n", id="carriage returns"),
        pytest.param(f"\n\n{PLAIN}\n,,,,,\n\n{ROW}\n\n", id="blank rows"),
        pytest.param(f"{PLAIN}\n{ROW}", id="no end of line"),
        pytest.param(f"{PLAIN.upper()}\n{ROW}\n", id="header in capitals"),
        pytest.param(f"sep=;\n{PLAIN}\n{ROW}\n".replace(",", ";"), id="a spreadsheet's sep line"),
        pytest.param(f"{PLAIN}\n{ROW}\n".replace(",", "\t"), id="tabs"),
        pytest.param(f"{PLAIN};note\n{ROW};x\n".replace(",", ";").replace("40.00", "40,00"), id="decimal comma"),
        pytest.param(f"{PLAIN}\n{ROW.replace('40.00', '€ 40.00')}\n", id="currency symbol"),
        pytest.param(f"{PLAIN}\n{ROW.replace('40.00', '40.00 EUR')}\n", id="currency code"),
        pytest.param(f"{PLAIN},currency\n{ROW},EUR\n", id="duplicate header that agrees"),
        pytest.param(f"{PLAIN},what,what\n{ROW},a,b\n", id="duplicate header that means nothing"),
        pytest.param(f'{PLAIN},note\n{ROW},"two\nlines, and a comma"\n', id="a newline in a cell"),
        pytest.param(f"{PLAIN},note\n{ROW},caf\xe9\n".encode("cp1252"), id="Windows-1252"),
    ],
)
def test_a_dirty_file_is_read_like_a_clean_one(text):
    one = good(text)
    assert (one.order, one.snapshot.lines[0].unit_price) == ("store-1:1001", 4000)


BAD = [
    pytest.param(ROW.replace("EUR", "XXQ"), "currency", "ISO 4217", id="a currency that does not exist"),
    pytest.param(ROW.replace("EUR", ""), "currency", "missing", id="no currency"),
    pytest.param(ROW.replace("40.00", "-40.00"), "unit_price", "below zero", id="a negative price"),
    pytest.param(ROW.replace("40.00", "(40.00)"), "unit_price", "below zero", id="a negative price in brackets"),
    pytest.param(ROW.replace("40.00", "USD 40"), "unit_price", "another currency", id="mixed currencies"),
    pytest.param(ROW.replace("40.00", "NaN"), "unit_price", "not an amount", id="NaN"),
    pytest.param(ROW.replace("40.00", "1e5"), "unit_price", "not an amount", id="an exponent"),
    pytest.param(ROW.replace("40.00", "10 - 20"), "unit_price", "not an amount", id="a range"),
    pytest.param(ROW.replace("40.00", "1.234"), "unit_price", "thousands or decimals", id="thousands or decimals"),
    pytest.param(ROW.replace("40.00", "9" * 30), "unit_price", "not a plain", id="more than 64 bits"),
    pytest.param(ROW.replace("40.00", ""), "unit_price", "missing", id="no price"),
    pytest.param(ROW.replace(",2,", ",two,"), "quantity", "not a quantity", id="a word for a quantity"),
    pytest.param(ROW.replace(",2,", ",1.5,"), "quantity", "not a quantity", id="half a unit"),
    pytest.param(ROW.replace(",2,", ",-2,"), "quantity", "not a quantity", id="a negative quantity"),
    pytest.param(ROW.replace("paid", "sold"), "state", "not a state", id="a state of nobody's"),
    pytest.param(ROW.replace("2026-03-02T12:00:00Z", "9999-01-01T00:00:00Z"), "placed_at", "between", id="year 9999"),
    pytest.param(ROW.replace("00Z", "00"), "placed_at", "without an offset", id="no offset"),
    pytest.param(ROW.replace("2026-03-02T12:00:00Z", "yesterday"), "placed_at", "not a time", id="no time"),
    pytest.param(ROW.replace("1001", "x" * 200), "order_id", "not an id", id="an id without end"),
    pytest.param(ROW.replace("1001", "8.20983E+17"), "order_id", "spreadsheet", id="an id that a spreadsheet rounded"),
    pytest.param(ROW.replace("1001", '"8,20983E+17"'), "order_id", "spreadsheet", id="rounded with a comma"),
    pytest.param(ROW + ",,,surplus", "row", "more cells", id="more cells than the header"),
    pytest.param(ROW.replace("1001", '"1001'), "row", "quotation mark", id="an open quotation mark"),
    pytest.param(ROW.replace("1001", ""), "row", "no order_id", id="no order"),
    pytest.param(ROW.replace("1001", "x" * 300_000), "row", "longer than", id="a row without end"),
]


@pytest.mark.parametrize(("row", "field", "reason"), BAD)
def test_a_bad_row_is_told_with_line_and_field_and_the_others_are_loaded(row: str, field: str, reason: str):
    text = f"{PLAIN}\n{ROW.replace('1001', '1000')}\n{ROW.replace('1001', '1000')}\n{row}\n"
    found = read(text + "".join(f"{ROW.replace('1001', str(2000 + n))}\n" for n in range(3)), part=50_000)
    told = [fault for one in found for fault in one.faults]
    assert (4, field) in {(fault.line, fault.field) for fault in told}
    assert any(reason in fault.reason for fault in told)
    assert {one.observation.order for one in found if one.observation} >= {"store-1:2001", "store-1:2002"}
    assert "store-1:1001" not in {one.observation.order for one in found if one.observation}


def test_a_rounded_id_of_a_line_or_product_is_told_too_and_what_only_looks_like_one_is_taken():
    """Terms cover products by their ids."""
    text = f"{PLAIN},line_id,product_id\n{ROW},1E+5,6.32911E+08\n"
    assert [(field, "spreadsheet" in reason) for _, field, reason in faults(text)] == [
        ("line_id", True),
        ("product_id", True),
    ]
    assert good(f"{PLAIN},product_id\n{ROW.replace('1001', '1E5')},7e-2\n").order == "store-1:1E5"


def test_a_quantity_of_zero_sells_nothing():
    assert good(f"{PLAIN}\n{ROW.replace(',2,', ',0,')}\n").snapshot.lines[0].quantity == 0


def test_broken_utf8_spoils_its_own_order_only():
    rows = [ROW.replace("1001", f"10{n}").encode() for n in range(10, 20)]
    rows[4] = rows[4].replace(b"paid", b"pa\xffd")
    found = read(b"\n".join([PLAIN.encode(), *rows]), part=1000)
    assert len([one for one in found if one.observation]) >= 8
    assert "store-1:1014" not in {one.observation.order for one in found if one.observation}


def test_a_row_that_nobody_can_read_spoils_the_orders_on_both_sides_for_it_may_be_either_ones():
    rows = [ROW.replace("1001", "1"), '2,"open', ROW.replace("1001", "3"), ROW.replace("1001", "4")]
    found = read("\n".join([PLAIN, *rows]))
    assert [one.observation.order for one in found if one.observation] == ["store-1:4"]


def test_rows_of_one_order_that_stand_apart_load_no_half_of_it():
    text = "\n".join([PLAIN, ROW, ROW.replace("1001", "1002"), ROW])
    found = read(text)
    assert [one.observation.order for one in found if one.observation] == ["store-1:1002"]
    assert [fault.line for one in found for fault in one.faults] == [2, 4]


def test_rows_of_one_order_that_disagree_refuse_it():
    assert faults(f"{PLAIN}\n{ROW}\n{ROW.replace('paid', 'pending')}\n") == [
        (3, "state", "the rows of this order say different things")
    ]


def test_duplicate_headers_that_disagree_refuse_the_order():
    [(line, field, reason)] = faults(f"{PLAIN},currency\n{ROW},USD\n")
    assert (line, field) == (2, "currency")
    assert "twice" in reason


def test_an_order_of_five_thousand_lines_is_one_and_one_more_is_refused():
    rows = "\n".join([ROW] * 5_000)
    assert len(good(f"{PLAIN}\n{rows}\n", part=65_536).snapshot.lines) == 5_000
    [(_, _, reason)] = faults(f"{PLAIN}\n{rows}\n{ROW}\n", part=65_536)
    assert "more than 5000 lines" in reason


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "no header"),
        (b"\n\n\n", "no header"),
        (b"a,b,c\n1,2,3\n", "lacks"),
        (b"PK\x03\x04\x00\x00\x00", "no text"),
        (b'"' + b"x" * 300_000, "header"),
        (b"\x00" * 1000, "no text"),
    ],
)
def test_what_is_no_table_of_orders_is_told_so(raw: bytes, reason: str):
    with pytest.raises(NoTable, match=reason):
        read(raw, part=65_536)


EUR, JPY, KWD = (Currency.of(code, rounds=True) for code in ("EUR", "JPY", "KWD"))


@pytest.mark.parametrize(
    ("text", "currency", "mark", "minor"),
    [
        ("", EUR, None, 0),
        ("1.234,56 €", EUR, None, 123_456),
        ("€1,234.56", EUR, None, 123_456),
        ("1 234,50", EUR, None, 123_450),
        ("1\u202f234,50\u00a0€", EUR, None, 123_450),
        ("1'234.50", EUR, None, 123_450),
        ("12,5", EUR, None, 1250),
        ("1.234.567", EUR, None, 123_456_700),
        ("0.125", KWD, None, 125),
        ("1,234", EUR, DecimalMark.POINT, 123_400),
        ("1.234", EUR, DecimalMark.COMMA, 123_400),
        ("1,234", KWD, DecimalMark.COMMA, 1234),
        ("¥1200", JPY, None, 1200),
        ("eur 5", EUR, None, 500),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, currency: Currency, mark, minor: int):
    assert amount(text, currency, mark) == minor


@pytest.mark.parametrize(
    "text", ["1,234", "1.234", "12.3.4", "1,23,4", "1.234,", ".5.", "1_000", "٣", "1'23", "--1", "+ 1"]
)
def test_an_amount_that_could_be_two_things_or_none_is_refused(text: str):
    with pytest.raises(BadCell):
        amount(text, EUR, None)


@given(st.integers(0, 10**12), st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", "."), ("", "."), ("", ",")]))
def test_what_is_written_with_two_decimals_is_read_back(minor: int, marks: tuple[str, str]):
    group, mark = marks
    text = f"{minor // 100:,}".replace(",", group) + f"{mark}{minor % 100:02}"
    assert amount(text, EUR, None) == minor


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60), st.sampled_from(PLAIN.split(",")))
@example("\0", "placed_at")
def test_any_cell_at_all_raises_nothing_and_loads_no_other_amount(text: str, column: str):
    """Nothing that a file says ends the import."""
    cells = dict(zip(PLAIN.split(","), ROW.split(","), strict=True)) | {column: text}
    quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells.values())
    for found in read(f"{PLAIN}\n{quoted}\n", part=4096):
        assert (found.observation is None) == bool(found.faults)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.integers(1, 50))
def test_any_bytes_at_all_end_in_orders_faults_or_no_table(raw: bytes, part: int):
    try:
        found = read(PLAIN.encode() + b"\n" + raw, part=part)
    except NoTable:
        return
    assert all((one.observation is None) == bool(one.faults) for one in found)


def test_quantities_may_be_written_with_a_useless_point():
    assert quantity("2.00") == 2


def test_a_file_says_what_the_stores_webhook_says_and_is_below_it():
    """MONEY 19: no version ranks below any version; both ways pay the same."""
    facts = (a_store(StoreKind.SHOPIFY), a_click(), a_collaboration())
    text = (
        f"{SHOPIFY}\n#1001,,paid,,EUR,80.00,0.00,0.00,80.00,,,2026-03-02 13:00:00 +0100,2,Tent,40.00,TENT-2,0.00,"
        "cclid: click-1,,,820982911946154508\n"
    )
    by_file = observation(good(text), NOON)
    body = a_shopify_order(note_attributes=[{"name": "cclid", "value": "click-1"}])
    by_webhook = observation(observed_by(from_shopify("orders/paid", body)), NOON)
    kind = StoreKind.SHOPIFY
    alone = [decide(fold([one], kind), a_world(*facts), DEFAULT_POLICY) for one in (by_file, by_webhook)]
    assert [[part.commission for line in one.lines for part in line.parts] for one in alone] == [[800], [800]]
    assert fold([by_file, by_webhook], kind).sale == fold([by_webhook], kind).sale


def test_a_files_refund_is_replaced_by_what_the_store_lists():
    """MONEY 17, 19: nothing is taken back twice."""
    text = (
        f"{SHOPIFY}\n#1001,,partially_refunded,,EUR,80.00,0.00,0.00,80.00,,,2026-03-02 13:00:00 +0100,2,Tent,40.00,"
        "TENT-2,0.00,,,10.00,820982911946154508\n"
    )
    by_file = observation(good(text), NOON)
    assert [refund.amount for refund in fold([by_file], StoreKind.SHOPIFY).refunds] == [1000]
    by_webhook = observation(observed_by(from_shopify("orders/paid", a_shopify_order(refunds=[]))), NOON)
    assert fold([by_file, by_webhook], StoreKind.SHOPIFY).refunds == ()


def test_memory_stays_flat_over_a_long_file():
    def peak(orders: int) -> int:
        apart = Apart()
        file = OrderFile(Reading(store="s", shop="s", received_at=NOON, click_parameter="cclid"))
        tracemalloc.start()
        for number in range(-1, orders):
            row = f"{PLAIN}\n" if number < 0 else f"{ROW.replace('1001', str(number))}\n"
            apart.feed(row.encode())
            for _ in file.feed(row.encode()):
                pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(9_000) < peak(3_000) + 6_000 * 40
