"""Who calls, and the context that every route needs."""

from typing import Annotated, Any, cast

from fastapi import Depends

from campaigns.settings import CampaignsSettings
from campaigns.store import CampaignsTx
from chassis.context import Context
from chassis.http import Kind, Principal, ServiceTokens, context_of, principal, service_tokens

TheContext = Annotated[Context[CampaignsTx], Depends(context_of)]
Tokens = Annotated[ServiceTokens, Depends(service_tokens)]
Brand = Annotated[Principal, Depends(principal(Kind.BRAND))]
Creator = Annotated[Principal, Depends(principal(Kind.CREATOR))]
BrandOrCreator = Annotated[Principal, Depends(principal(Kind.BRAND, Kind.CREATOR))]


def settings_of(context: Context[Any]) -> CampaignsSettings:
    """Campaigns' own settings."""
    return cast("CampaignsSettings", context.settings)
