"""Which creators a market lists (D2)."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from chassis.http import Writing, not_found, once, unprocessable
from contracts.discovery import DEFAULT_MARKET
from contracts.http.discovery import EligibilityPolicies, EligibilityPolicy, EligibilityPolicyOut
from discovery import registering
from discovery.api.callers import Operator, TheContext
from discovery.domain.eligibility import Policy
from discovery.store import DiscoveryTx, Policies

router = APIRouter(prefix="/v1/eligibility-policies", tags=["eligibility"])
Market = Annotated[str, Path(pattern=r"^([A-Z]{2}|default)$", description="a country's code, or `default`")]


@router.get("")
async def list_policies(_who: Operator, context: TheContext) -> EligibilityPolicies:
    """All markets' rules, the default's among them."""
    found = await Policies(context.db).all()
    return EligibilityPolicies(policies=tuple(_out(each) for each in found))


@router.put("/{market}", response_model=EligibilityPolicyOut)
async def put_policy(
    market: Market, said: EligibilityPolicy, who: Operator, context: TheContext, write: Writing
) -> Response:
    """Set a market's rules. Every profile is judged anew in the background; who is listed changes as that goes on."""
    if market != DEFAULT_MARKET and market not in registering.COUNTRIES:
        raise unprocessable([("market", "There is no such country.")])

    async def work(tx: DiscoveryTx) -> EligibilityPolicyOut:
        return _out(await tx.put_policy(Policy(market=market, **said.model_dump())))

    return await once(context, write, who, work, status=200)


@router.delete("/{market}", status_code=204)
async def remove_policy(market: Market, _who: Operator, context: TheContext) -> None:
    """Let a market go by the default's rules again; the default's own go back to those of the installation."""
    if not await context.transactions.run(lambda tx: tx.remove_policy(market)):
        raise not_found("policy")


def _out(policy: Policy) -> EligibilityPolicyOut:
    return EligibilityPolicyOut(
        market=policy.market,
        revision=policy.revision,
        min_age=policy.min_age,
        more_than_followers=policy.more_than_followers,
        min_videos_30d=policy.min_videos_30d,
        more_than_views_30d=policy.more_than_views_30d,
    )
