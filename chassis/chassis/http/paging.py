"""Paging by cursor: opaque to callers, and of declared types when it comes back, for it comes from outside."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

import orjson
from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict

from chassis.http.problem import unprocessable

T = TypeVar("T")

MOST = 100
Scalar = str | int | datetime


class Page(BaseModel, Generic[T]):
    """A part of a list. `next_cursor` asks for what comes after it, null at the end; `total` counts all if known."""

    model_config = ConfigDict(frozen=True)

    items: tuple[T, ...]
    next_cursor: str | None = None
    total: int | None = None


@dataclass(frozen=True)
class PageQuery:
    """Which part of a list was asked for."""

    limit: Annotated[int, Query(ge=1, le=MOST, description="how many at most")] = 50
    cursor: Annotated[
        str | None, Query(max_length=2000, description="`next_cursor` of the page before; absent for the first")
    ] = None

    @property
    def fetch(self) -> int:
        """How many rows to read: one more than the page holds tells whether another page follows."""
        return self.limit + 1

    def position(self, *kinds: type[Scalar]) -> tuple[Any, ...] | None:
        """The sort values of the last row already seen, of exactly these types; None for the first page."""
        return None if self.cursor is None else decode_cursor(self.cursor, kinds)


Paging = Annotated[PageQuery, Depends()]


def page_of(
    rows: Sequence[T], paging: PageQuery, position: Callable[[T], Sequence[Scalar]], total: int | None = None
) -> Page[T]:
    """The page made of up to `paging.fetch` rows; `position` gives a row's sort values, for the next cursor."""
    items = tuple(rows[: paging.limit])
    more = len(rows) > paging.limit
    return Page[T](items=items, next_cursor=encode_cursor(position(items[-1])) if more else None, total=total)


def encode_cursor(values: Sequence[Scalar]) -> str:
    """A row's sort values as one opaque word; times in UTC."""
    told = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(orjson.dumps(told)).rstrip(b"=").decode()


def decode_cursor(text: str, kinds: Sequence[type[Scalar]]) -> tuple[Any, ...]:
    """The sort values, checked to be of `kinds`, so that no operator reaches a query; 422 for anything else."""
    try:
        values = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        if not isinstance(values, list) or len(values) != len(kinds):
            raise ValueError("another list's cursor")  # noqa: TRY301 - one refusal for all of them
        return tuple(_of_kind(value, kind) for value, kind in zip(values, kinds, strict=True))
    except (ValueError, OverflowError) as error:
        raise unprocessable([("cursor", "This is not a cursor of this list.")]) from error


def _of_kind(value: Any, kind: type[Scalar]) -> Scalar:
    if kind is datetime and type(value) is str:
        time = datetime.fromisoformat(value)
        if time.tzinfo is None:
            raise ValueError("a time without a zone")
        return time.astimezone(UTC)
    if kind is str and type(value) is str:
        return value
    if kind is int and type(value) is int and -(2**63) <= value < 2**63:  # what the store can hold
        return value
    raise ValueError("another type")
