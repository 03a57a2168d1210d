"""A brand's policy: how its orders are credited, and what the operator takes on top."""

from collections.abc import Callable
from dataclasses import replace

from fastapi import APIRouter, Request, Response

from attribution.api.callers import Brand, Operator, TheContext
from attribution.domain.facts import Model, Policy, Precedence
from attribution.store import AttributionTx, facts, policies
from chassis.http import (
    Writing,
    etag,
    if_match,
    not_found,
    once,
)
from contracts.http.attribution import (
    OperatorShareChange,
    PolicyChange,
    PolicyOut,
    PolicyVersion,
)

router = APIRouter()


@router.get("/v1/policy", tags=["policy"])
async def read_policy(who: Brand, context: TheContext, response: Response) -> PolicyOut:
    """How the brand's orders are credited; its `ETag` is what a change must name."""
    return await _told(who.id, context, response)


@router.put("/v1/policy", tags=["policy"], response_model=PolicyOut)
async def change_policy(
    body: PolicyChange, write: Writing, who: Brand, context: TheContext, request: Request
) -> Response:
    """A new version for orders placed from six minutes on; the same again changes nothing. `If-Match` is required."""

    async def work(tx: AttributionTx) -> PolicyOut:
        return await _changed(tx, who.id, request, lambda newest: _as_asked(newest, body))

    return await once(context, write, who, work, status=200)


@router.get("/v1/brands/{brand}/policy", tags=["operator"])
async def read_brand_policy(brand: str, _who: Operator, context: TheContext, response: Response) -> PolicyOut:
    """Any brand's policy, for operators."""
    if await facts.brand_of(context.db, brand, None) is None:
        raise not_found("brand")
    return await _told(brand, context, response)


@router.put("/v1/brands/{brand}/operator-share", tags=["operator"], response_model=PolicyOut)
async def change_operator_share(
    brand: str, body: OperatorShareChange, write: Writing, who: Operator, context: TheContext, request: Request
) -> Response:
    """What the brand pays the operator on top of commissions, for orders placed from six minutes on (A8).

    It is a new version of the brand's policy, so each order keeps the share of its own time. `If-Match` is required.
    """

    async def work(tx: AttributionTx) -> PolicyOut:
        if not await tx.knows_brand(brand):
            raise not_found("brand")
        return await _changed(tx, brand, request, lambda newest: replace(newest, operator_share=body.operator_share))

    return await once(context, write, who, work, status=200)


async def _told(brand: str, context: TheContext, response: Response) -> PolicyOut:
    found = await policies.policy_of(context.db, brand, None, context.clock.now())
    response.headers["ETag"] = etag(found.versions[0].version)
    return found


async def _changed(tx: AttributionTx, brand: str, request: Request, change: Callable[[Policy], Policy]) -> PolicyOut:
    """The brand's policy after the change; without a difference there is no new version."""
    before = await tx.policy(brand)
    newest = _policy(before.versions[0])
    if_match(request, newest.version)
    changed = change(newest)
    if changed == newest:
        return before
    return await tx.change_policy(brand, replace(changed, version=newest.version + 1))


def _as_asked(newest: Policy, body: PolicyChange) -> Policy:
    return replace(
        newest,
        precedence=newest.precedence if body.precedence is None else Precedence(body.precedence.value),
        model=newest.model if body.model is None else Model(body.model.value),
    )


def _policy(version: PolicyVersion) -> Policy:
    return Policy(
        version.version, Model(version.model.value), Precedence(version.precedence.value), version.operator_share
    )
