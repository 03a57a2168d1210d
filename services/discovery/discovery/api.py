"""Discovery's API: creators to find, and files to import."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.requests import ClientDisconnect

from chassis.context import Context
from chassis.http import (
    MB,
    Kind,
    Principal,
    Problem,
    context_of,
    etag,
    marks,
    not_found,
    principal,
    unavailable,
    unprocessable,
)
from chassis.tx import OutcomeUnknown, TryAgainLater
from contracts.http.discovery import CreatorOut, ImportReport
from discovery.answers import creator_out
from discovery.imports import Options, Progress, run_import
from discovery.store import Creators, DiscoveryTx

router = APIRouter(prefix="/v1")

TheContext = Annotated[Context[DiscoveryTx], Depends(context_of)]
Operator = Annotated[Principal, Depends(principal(Kind.OPERATOR))]
BrandOrOperator = Annotated[Principal, Depends(principal(Kind.BRAND, Kind.OPERATOR))]

FILE_LIMIT = 1024 * MB
FILE_BODY: dict[str, Any] = {
    "requestBody": {
        "content": {kind: {"schema": {"type": "string"}} for kind in ("text/csv", "application/jsonl")},
        "required": True,
    }
}


@router.get("/creators/{creator}", tags=["creators"])
async def get_creator(creator: str, _who: BrandOrOperator, context: TheContext, response: Response) -> CreatorOut:
    """One creator's profile, with its revision as ETag."""
    found = await Creators(context.db).find(creator)
    if found is None:
        raise not_found("creator")
    response.headers["ETag"] = etag(found.revision)
    return creator_out(found)


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
