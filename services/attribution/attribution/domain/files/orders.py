"""Rows of one order made into what the store says of it (A5). An order with a bad row is refused whole."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from attribution.domain.commission import spread
from attribution.domain.files.cells import BadCell, DecimalMark, amount, flag, instant, quantity
from attribution.domain.files.columns import Columns, Field, Form
from attribution.domain.files.table import Row
from attribution.domain.values import frozen
from attribution.domain.webhooks import click_ids, shopify, woocommerce
from attribution.domain.webhooks.amounts import AmountError, Currency
from attribution.domain.webhooks.fields import ExternalId
from attribution.domain.webhooks.lines import described, known_code, priced_within_reason
from attribution.domain.webhooks.translation import Delivery, observed
from contracts.stores import Discount, ObservationKind, OrderLine, OrderObserved, OrderState, Refund, Snapshot, Way

T = TypeVar("T")

MOST_LINES: Final = 5_000
_ID: TypeAdapter[str] = TypeAdapter(ExternalId)
_ROUNDED: Final = re.compile(r"[0-9]([.,][0-9]+)?[eE]\+[0-9]{1,3}")
_STATES: Final[Mapping[Form, Mapping[str, OrderState]]] = {
    Form.PLAIN: {state.value: state for state in OrderState},
    Form.SHOPIFY: {name: state for name, state in shopify.STATES.items() if name is not None},
    Form.WOOCOMMERCE: woocommerce.STATES,
}


@frozen
class Fault:
    """What can't be read, and where: the physical line, the column's field, the reason."""

    line: int
    field: str
    reason: str


@frozen
class Reading:
    """What a file doesn't say: whose it is, the store's zone, its decimal mark, whether prices include tax."""

    store: str
    shop: str
    received_at: datetime
    click_parameter: str
    zone: tzinfo | None = None
    mark: DecimalMark | None = None
    prices_include_tax: bool | None = None


@dataclass(slots=True)
class Group:
    """The rows of one order, which stand together."""

    name: str
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    is_too_long: bool = False


def name_of(row: Row, columns: Columns) -> str:
    """What rows of one order have in common: in Shopify's export the name, for only the first row has the id."""
    by = Field.GROUP if columns.form is Form.SHOPIFY and Field.GROUP in columns.at else Field.ORDER
    return _cell(row, columns, by)


def order_of(group: Group, columns: Columns, reading: Reading) -> tuple[OrderObserved | None, bytes, list[Fault]]:
    """The order's observation and the bytes that name it; or what is wrong with it."""
    raw = "\n".join("\t".join(row.cells) for row in group.rows).encode()
    faults = list(group.faults)
    if group.is_too_long:
        faults.append(Fault(group.rows[0].line, Field.ORDER, f"more than {MOST_LINES} lines"))
    if faults:
        return None, raw, faults
    try:
        return _Order(group.rows, columns, reading).observed(raw), raw, []
    except _Refused as refused:
        return None, raw, refused.faults


class _Refused(Exception):
    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("refused")
        self.faults = faults


def _cell(row: Row, columns: Columns, wanted: Field) -> str:
    """The field's cell; columns of one name must not say different things."""
    said = {row.cells[at].strip() for at in columns.at.get(wanted, ()) if at < len(row.cells)}
    said.discard("")
    if len(said) > 1:
        raise BadCell("this column is there twice, with different values")
    return said.pop() if said else ""


class _Order:
    """Reads one order, and gathers every fault before it gives up."""

    def __init__(self, rows: Sequence[Row], columns: Columns, reading: Reading) -> None:
        self._rows = rows
        self._columns = columns
        self._reading = reading
        self._faults: list[Fault] = []
        self._mark = reading.mark or (DecimalMark.POINT if columns.form is Form.SHOPIFY else None)
        self._currency = Currency("XXX", 2)

    def observed(self, raw: bytes) -> OrderObserved:
        """The observation, without version: a CSV speaks below whatever the store itself says (MONEY 19)."""
        order = self._read(Field.ORDER, _id if self._columns.form is Form.PLAIN else _stores_id, needed=True)
        currency = self._read(Field.CURRENCY, lambda text: Currency.of(text.upper(), rounds=True), needed=True)
        self._give_up()
        assert order is not None
        assert currency is not None
        self._currency = currency
        read = [self._line(row, number) for number, row in enumerate(self._rows, 1)]
        state = self._state()
        placed_at = self._read(Field.PLACED_AT, self._instant, needed=True)
        self._give_up()
        assert placed_at is not None
        lines, included = self._taxed([line for line in read if line is not None])
        if not priced_within_reason(lines):
            self._fault(Field.UNIT_PRICE, "worth more than 64 bits hold")
        assert state is not None
        snapshot: dict[str, Any] = {
            "state": state,
            "test": self._read(Field.TEST, flag) or False,
            "placed_at": placed_at,
            "paid_at": self._read(Field.PAID_AT, self._instant),
            "currency": currency.code,
            "prices_include_tax": included,
            "lines": tuple(lines),
            "discounts": self._discounts(lines),
            "tip": self._amount(Field.TIP),
            "codes": self._codes(),
            "click_ids": self._click_ids(),
            "customer": self._read(Field.CUSTOMER, _customer),
            "refunds": self._refunds(state, placed_at),
        }
        self._give_up()
        delivery = Delivery(
            key=f"{self._reading.store}:{hashlib.sha256(raw).hexdigest()}:csv",
            store=self._reading.store,
            shop=self._reading.shop,
            received_at=self._reading.received_at,
            click_parameter=self._reading.click_parameter,
            way=Way.CSV,
        )
        found = observed(delivery.observe(order, ObservationKind.SNAPSHOT, snapshot=Snapshot(**snapshot)))
        if found.kept_raw is not None:
            self._fault(Field.ORDER, found.kept_raw)
            self._give_up()
        return found.observations[0]

    def _give_up(self) -> None:
        if self._faults:
            raise _Refused(self._faults)

    def _fault(self, at: Field, reason: str, row: Row | None = None) -> None:
        self._faults.append(Fault((row or self._rows[0]).line, at.value, reason))

    def _read(self, wanted: Field, read: Callable[[str], T], *, needed: bool = False) -> T | None:
        """A field of the order: rows that have it must agree; None where none has it."""
        found = ""
        for row in self._rows:
            try:
                text = _cell(row, self._columns, wanted)
            except BadCell as bad:
                self._fault(wanted, str(bad), row)
                return None
            if text and found and text != found:
                self._fault(wanted, "the rows of this order say different things", row)
                return None
            found = found or text
        if not found:
            if needed:
                self._fault(wanted, "missing")
            return None
        return self._value(wanted, read, found, self._rows[0])

    def _of_line(self, wanted: Field, read: Callable[[str], T], row: Row) -> T | None:
        try:
            text = _cell(row, self._columns, wanted)
        except BadCell as bad:
            self._fault(wanted, str(bad), row)
            return None
        return self._value(wanted, read, text, row)

    def _value(self, wanted: Field, read: Callable[[str], T], text: str, row: Row) -> T | None:
        try:
            return read(text)
        except ValidationError:
            self._fault(wanted, "not an id", row)
        except (BadCell, AmountError) as bad:
            self._fault(wanted, str(bad), row)
        return None

    def _amount(self, wanted: Field) -> int:
        return self._read(wanted, self._money) or 0

    def _money(self, text: str) -> int:
        return amount(text, self._currency, self._mark)

    def _instant(self, text: str) -> datetime:
        return instant(text, self._reading.zone).astimezone(UTC)

    def _line(self, row: Row, number: int) -> OrderLine | None:
        before = len(self._faults)
        units = self._of_line(Field.QUANTITY, quantity, row)
        price = self._of_line(Field.UNIT_PRICE, _needed(self._money), row)
        discount = self._of_line(Field.LINE_DISCOUNT, self._money, row) or 0
        values: dict[str, Any] = {
            "line": self._of_line(Field.LINE, _optional_id, row) or f"row-{number}",
            "product": self._of_line(Field.PRODUCT, _optional_id, row),
            "variant": self._of_line(Field.VARIANT, _optional_id, row),
            "collections": self._of_line(Field.COLLECTIONS, _ids, row) or (),
            "sku": described(self._of_line(Field.SKU, str, row)),
            "tax": self._of_line(Field.LINE_TAX, self._money, row) or 0,
            "gift_card": self._of_line(Field.GIFT_CARD, flag, row) or False,
        }
        if len(self._faults) > before:
            return None
        discounts = (Discount(amount=discount),) if discount else ()
        assert units is not None
        assert price is not None
        return OrderLine(**values, quantity=units, unit_price=price, discounts=discounts)

    def _state(self) -> OrderState | None:
        states = _STATES[self._columns.form]

        def read(text: str) -> OrderState:
            word = text.strip().casefold().removeprefix("wc-")
            word = word.replace(" ", "-" if self._columns.form is Form.WOOCOMMERCE else "_")
            if word not in states:
                raise BadCell("not a state that we know")
            return states[word]

        state = self._read(Field.STATE, read, needed=True)
        return OrderState.CANCELLED if self._read(Field.CANCELLED_AT, self._instant) else state

    def _taxed(self, lines: list[OrderLine]) -> tuple[list[OrderLine], bool]:
        """Whether prices include tax, and each line's tax: Shopify's export has only the order's."""
        given = self._read(Field.INCLUDES_TAX, flag)
        if given is None:
            given = self._reading.prices_include_tax
        if self._columns.form is not Form.SHOPIFY:
            return lines, bool(given)
        taxes = self._amount(Field.TAXES)
        if not taxes:
            return lines, False
        total, subtotal = self._amount(Field.TOTAL), self._amount(Field.SUBTOTAL)
        shipping = self._amount(Field.SHIPPING)
        if given is None:
            if subtotal + shipping + taxes == total:
                given = False
            elif subtotal + shipping == total:
                given = True
            else:
                self._fault(Field.TAXES, "in the prices or on top? Say so by ?prices_include_tax=")
                return lines, False
        worth = [max(line.unit_price * line.quantity - sum(d.amount for d in line.discounts), 0) for line in lines]
        *shares, _ = spread(taxes, [*worth, shipping if any(worth) or shipping else 1])
        taxed = [line.model_copy(update={"tax": share}) for line, share in zip(lines, shares, strict=True)]
        return taxed, given

    def _discounts(self, lines: Iterable[OrderLine]) -> tuple[Discount, ...]:
        """What the whole order took off besides its lines; in Shopify's export free shipping is in it, too."""
        whole = self._amount(Field.ORDER_DISCOUNT)
        if self._columns.form is not Form.PLAIN:
            on_lines = sum(each.amount for line in lines for each in line.discounts)
            whole -= on_lines
            if Field.SUBTOTAL in self._columns.at:
                goods = sum(line.unit_price * line.quantity for line in lines)
                whole = min(whole, goods - on_lines - self._amount(Field.SUBTOTAL))
        return (Discount(amount=whole),) if whole > 0 else ()

    def _codes(self) -> tuple[str, ...] | None:
        if Field.CODES not in self._columns.at:
            return None
        found = self._read(Field.CODES, str) or ""
        codes = (known_code(code.strip()) for code in found.replace("|", ",").split(","))
        return tuple(dict.fromkeys(code for code in codes if code))

    def _click_ids(self) -> tuple[str, ...] | None:
        """A column of their own, or Shopify's note attributes: `name: value`, a line each."""
        if Field.CLICK_IDS in self._columns.at:
            return click_ids.newest(click_ids.in_value((self._read(Field.CLICK_IDS, str) or "").replace("|", ",")))
        if Field.NOTES not in self._columns.at:
            return None
        found: list[str] = []
        for each in (self._read(Field.NOTES, str) or "").splitlines():
            name, _, value = each.partition(":")
            if click_ids.is_parameter(name, self._reading.click_parameter):
                found += click_ids.in_value(value)
        return click_ids.newest(found)

    def _refunds(self, state: OrderState | None, placed_at: datetime) -> tuple[Refund, ...] | None:
        """An amount without id or date; a refunded order needs none, for all of it went back.

        It is dated at the order, so that any list that the store itself gives later takes its place (MONEY 19) and
        nothing is taken back twice.
        """
        refunded = self._amount(Field.REFUNDED)
        if not refunded or state is OrderState.REFUNDED:
            return None
        return (Refund(id="csv", at=placed_at, amount=refunded),)


def _needed(read: Callable[[str], int]) -> Callable[[str], int]:
    def needed(text: str) -> int:
        if not text.strip():
            raise BadCell("missing")
        return read(text)

    return needed


def _id(text: str) -> str:
    """An id as it stands there. What a spreadsheet made of a long one names another order, which would be paid, too."""
    if _ROUNDED.fullmatch(text):
        raise BadCell("a spreadsheet has rounded this id: keep the column as text")
    return _ID.validate_python(text)


def _stores_id(text: str) -> str:
    """Shopify's and WooCommerce's ids are digits. An order's number may be anything, and names it nowhere else."""
    if not (text.isascii() and text.isdigit()) and not _ROUNDED.fullmatch(text):
        raise BadCell("this is a number of the shop's and no id: export the order's id, too")
    return _id(text)


def _optional_id(text: str) -> str | None:
    return None if text in {"", "0"} else _id(text)


def _ids(text: str) -> tuple[str, ...]:
    return tuple(_id(each.strip()) for each in text.split("|") if each.strip())


def _customer(text: str) -> str | None:
    if "@" in text:
        raise BadCell("an address: send the store's own customer id, or nothing")
    return _optional_id(text)
