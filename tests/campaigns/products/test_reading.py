"""Catalogues as shops export them, and as people send them."""

import pytest

from campaigns.domain.products.columns import NoCatalogue
from campaigns.domain.products.reading import Fault, read_catalogue


def read(text: str | bytes, currency: str = "EUR", decimal: str | None = None):
    return read_catalogue(text.encode() if isinstance(text, str) else text, currency=currency, decimal=decimal)


def price(text: str, currency: str = "EUR", decimal: str | None = None) -> int | None:
    found = read(f'product_id\tprice\n1\t"{text}"\n', currency, decimal)
    return found.products[0].price.amount if found.products and found.products[0].price else None


SHOPIFY = """\ufeffHandle,Title,Type,Option1 Value,Variant SKU,Variant Price,Cost per item,Image Src
lamp,Reading lamp,Lighting,Red,L-R,49.90,18.20,https://cdn.example/lamp.png
lamp,,,Blue,L-B,44.90,18.20,
"bulb","Bulb, warm",,,B-1,9.90,,
"""
WOOCOMMERCE = """ID,Type,SKU,Name,Parent,Regular price,Categories,Images
17,variable,L,Lamp,,,"Home, Lamps","https://cdn.example/a.png, https://cdn.example/b.png"
18,variation,L-R,Lamp red,id:17,12.50,,
"""


def test_shopify_s_export_has_a_row_for_each_variant():
    lamp, bulb = read(SHOPIFY).products
    assert (lamp.id, lamp.title, lamp.kind, lamp.image) == (
        "lamp",
        "Reading lamp",
        "Lighting",
        "https://cdn.example/lamp.png",
    )
    assert [(v.id, v.title, v.price.amount, v.cost.amount) for v in lamp.variants] == [
        ("L-R", "Red", 4_990, 1_820),
        ("L-B", "Blue", 4_490, 1_820),
    ]
    assert (lamp.price.amount, bulb.title, bulb.cost) == (4_490, "Bulb, warm", None)


def test_woocommerce_s_variations_belong_to_their_parent():
    (lamp,) = read(WOOCOMMERCE).products
    assert (lamp.id, lamp.title, lamp.collections) == ("17", "Lamp", ("Home", "Lamps"))
    assert [variant.id for variant in lamp.variants] == ["L", "18"]
    assert lamp.image == "https://cdn.example/a.png"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("49.90", 4_990),
        ("49,90", 4_990),
        ("€ 1.234,50", 123_450),
        ("1,234.50 EUR", 123_450),
        ("1 234,50 €", 123_450),
        ("1'234.50", 123_450),
        ("1,234,567", 123_456_700),
        ("1\u00a0234,50", 123_450),
        ("0.5", 50),
        ("12", 1_200),
        ("", None),
        ("N/A", None),
    ],
)
def test_prices_are_read_as_people_write_them(text, amount):
    assert price(text) == amount


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1.234", "thousands or decimals"),
        ("1,234", "thousands or decimals"),
        ("abc", "no amount"),
        ("-5", "below zero"),
        ("(5.00)", "below zero"),
        ("12.345,678", "more decimals"),
        ("10 - 20", "no amount"),
        ("12,34,56", "no amount"),
        ("1.2.3", "no amount"),
        ("10 20", "no amount"),
        ("from 5.00", "no amount"),
        ("\u0665.00", "no amount"),
        ("USD 5.00", "is in USD"),
        ("99999999999999999999", "64 bits"),
    ],
)
def test_what_could_mean_two_things_or_nothing_is_refused(text, reason):
    found = read(f'product_id;price\n1;"{text}"\n2;5,00\n')
    assert [product.id for product in found.products] == ["2"]
    (fault,) = found.faults
    assert (fault.line, fault.field) == (2, "price")
    assert reason in fault.reason
    assert found.refused == 1


def test_who_says_which_mark_is_decimal_is_believed():
    assert price("1.234", decimal=",") == 123_400
    assert price("1,234", currency="JPY", decimal=".") == 1_234
    assert price("1.234", currency="KWD", decimal=".") == 1_234


def test_a_product_with_a_row_that_can_not_be_read_is_refused_whole():
    found = read("product_id,sku,price\n1,a,5.00\n2,b,6.00\n1,c,nonsense\n")
    assert [product.id for product in found.products] == ["2"]
    assert (found.refused, found.rows, found.faults) == (1, 3, [Fault(4, "price", "is no amount")])


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param("product_id;title\n1;Lámpara\n".encode("cp1252"), id="Windows"),
        pytest.param("product_id\ttitle\n1\tLámpara\n".encode("utf-16"), id="UTF-16"),
        pytest.param("\ufeffproduct_id|title\r\n\r\n1|Lámpara\r\n".encode(), id="BOM, blank rows, pipes"),
        pytest.param("sep=;\nproduct_id;title\n1;Lámpara\n".encode(), id="Excel's sep"),
        pytest.param('product_id,title\n1,"Lám\npara"\n'.replace("\npara", "para").encode(), id="quoted"),
    ],
)
def test_files_come_in_every_encoding_and_delimiter(raw):
    (product,) = read(raw).products
    assert product.title == "Lámpara"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        pytest.param(b"", "no header", id="empty"),
        pytest.param(b"\n\n", "no header", id="blank"),
        pytest.param(b"name,price\nLamp,5\n", "which product", id="no ids"),
        pytest.param(b"PK\x03\x04rest", "workbook", id="a workbook"),
        pytest.param(b"product_id\n\x00\x01\x02", "no text", id="bytes"),
        pytest.param(b'product_id,title\n1,"Lamp\n2,Bulb\n', "can't be read", id="a quotation mark that stays open"),
        pytest.param(b'product_id,title\n1,"Lamp"x\n', "line 2 can't be read", id="a stray quotation mark"),
    ],
)
def test_what_is_no_catalogue_is_told_so(raw, reason):
    with pytest.raises(NoCatalogue, match=reason):
        read(raw)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (",Lamp,,", "product_id"),
        ("x" * 201 + ",Lamp,,", "product_id"),
        ("1," + "x" * 501 + ",,", "title"),
        ("1,Lamp,javascript:alert(1),", "url"),
        ("1,Lamp,https://me:secret@shop.example/,", "url"),
        ("1,Lamp,,ftp://x/y.png", "image"),
        ("1,Lamp,,,surplus", "product_id"),
    ],
)
def test_a_row_that_can_not_be_meant_is_told_by_field(row, field):
    found = read(f"product_id,title,url,image\n{row}\n2,Bulb,,\n")
    assert [product.id for product in found.products] == ["2"]
    assert [(fault.line, fault.field) for fault in found.faults] == [(2, field)]
