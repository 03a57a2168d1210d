"""Attribution's API: webhooks in; results, orders with their decision records, earnings, links and coupons out."""

from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Query, Request, Response

from attribution import answers
from attribution.domain.webhooks import receive
from attribution.domain.webhooks.verdicts import Accepted, Ping, Refused
from attribution.settings import AttributionSettings
from attribution.store import AttributionTx, BrandView, CreatorView, OperatorView, deliveries, facts, policies
from attribution.store.views import link_clicks
from chassis.context import Context
from chassis.http import (
    MB,
    Kind,
    Page,
    Paging,
    Principal,
    Problem,
    Writing,
    context_of,
    etag,
    if_match,
    marks,
    not_found,
    not_known_yet,
    once,
    page_of,
    principal,
)
from contracts.console import StoreKind
from contracts.http.attribution import (
    CampaignResults,
    CouponOut,
    DecisionOut,
    DeliveryOut,
    EarningsOut,
    LinkOut,
    OrderOut,
    PolicyChange,
    PolicyOut,
    StoreSecret,
)

router = APIRouter()

TheContext = Annotated[Context[AttributionTx], Depends(context_of)]
Brand = Annotated[Principal, Depends(principal(Kind.BRAND))]
Creator = Annotated[Principal, Depends(principal(Kind.CREATOR))]
BrandOrCreator = Annotated[Principal, Depends(principal(Kind.BRAND, Kind.CREATOR))]
Anyone = Annotated[Principal, Depends(principal(Kind.BRAND, Kind.CREATOR, Kind.OPERATOR))]
Operator = Annotated[Principal, Depends(principal(Kind.OPERATOR))]
Console = Annotated[Principal, Depends(principal(Kind.SERVICE, named=("console",)))]
Filter = Annotated[str | None, Query(min_length=1, max_length=200)]

WEBHOOK_BYTES = 10 * MB
KEPT_HEADERS = ("x-shopify-", "shopify-", "x-wc-", "user-agent", "content-type")


def _settings(context: Context[Any]) -> AttributionSettings:
    return cast("AttributionSettings", context.settings)


@router.post("/webhooks/{kind}/{store}", tags=["stores"], openapi_extra=marks(public=True, body_limit=WEBHOOK_BYTES))
async def take_webhook(kind: StoreKind, store: str, request: Request, context: TheContext) -> Response:
    """A store's webhook, signed over its raw bytes. 2xx once it is kept; 401 unsigned, 400 not JSON, 404 no such store.

    What can't be read as an order is kept raw and listed for the operator, and answered 2xx all the same: a store that
    hears errors stops sending (WEBHOOKS 1).
    """
    raw = await request.body()
    known = await facts.store_of(context.db, store)
    if known is None or known["kind"] != kind.value or kind is StoreKind.TOPIC:
        raise not_found("store")
    now = context.clock.now()
    verdict = receive(
        kind,
        dict(request.headers),
        raw,
        secrets=await deliveries.secrets_of(context.db, store, now),
        store=store,
        shop=known["shop"],
        received_at=now,
        click_parameter=_settings(context).click_parameter,
    )
    if isinstance(verdict, Ping):
        return Response(status_code=200)
    if isinstance(verdict, Refused):
        extra: dict[str, Any] = {"place": verdict.place} if verdict.place else {}
        code, title = ("not-signed", "Not signed by this store") if verdict.status == 401 else ("not-json", "Not JSON")  # noqa: PLR2004
        raise Problem(verdict.status, code, title, verdict.reason, **extra)
    kept_headers = {name: value for name, value in request.headers.items() if name.startswith(KEPT_HEADERS)}

    async def work(tx: AttributionTx) -> bool:
        return await deliveries.deliver(
            tx,
            key=verdict.delivery_key,
            store=store,
            brand=known["brand"],
            topic=request.headers.get("x-shopify-topic")
            or request.headers.get("shopify-topic")
            or request.headers.get("x-wc-webhook-topic", ""),
            headers=kept_headers,
            raw=raw,
            observations=verdict.observations,
            reason=verdict.kept_raw_reason or _asked_for(verdict),
            keep=answers.days(_settings(context).raw_delivery_days),
        )

    await context.transactions.run(work, seconds=4)
    return Response(status_code=200)


def _asked_for(verdict: Accepted) -> str | None:
    """What a body asks of a person, such as a customer's data: listed, so that somebody sees it."""
    return f"asks for: {', '.join(note.kind for note in verdict.notes)}" if verdict.notes else None


@router.put("/internal/stores/{store}/secrets", status_code=204, tags=["internal"])
async def put_secret(store: str, body: StoreSecret, _who: Console, context: TheContext) -> None:
    """Take a store's webhook secret over from the console."""
    await context.transactions.run(lambda tx: deliveries.set_secret(tx, store, body.secret, body.previous_until))


@router.get("/v1/campaigns/{campaign}/results", tags=["results"])
async def campaign_results(campaign: str, who: Brand, context: TheContext) -> CampaignResults:
    """Clicks, orders, net sales and commission of a campaign, in all and by creator."""
    view = BrandView(context.db, who.id)
    if not await view.knows_campaign(campaign):
        raise not_found("campaign")
    return await answers.results(view, campaign, _settings(context).link_public_url, context.clock.now())


@router.get("/v1/orders", tags=["orders"])
async def list_orders(
    who: BrandOrCreator,
    paging: Paging,
    context: TheContext,
    campaign: Filter = None,
    collaboration: Filter = None,
) -> Page[OrderOut]:
    """Newest first. A brand sees all its orders, a creator those with a share of theirs, and only that share."""
    position = paging.position(*answers.TIME_AND_ID)
    view = BrandView(context.db, who.id) if who.kind is Kind.BRAND else CreatorView(context.db, who.id)
    rows = await view.orders(position, paging.fetch, campaign=campaign, collaboration=collaboration)
    page = page_of(rows, paging, lambda row: (row["placed_at"], row["_id"]))
    return Page[OrderOut](items=tuple(answers.order_out(row) for row in page.items), next_cursor=page.next_cursor)


@router.get("/v1/orders/waiting", tags=["operator"])
async def list_waiting(_who: Operator, paging: Paging, context: TheContext) -> Page[OrderOut]:
    """Orders that wait for something: their store, or the order that a refund belongs to."""
    rows = await OperatorView(context.db).waiting(paging.position(*answers.TIME_AND_ID), paging.fetch)
    page = page_of(rows, paging, lambda row: (row["decided_at"], row["_id"]))
    return Page[OrderOut](items=tuple(answers.order_out(row) for row in page.items), next_cursor=page.next_cursor)


@router.get("/v1/orders/{order:path}/decision", tags=["orders"])
async def order_decision(order: str, who: Anyone, context: TheContext) -> DecisionOut:
    """Why an order was credited as it was: all candidates with their reasons, the arithmetic, and what was posted."""
    if who.kind is Kind.BRAND:
        record = await BrandView(context.db, who.id).order(order)
    elif who.kind is Kind.CREATOR:
        record = await CreatorView(context.db, who.id).order(order)
    else:
        record = await OperatorView(context.db).order(order)
    if record is None:
        raise not_found("order")
    return answers.decision_out(record)


@router.get("/v1/earnings", tags=["earnings"])
async def earnings(who: Creator, context: TheContext) -> EarningsOut:
    """The creator's balances, by brand and currency."""
    balances = await CreatorView(context.db, who.id).balances(context.clock.now())
    return EarningsOut(balances=tuple(balances))


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


@router.get("/v1/links", tags=["links"])
async def list_links(who: BrandOrCreator, paging: Paging, context: TheContext) -> Page[LinkOut]:
    """The brand's or the creator's links, with their clicks."""
    view = BrandView(context.db, who.id) if who.kind is Kind.BRAND else CreatorView(context.db, who.id)
    after = paging.position(str)
    rows = await view.links(after[0] if after else "", paging.fetch)
    page = page_of(rows, paging, lambda row: (row["_id"],))
    clicks = await link_clicks(context.db, [row["_id"] for row in page.items])
    public = _settings(context).link_public_url
    return Page[LinkOut](
        items=tuple(answers.link_out(row, clicks, public) for row in page.items), next_cursor=page.next_cursor
    )


@router.get("/v1/coupons", tags=["links"])
async def list_coupons(who: BrandOrCreator, paging: Paging, context: TheContext) -> Page[CouponOut]:
    """The brand's coupons, or those of the creator's that the store knows."""
    view = BrandView(context.db, who.id) if who.kind is Kind.BRAND else CreatorView(context.db, who.id)
    after = paging.position(str)
    rows = await view.coupons(after[0] if after else "", paging.fetch)
    page = page_of(rows, paging, lambda row: (row["_id"],))
    return Page[CouponOut](items=tuple(answers.coupon_out(row) for row in page.items), next_cursor=page.next_cursor)


@router.get("/v1/stores/{store}/deliveries", tags=["stores"])
async def store_deliveries(store: str, who: Brand, paging: Paging, context: TheContext) -> Page[DeliveryOut]:
    """A store's webhooks, newest first."""
    position = paging.position(*answers.TIME_AND_ID)
    rows = await BrandView(context.db, who.id).deliveries(store, position, paging.fetch)
    if rows is None:
        raise not_found("store") if await facts.store_of(context.db, store) else not_known_yet("store")
    page = page_of(rows, paging, lambda row: (row["received_at"], row["_id"]))
    return Page[DeliveryOut](
        items=tuple(deliveries.delivery_out(row) for row in page.items), next_cursor=page.next_cursor
    )


@router.get("/v1/deliveries/kept-raw", tags=["operator"])
async def kept_raw(_who: Operator, paging: Paging, context: TheContext) -> Page[DeliveryOut]:
    """Webhooks that could not be read as orders, with the reason; their bodies are kept."""
    rows = await OperatorView(context.db).kept_raw(paging.position(*answers.TIME_AND_ID), paging.fetch)
    page = page_of(rows, paging, lambda row: (row["received_at"], row["_id"]))
    return Page[DeliveryOut](
        items=tuple(deliveries.delivery_out(row) for row in page.items), next_cursor=page.next_cursor
    )
