"""A catalogue's file to products: what can't be read is told by line and field, and the other products load.

Rows of one product need not stand together; a product with a row that can't be read is refused whole, for half of its
variants would be taken for all.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import iso4217
from charset_normalizer import from_bytes

from campaigns.domain.products.catalogue import Product, Variant
from campaigns.domain.products.columns import Columns, Field, NoCatalogue, columns_of, known_names
from contracts.money import INT64_MAX, Money

DELIMITERS: Final = (",", ";", "\t", "|")
LIKELY: Final = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp932", "gb18030", "big5", "euc_kr"]
MOST_ROWS: Final = 200_000
MOST_CELL: Final = 200_000
MOST_VARIANTS: Final = 500
MOST_COLLECTIONS: Final = 100
LONGEST_ID: Final = 200
LONGEST_TEXT: Final = 500
LONGEST_URL: Final = 2000
NOTHING: Final = frozenset({"", "-", "n/a", "na", "null", "none", "nan"})
TRANSLATED: Final = str.maketrans({"\u00a0": " ", "\u202f": " "})
GROUP: Final = 3


class BadCell(ValueError):
    """A cell that can't be what its column says."""

    def __init__(self, name: Field, reason: str) -> None:
        super().__init__(reason)
        self.name = name


@dataclass(frozen=True, slots=True)
class Fault:
    """What could not be read, where; lines count from 1, the header's included."""

    line: int
    field: str
    reason: str


@dataclass(slots=True)
class ReadFile:
    """A file's products in its order, what was wrong with the others, and how its columns were read."""

    columns: Columns
    rows: int = 0
    products: list[Product] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    refused: int = 0


@dataclass(slots=True)
class _Group:
    """A product's rows so far."""

    product: Product
    is_bad: bool = False


def read_catalogue(raw: bytes, *, currency: str, decimal: str | None = None) -> ReadFile:
    """The products of a CSV file in any usual encoding; prices without a currency are in `currency`.

    `decimal` (`.` or `,`) says what stands before decimals where it is not plain. Raises `NoCatalogue`.
    """
    text = _text(raw)
    rows = _rows(text)
    _, header = next(rows, (1, []))
    if not any(cell.strip() for cell in header):
        raise NoCatalogue("the file has no header")
    found = ReadFile(columns_of(header))
    groups: dict[str, _Group] = {}
    handles: dict[str, str] = {}
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        found.rows += 1
        if found.rows > MOST_ROWS:
            raise NoCatalogue(f"more than {MOST_ROWS:,} rows: divide the file")
        name = ""
        try:
            name = _name_of(cells, found.columns, handles)
            part = _product(name, cells, found.columns, currency, decimal)
        except BadCell as bad:
            found.faults.append(Fault(line, bad.name.value, str(bad)))
            if name:
                groups.setdefault(name, _Group(Product(name))).is_bad = True
            else:
                found.refused += 1
            continue
        known = groups.get(name)
        if known is None:
            groups[name] = _Group(part)
        else:
            known.product = _together(known.product, part)
    found.products = [group.product for group in groups.values() if not group.is_bad]
    found.refused += sum(group.is_bad for group in groups.values())
    return found


def _name_of(cells: Sequence[str], columns: Columns, handles: dict[str, str]) -> str:
    """Which product a row is of: WooCommerce's variations name their parent as `id:17`; Shopify repeats the handle.

    In a Shopify export only the first row of a product may carry its id: the handle remembers it.
    """
    parent = _cell(cells, columns, Field.PARENT).removeprefix("id:")
    own = _cell(cells, columns, Field.PRODUCT)
    handle = _cell(cells, columns, Field.HANDLE)
    if handle and own:
        handles[handle] = own
    name = parent or own or handles.get(handle, handle)
    if not name:
        raise BadCell(Field.PRODUCT, "says of no product which one it is")
    if len(name) > LONGEST_ID or any(ord(letter) < ord(" ") or letter == "\x7f" for letter in name):
        raise BadCell(Field.PRODUCT, f"is no id: at most {LONGEST_ID} characters of one line")
    return name


def _product(name: str, cells: Sequence[str], columns: Columns, currency: str, decimal: str | None) -> Product:
    if any(cell.strip() for cell in cells[columns.width :]):
        raise BadCell(Field.PRODUCT, "the row has more cells than the header")
    code = _cell(cells, columns, Field.CURRENCY).upper() or currency
    price = _money(cells, columns, Field.PRICE, code, decimal)
    cost = _money(cells, columns, Field.COST, code, decimal)
    sku = _text_of(cells, columns, Field.SKU)
    is_variation = bool(_cell(cells, columns, Field.PARENT))
    id_ = (
        _text_of(cells, columns, Field.VARIANT) or (_cell(cells, columns, Field.PRODUCT) if is_variation else "") or sku
    )
    title = "" if is_variation else _text_of(cells, columns, Field.TITLE)
    variant_title = _text_of(cells, columns, Field.TITLE if is_variation else Field.VARIANT_TITLE)
    has_variant = bool(id_ or (variant_title and (price or cost)))
    variants = (Variant(id_ or variant_title, sku, variant_title, price, cost),) if has_variant else ()
    return Product(
        id=name,
        title=title,
        kind="" if is_variation else _text_of(cells, columns, Field.KIND),
        collections=_collections(cells, columns),
        variants=variants,
        price=price,
        cost=cost,
        image=_url(cells, columns, Field.IMAGE),
        url=_url(cells, columns, Field.URL),
    )


def _together(one: Product, other: Product) -> Product:
    """Two rows of a product: what the first says counts; its lowest price is the product's."""
    ids = {variant.id for variant in one.variants}
    variants = (*one.variants, *(variant for variant in other.variants if variant.id not in ids))
    return Product(
        id=one.id,
        title=one.title or other.title,
        kind=one.kind or other.kind,
        collections=tuple(dict.fromkeys([*one.collections, *other.collections]))[:MOST_COLLECTIONS],
        variants=variants[:MOST_VARIANTS],
        price=_lower(one.price, other.price),
        cost=one.cost or other.cost,
        image=one.image or other.image,
        url=one.url or other.url,
    )


def _lower(one: Money | None, other: Money | None) -> Money | None:
    if one is None or other is None or one.currency != other.currency:
        return one or other
    return min(one, other, key=lambda money: money.amount)


def _cell(cells: Sequence[str], columns: Columns, name: Field) -> str:
    place = columns.at.get(name)
    text = cells[place].translate(TRANSLATED).strip() if place is not None and place < len(cells) else ""
    return "" if text.casefold() in NOTHING else text


def _text_of(cells: Sequence[str], columns: Columns, name: Field) -> str:
    text = " ".join(_cell(cells, columns, name).split())
    if "\ufffd" in text:
        raise BadCell(name, "has bytes that are no characters of the file's encoding")
    if len(text) > LONGEST_TEXT:
        raise BadCell(name, f"is longer than {LONGEST_TEXT} characters")
    return text


def _collections(cells: Sequence[str], columns: Columns) -> tuple[str, ...]:
    text = _cell(cells, columns, Field.COLLECTIONS)
    parts = [" ".join(part.split()) for part in text.replace("|", ",").replace(";", ",").split(",")]
    return tuple(dict.fromkeys(part[:LONGEST_ID] for part in parts if part))[:MOST_COLLECTIONS]


def _url(cells: Sequence[str], columns: Columns, name: Field) -> str | None:
    """The first address of a cell, which may hold several; https or http, and nobody's credentials."""
    text = _cell(cells, columns, name).split(",")[0].strip()
    if not text:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = None
    if (
        parts is None
        or parts.scheme not in {"https", "http"}
        or not parts.netloc
        or "@" in parts.netloc
        or len(text) > LONGEST_URL
        or any(letter.isspace() or ord(letter) < ord(" ") for letter in text)
    ):
        raise BadCell(name, "is no address of a page or picture")
    return text


def _money(cells: Sequence[str], columns: Columns, name: Field, currency: str, decimal: str | None) -> Money | None:
    """An amount with or without its currency: `1.234,56 €`, `USD 12`. What may be read in two ways is refused."""
    text = _cell(cells, columns, name)
    if not text:
        return None
    exponent = _exponent(currency)
    if exponent is None:
        raise BadCell(Field.CURRENCY, "is no currency with minor units")
    if text.startswith(("-", "\u2212", "(")):
        raise BadCell(name, "is below zero")
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise BadCell(name, "is no amount")
    for code in (found[1], found[3]):
        # Symbols are shared by several currencies, and believed; a code must be the file's own.
        if code and code.isalpha() and code != currency:
            raise BadCell(name, f"is in {code}, and not in {currency}: give the file a column `currency`")
    whole, rest = _split(found[2], name, decimal)
    rest = rest.rstrip("0")
    if len(rest) > exponent:
        raise BadCell(name, f"has more decimals than {currency} has")
    minor = int(whole + rest.ljust(exponent, "0"))
    if minor > INT64_MAX:
        raise BadCell(name, "is beyond 64 bits")
    return Money(amount=minor, currency=currency)


_UNIT: Final = r"([A-Z]{3}|[^\w\s.,'-]{1,3})?"
_AMOUNT: Final = re.compile(rf"{_UNIT}\s*([0-9](?:[0-9 '.,]{{0,38}}[0-9])?)\s*{_UNIT}")
_GROUPED: Final = re.compile(r"[0-9]+|[0-9]{1,3}(?:([ '.,])[0-9]{3})(?:\1[0-9]{3})*")


def _split(number: str, name: Field, decimal: str | None) -> tuple[str, str]:
    """Whole units and decimals, as digits. One mark of its kind before three digits may be either, and is refused."""
    marks = [mark for mark in ".," if mark in number]
    last = decimal or max(marks, key=number.rfind, default="")
    if decimal is None and len(marks) == 1 and number.count(last) == 1 and _may_be_thousands(number, last):
        raise BadCell(name, "may be thousands or decimals: say which by ?decimal=. or ?decimal=,")
    if decimal is None and len(marks) == 1 and number.count(last) > 1:
        last = ""
    whole, _, rest = number.partition(last) if last and number.count(last) == 1 else (number, "", "")
    grouped = _GROUPED.fullmatch(whole)
    if grouped is None or (rest and not rest.isdecimal()) or (grouped[1] and grouped[1] == decimal):
        raise BadCell(name, "is no amount")
    return "".join(letter for letter in whole if letter.isdecimal()), rest


def _may_be_thousands(number: str, mark: str) -> bool:
    before, after = number.split(mark)
    return len(after) == GROUP and len(before) <= GROUP and before != "0"


def _exponent(currency: str) -> int | None:
    try:
        exponent = iso4217.Currency(currency).exponent
    except ValueError:
        return None
    return None if exponent is None else int(exponent)


def _text(raw: bytes) -> str:
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise NoCatalogue("this is a workbook or an archive: save the table as CSV")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    if raw[:65_536].count(0) > 0:
        raise NoCatalogue("this is no text: save the table as CSV")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        best = from_bytes(raw[:65_536], cp_isolation=LIKELY).best()
        return raw.decode(best.encoding if best is not None else "cp1252", "replace")


def _names_by(delimiter: str, header: str) -> int:
    return known_names(next(csv.reader([header], delimiter=delimiter), []))


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line that each begins on. A stray quotation mark would swallow the rest: told, not guessed."""
    first, _, rest = text.partition("\n")
    skipped = 0
    if first.strip().lower().startswith("sep=") and len(first.strip()) > len("sep="):
        text, skipped = rest, 1
        first = rest.partition("\n")[0]
    delimiter = max(
        DELIMITERS, key=lambda mark: (known_names(next(csv.reader([first], delimiter=mark), [])), first.count(mark))
    )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        begins = reader.line_num + 1 + skipped
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise NoCatalogue(f"line {begins} can't be read: {error}") from None
        if sum(map(len, cells)) > MOST_CELL:
            raise NoCatalogue(f"line {begins} is longer than {MOST_CELL:,} characters: is a quotation mark not closed?")
        yield begins, cells
