"""Requests of stores about personal data, for operators."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from attribution import answers
from attribution.api.callers import Operator, TheContext, person
from attribution.store import AttributionTx, privacy
from chassis.http import Page, Paging, Writing, not_found, once, page_of
from contracts.http.attribution import PrivacyRequestDetail, PrivacyRequestOut, PrivacyStatus, Remark

router = APIRouter(tags=["operator"])


@router.get("/v1/privacy-requests")
async def list_privacy_requests(
    _who: Operator,
    paging: Paging,
    context: TheContext,
    status: Annotated[PrivacyStatus | None, Query(description="`open`: what is outstanding")] = None,
) -> Page[PrivacyRequestOut]:
    """What stores asked about personal data, newest first, and when it was done."""
    query = {} if status is None else {"status": status.value}
    rows = await privacy.listed(context.db, query, paging.position(*answers.TIME_AND_ID), paging.fetch)
    page = page_of(rows, paging, lambda row: (row["received_at"], row["_id"]))
    return Page[PrivacyRequestOut](
        items=tuple(answers.privacy_request_out(row) for row in page.items), next_cursor=page.next_cursor
    )


@router.get("/v1/privacy-requests/{request}")
async def read_privacy_request(request: str, _who: Operator, context: TheContext) -> PrivacyRequestDetail:
    """One request, with the orders that are held of its customer."""
    rows = await privacy.listed(context.db, {"_id": request}, None, 1)
    if not rows:
        raise not_found("privacy request")
    return answers.privacy_request_detail(rows[0], await privacy.held(context.db, rows[0]))


@router.post("/v1/privacy-requests/{request}/done", response_model=PrivacyRequestOut)
async def answer_privacy_request(
    request: str, body: Remark, write: Writing, who: Operator, context: TheContext
) -> Response:
    """A person has answered a request for data; 409 for a redaction, and for what is done already."""

    async def work(tx: AttributionTx) -> PrivacyRequestOut:
        row = await privacy.answered(tx, request, person(who), body.note)
        if row is None:
            raise not_found("privacy request")
        return answers.privacy_request_out(row)

    return await once(context, write, who, work, status=200)
