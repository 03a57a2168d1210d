"""Who calls, and the context that every route needs."""

from typing import Annotated, Any, cast

from fastapi import Depends

from campaigns.settings import CampaignsSettings
from campaigns.store import BrandView, CampaignsTx
from chassis.context import Context
from chassis.http import Kind, Principal, ServiceTokens, context_of, not_known_yet, principal, service_tokens
from contracts.console import BrandDetails

TheContext = Annotated[Context[CampaignsTx], Depends(context_of)]
Tokens = Annotated[ServiceTokens, Depends(service_tokens)]
Brand = Annotated[Principal, Depends(principal(Kind.BRAND))]
Creator = Annotated[Principal, Depends(principal(Kind.CREATOR))]
BrandOrCreator = Annotated[Principal, Depends(principal(Kind.BRAND, Kind.CREATOR))]


def settings_of(context: Context[Any]) -> CampaignsSettings:
    """Campaigns' own settings."""
    return cast("CampaignsSettings", context.settings)


async def details_of(context: Context[CampaignsTx], who: Principal) -> BrandDetails:
    """The calling brand's name, domains and currency; 409 `not-known-yet` until the console has said them."""
    details = await BrandView(context.db, who.id).details()
    if details is None:
        raise not_known_yet("brand")
    return details
