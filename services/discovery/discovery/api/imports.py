"""Imports of files with creators."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.requests import ClientDisconnect

from chassis.http import MB, Problem, marks, unavailable, unprocessable
from chassis.tx import OutcomeUnknown, TryAgainLater
from contracts.http.discovery import ImportReport
from discovery.api.callers import Operator, TheContext
from discovery.imports import Options, Progress, run_import

router = APIRouter(prefix="/v1")

FILE_LIMIT = 1024 * MB
FILE_BODY: dict[str, Any] = {
    "requestBody": {
        "content": {kind: {"schema": {"type": "string"}} for kind in ("text/csv", "application/jsonl")},
        "required": True,
    }
}


@router.post("/imports", tags=["imports"], openapi_extra=marks(body_limit=FILE_LIMIT) | FILE_BODY)
async def import_creators(
    request: Request,
    _who: Operator,
    context: TheContext,
    network: Annotated[str, Query(max_length=40, description="where no column says it")] = "tiktok",
    mapping: Annotated[
        list[str] | None,
        Query(max_length=20, description="`field=Header` or `field=#4`, repeatable; `field=` leaves it out"),
    ] = None,
    encoding: Annotated[str, Query(max_length=40, description="if it can't be told from the file")] = "",
) -> ImportReport:
    """Import profiles from a CSV or JSON Lines file, the request's body. Repeating an import changes nothing (D4)."""
    options = Options(network, mapping_of(mapping or ()), encoding)
    progress = Progress()
    try:
        return await run_import(request.stream(), context.transactions, options, progress)
    except ClientDisconnect as error:  # nobody reads this answer, but it is no error of ours
        raise Problem(400, "cut-short", "The file was cut short", "Send it again; what is in stays.") from error
    except (TryAgainLater, OutcomeUnknown) as error:
        done = progress.new + progress.changed + progress.unchanged
        raise unavailable(
            "import-stopped",
            "The import stopped",
            f"The store went away. {done:,} rows are in; send the file again, and they stay as they are.",
        ) from error


def mapping_of(given: Sequence[str]) -> dict[str, str]:
    """`field=Header` pairs; raises a 422."""
    pairs = [pair.partition("=") for pair in given]
    if any(not equals for _, equals, _ in pairs):
        raise unprocessable([("mapping", "Write field=Header, such as followers=Subscribers count.")])
    return {name: title for name, _, title in pairs}
