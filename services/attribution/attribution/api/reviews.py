"""What a person decides: facts that came too late for a frozen order, and orders that are held (MONEY 5, 11)."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Query, Response

from attribution import answers
from attribution.api.callers import BrandOrOperator, TheContext, brand_of, person
from attribution.store import AttributionTx, BrandView, OperatorView, reviews
from chassis.http import Kind, Page, Paging, Principal, Writing, not_found, once, page_of
from contracts.http.attribution import HeldOrderOut, ReleaseOut, Remark, ReviewOut, ReviewStatus

router = APIRouter(tags=["reviews"])

Work = Callable[[AttributionTx], Awaitable[ReviewOut]]


@router.get("/v1/reviews")
async def list_reviews(
    who: BrandOrOperator,
    paging: Paging,
    context: TheContext,
    status: Annotated[ReviewStatus | None, Query(description="only those that stand there")] = None,
) -> Page[ReviewOut]:
    """Orders that froze before something became known that would change an amount, newest first."""
    brand = brand_of(who)
    query = {} if brand is None else {"brand": brand}
    if status is not None:
        query["status"] = status.value
    rows = await reviews.listed(context.db, query, paging.position(*answers.TIME_AND_ID), paging.fetch)
    page = page_of(rows, paging, lambda row: (row["opened_at"], row["_id"]))
    return Page[ReviewOut](items=tuple(answers.review_out(row) for row in page.items), next_cursor=page.next_cursor)


@router.post("/v1/reviews/{review}/accept", response_model=ReviewOut)
async def accept_review(
    review: str, body: Remark, write: Writing, who: BrandOrOperator, context: TheContext
) -> Response:
    """Let the late facts count: the order is decided again and the difference is posted. 409 if no longer open."""
    return await once(context, write, who, _resolving(review, who, ReviewStatus.ACCEPTED, body.note), status=200)


@router.post("/v1/reviews/{review}/reject", response_model=ReviewOut)
async def reject_review(
    review: str, body: Remark, write: Writing, who: BrandOrOperator, context: TheContext
) -> Response:
    """Leave the order as it froze; the same facts open no review again. 409 if no longer open."""
    return await once(context, write, who, _resolving(review, who, ReviewStatus.REJECTED, body.note), status=200)


@router.get("/v1/orders/held", tags=["orders"])
async def list_held(who: BrandOrOperator, paging: Paging, context: TheContext) -> Page[HeldOrderOut]:
    """Orders that are credited and not payable, with what holds each and whether a person may release it.

    Newest first; a brand's own, an operator's all.
    """
    position = paging.position(*answers.TIME_AND_ID)
    view = BrandView(context.db, who.id) if who.kind is Kind.BRAND else OperatorView(context.db)
    page = page_of(await view.held(position, paging.fetch), paging, lambda row: (row["placed_at"], row["_id"]))
    return Page[HeldOrderOut](items=tuple(answers.held_out(row) for row in page.items), next_cursor=page.next_cursor)


@router.post("/v1/orders/{order:path}/release", tags=["orders"], response_model=ReleaseOut)
async def release_order(
    order: str, body: Remark, write: Writing, who: BrandOrOperator, context: TheContext
) -> Response:
    """Release an order that is held for the time that it claims; 409 if nothing of it waits for a person (MONEY 5)."""

    async def work(tx: AttributionTx) -> ReleaseOut:
        released = await tx.release_order(order, brand_of(who), person(who), body.note)
        if released is None:
            raise not_found("order")
        return answers.release_out(released)

    return await once(context, write, who, work, status=200)


def _resolving(review: str, who: Principal, status: ReviewStatus, note: str) -> Work:
    async def work(tx: AttributionTx) -> ReviewOut:
        row = await tx.resolve_review(review, brand_of(who), status, person(who), note)
        if row is None:
            raise not_found("review")
        return answers.review_out(row)

    return work
