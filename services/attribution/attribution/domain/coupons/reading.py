"""A list of codes that the store has already, as a CSV file (A3). Nothing of it counts while any line is wrong."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from attribution.domain.coupons.checking import checked_code, checked_discount
from attribution.domain.refused import Refused
from attribution.domain.touches import normal_code
from attribution.domain.values import frozen
from attribution.domain.webhooks.amounts import AmountError, Currency
from contracts.money import Money

MOST_LINES = 2_000
COLUMNS = ("code", "collaboration", "creator", "discount")
_PERCENT = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,2})?)\s*%")
_AMOUNT = re.compile(r"(?:([A-Za-z]{3})\s*)?([0-9]{1,15}(?:[.,][0-9]{1,4})?)(?:\s*([A-Za-z]{3}))?")


@frozen
class LineError:
    """What is wrong where: lines are counted from 1, the header's included."""

    line: int
    field: str
    message: str


class RefusedLines(Exception):
    """A file with lines that are not right; nothing of it was taken. HTTP 422."""

    def __init__(self, errors: Sequence[LineError]) -> None:
        super().__init__(f"{len(errors)} lines")
        self.errors = tuple(errors)


@frozen
class CodeLine:
    """A line that can be read: one of collaboration and creator, one of percentage and amount."""

    line: int
    code: str
    normal: str
    collaboration: str
    creator: str
    percent_off: int | None
    amount_off: Money | None


def read_codes(raw: bytes) -> list[CodeLine]:
    """The file's codes in its order, each once. UTF-8, a header line, commas or semicolons. Raises `RefusedLines`.

    `discount` is `20%` or `5.00 EUR`; of `collaboration` and `creator` one is enough. A code that stands there twice,
    however spelled, must say the same both times.
    """
    errors: list[LineError] = []
    found: dict[str, CodeLine] = {}
    for line, row in _rows(_text(raw)):
        try:
            read = _line(line, row)
        except Refused as refused:
            errors.append(LineError(line, refused.field, refused.message))
            continue
        first = found.setdefault(read.normal, read)
        if _said(first) != _said(read):
            errors.append(LineError(line, "code", f"Line {first.line} says something else of this code."))
    if errors:
        raise RefusedLines(errors)
    return list(found.values())


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise RefusedLines([LineError(line, "", "This is not UTF-8. Save the file with that encoding.")]) from None


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    lines = _guarded(reader)
    _, header = next(lines, (1, []))
    names = [name.strip().casefold() for name in header]
    missing = [name for name in ("code", "discount") if name not in names]
    if "collaboration" not in names and "creator" not in names:
        missing.append("collaboration")
    if missing:
        raise RefusedLines([LineError(1, name, f"There is no column {name!r}.") for name in missing])
    doubled = [name for name in COLUMNS if names.count(name) > 1]
    if doubled:
        raise RefusedLines([LineError(1, name, f"There are two columns {name!r}.") for name in doubled])
    seen = 0
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        seen += 1
        if seen > MOST_LINES:
            raise RefusedLines([LineError(line, "", f"A file has {MOST_LINES} codes at most. Divide it.")])
        yield line, {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name in COLUMNS}


def _guarded(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line that it begins on: a quoted cell may go over several."""
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise RefusedLines([LineError(begins, "", f"This line can't be read: {error}.")]) from None
        yield begins, cells


def _line(line: int, row: dict[str, str]) -> CodeLine:
    code = checked_code(row.get("code", ""))
    collaboration, creator = row.get("collaboration", ""), row.get("creator", "")
    if not collaboration and not creator:
        raise Refused("collaboration", "Say whose code it is: the collaboration, or the creator.")
    percent_off, amount_off = _discount(row.get("discount", ""))
    checked_discount(percent_off, amount_off)
    return CodeLine(line, code, normal_code(code), collaboration, creator, percent_off, amount_off)


def _discount(text: str) -> tuple[int | None, Money | None]:
    if match := _PERCENT.fullmatch(text):
        return int(Decimal(match[1].replace(",", ".")) * 100), None
    match = _AMOUNT.fullmatch(text)
    if match is None or bool(match[1]) == bool(match[3]):
        raise Refused("discount", "Write 20% or 5.00 EUR.")
    code = (match[1] or match[3]).upper()
    try:
        amount = Currency.of(code).minor_units(match[2].replace(",", "."))
    except AmountError as error:
        raise Refused("discount", f"{text}: {error}.") from None
    return None, Money(amount=amount, currency=code)


def _said(read: CodeLine) -> tuple[object, ...]:
    return read.collaboration, read.creator, read.percent_off, read.amount_off
