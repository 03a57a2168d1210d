"""Who calls, and the context that every route needs."""

from typing import Annotated, Any, cast

from fastapi import Depends, Query

from attribution.settings import AttributionSettings
from attribution.store import AttributionTx, BrandView, CreatorView, facts
from chassis.context import Context
from chassis.http import Kind, Principal, context_of, not_found, not_known_yet, principal
from chassis.mongo import Document

TheContext = Annotated[Context[AttributionTx], Depends(context_of)]
Brand = Annotated[Principal, Depends(principal(Kind.BRAND))]
Creator = Annotated[Principal, Depends(principal(Kind.CREATOR))]
BrandOrCreator = Annotated[Principal, Depends(principal(Kind.BRAND, Kind.CREATOR))]
BrandOrStore = Annotated[Principal, Depends(principal(Kind.BRAND, Kind.STORE))]
Anyone = Annotated[Principal, Depends(principal(Kind.BRAND, Kind.CREATOR, Kind.OPERATOR))]
BrandOrOperator = Annotated[Principal, Depends(principal(Kind.BRAND, Kind.OPERATOR))]
Operator = Annotated[Principal, Depends(principal(Kind.OPERATOR))]
Console = Annotated[Principal, Depends(principal(Kind.SERVICE, named=("console",)))]
Filter = Annotated[str | None, Query(min_length=1, max_length=200)]


def settings_of(context: Context[Any]) -> AttributionSettings:
    """Attribution's own settings."""
    return cast("AttributionSettings", context.settings)


def brand_of(who: Principal) -> str | None:
    """Whose things the caller may touch; None for an operator, who may touch all."""
    return who.id if who.kind is Kind.BRAND else None


def own_view(context: Context[Any], who: Principal) -> BrandView | CreatorView:
    """All that the calling brand or creator may read."""
    return BrandView(context.db, who.id) if who.kind is Kind.BRAND else CreatorView(context.db, who.id)


async def brands_store(context: Context[Any], store: str, who: Principal) -> Document:
    """A store of the calling brand, or the calling store itself; 409 if nobody has heard of it, 404 if another's."""
    known = await facts.store_of(context.db, store)
    if known is None:
        raise not_known_yet("store")
    if who.id != (store if who.kind is Kind.STORE else known["brand"]):
        raise not_found("store")
    return known


def person(who: Principal) -> dict[str, str]:
    """The caller as the audit trail names it."""
    return {"kind": who.kind.value, "account": who.account}
