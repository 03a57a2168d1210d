"""Imports of files with creators."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from starlette.requests import ClientDisconnect

from chassis.http import MB, Problem, marks, unavailable, unprocessable
from chassis.ids import derived_id
from chassis.tx import OutcomeUnknown, TryAgainLater
from contracts.http.discovery import ImportReport
from discovery.api.callers import Operator, TheContext
from discovery.imports import Options, Progress, run_import
from discovery.store.imports import AnotherFileError, ElsewhereError

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
    who: Operator,
    context: TheContext,
    network: Annotated[str, Query(max_length=40, description="where no column says it")] = "tiktok",
    mapping: Annotated[
        list[str] | None,
        Query(max_length=20, description="`field=Header` or `field=#4`, repeatable; `field=` leaves it out"),
    ] = None,
    encoding: Annotated[str, Query(max_length=40, description="if it can't be told from the file")] = "",
    source: Annotated[
        str,
        Query(
            max_length=60,
            pattern=r"^[a-z0-9.:-]+$",
            description="whose file it is; headers that `mapping` names are remembered",
        ),
    ] = "import",
    as_of: Annotated[
        str, Query(max_length=40, description="ISO date or time (UTC) that the figures are of where no column says it")
    ] = "",
    *,
    forget_mapping: Annotated[
        bool, Query(description="what is remembered of the source's columns counts for nothing, and is forgotten")
    ] = False,
    idempotency_key: Annotated[
        str | None, Header(min_length=1, max_length=200, description="the same for the same file: it goes on by it")
    ] = None,
) -> ImportReport:
    """Import profiles from a CSV or JSON Lines file, the request's body. Repeating an import changes nothing (D4).

    Sent again with the same `Idempotency-Key`, an import that was cut short goes on where it stopped; another file, or
    the same with other parameters, is refused until that one is complete.
    """
    name = derived_id("import", who.kind, who.id, idempotency_key) if idempotency_key is not None else ""
    options = Options(network, mapping_of(mapping or ()), encoding, source, name, forget_mapping, as_of)
    progress = Progress()
    try:
        return await run_import(request.stream(), context.transactions, options, progress)
    except ClientDisconnect as error:  # nobody reads this answer, but it is no error of ours
        raise Problem(400, "cut-short", "The file was cut short", "Send it again; what is in stays.") from error
    except AnotherFileError as error:
        advice = "Send that file with the same parameters, or use a new Idempotency-Key."
        raise Problem(422, "idempotency-key-reused", "This key is another import's", advice) from error
    except ElsewhereError as error:
        raise Problem(409, "import-runs", "This import is running", "Wait for the other request to end.") from error
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
