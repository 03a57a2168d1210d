"""Parts of a page that may be missing: a page stands although one of its services is away."""

from collections.abc import Awaitable
from typing import TypeVar

from console.clients import DeclinedError, NotThereError, ServiceAwayError
from console.pages.site import of_service

T = TypeVar("T")


async def if_there(call: Awaitable[T]) -> T | None:
    """What a call answers; None while its service is away or has not heard of the thing yet."""
    try:
        return await call
    except ServiceAwayError as away:
        of_service(away)
        return None
    except (NotThereError, DeclinedError):
        return None
