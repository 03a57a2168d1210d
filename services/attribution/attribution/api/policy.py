"""A brand's policy."""

from fastapi import APIRouter, Request, Response

from attribution.api.callers import Brand, TheContext
from attribution.store import AttributionTx, policies
from chassis.http import (
    Writing,
    etag,
    if_match,
    once,
)
from contracts.http.attribution import (
    PolicyChange,
    PolicyOut,
)

router = APIRouter()


@router.get("/v1/policy", tags=["policy"])
async def read_policy(who: Brand, context: TheContext, response: Response) -> PolicyOut:
    """How the brand's orders are credited; its `ETag` is what a change must name."""
    versions = (await policies.policies_of(context.db, [who.id], None)).get(who.id, ())
    found = policies.policy_out(versions, context.clock.now())
    response.headers["ETag"] = etag(found.versions[0].version)
    return found


@router.put("/v1/policy", tags=["policy"], response_model=PolicyOut)
async def change_policy(
    body: PolicyChange, write: Writing, who: Brand, context: TheContext, request: Request
) -> Response:
    """A new version for orders placed from six minutes on; the same again changes nothing. `If-Match` is required."""

    async def work(tx: AttributionTx) -> PolicyOut:
        before = await tx.policy(who.id)
        newest = before.versions[0]
        if_match(request, newest.version)
        if newest.precedence is body.precedence:
            return before
        return await tx.change_policy(who.id, newest.version + 1, body.precedence)

    return await once(context, write, who, work, status=200)
