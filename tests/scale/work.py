"""Orders and the facts they wait for, and what the pure function says of each: nothing here asks a worker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from attribution.domain.decide import decide
from attribution.domain.facts import DEFAULT_POLICY, Click, Collaboration, Coupon, Store, World
from attribution.domain.fold import fold
from attribution.domain.observations import observation
from attribution.domain.shares import shares
from attribution.domain.touches import normal_code
from chassis.ids import derived_id, new_id
from contracts import attribution, campaigns
from contracts.campaigns import CouponTerms, InvitationAccepted
from contracts.console import StoreKind
from contracts.envelope import Event
from contracts.ids import BrandId, StoreId
from contracts.stores import OrderObserved, Way
from tests.attribution.builders import (
    BRAND,
    CAMPAIGN,
    HOUR,
    LONG_AGO,
    MINUTE,
    SECOND,
    STORE,
    a_click_recorded,
    a_collaboration_state,
    a_coupon_state,
    a_line,
    an_order_observed,
    percent,
    some_terms,
)

PLACED = datetime.now(UTC).replace(microsecond=0) - 2 * HOUR
Outcome = tuple[str, list[tuple[str, int, int]]]
"""The outcome, and each creator's commission and net sales."""


@dataclass(frozen=True)
class Deal:
    """One creator's agreement: a rate in basis points, and a code if `coded`."""

    number: int
    basis_points: int
    coded: bool = False

    @property
    def creator(self) -> str:
        return f"creator-{self.number}"

    @property
    def code(self) -> str:
        return f"CODE{self.number}"

    @cached_property
    def state(self) -> campaigns.Collaboration:
        coupon = CouponTerms(code=self.code, percent_off=2000) if self.coded else None
        terms = some_terms(rates=(percent(self.basis_points),), coupon=coupon)
        return a_collaboration_state(id=f"collaboration-{self.number}", creator=self.creator, terms=(terms,))

    def said(self, revision: int = 2) -> Event:
        return InvitationAccepted.of(self.state, id=new_id(), time=PLACED, revision=revision)

    def at(self, basis_points: int) -> "Deal":
        """The same agreement, corrected: other words of the same version."""
        return Deal(self.number, basis_points, self.coded)

    @property
    def coupon(self) -> Coupon:
        """As `bring_link_and_coupon` makes it; when it was made decides nothing where one code is named."""
        state = a_coupon_state(
            id=derived_id("coupon", self.state.id),
            code=self.code,
            campaign=CAMPAIGN,
            collaboration=self.state.id,
            creator=self.creator,
            created_at=LONG_AGO,
        )
        return Coupon.of(state, 1)


@dataclass(frozen=True)
class Sale:
    """An order: its number, and the click or the code that it carries."""

    number: int
    click: attribution.ClickRecorded | None = None
    code: str | None = None

    @property
    def order(self) -> str:
        return f"{STORE}:{self.number:06}"

    @cached_property
    def observed(self) -> OrderObserved:
        return an_order_observed(
            id=f"sale-{self.number}",
            time=PLACED + MINUTE,
            order=self.order,
            version=PLACED + SECOND,
            received_at=PLACED + MINUTE,
            way=Way.TOPIC,
            placed_at=PLACED,
            lines=(a_line(1_000 + 37 * self.number, line="l1"), a_line(99, line="l2", quantity=1 + self.number % 3)),
            click_ids=(self.click.id,) if self.click else (),
            codes=(self.code,) if self.code else (),
            refunds=None,
        )


def a_click_of(deal: Deal, id_: str) -> attribution.ClickRecorded:
    at = PLACED - HOUR + timedelta(seconds=len(id_))
    return a_click_recorded(
        id=id_, at=at, collaboration=deal.state.id, creator=deal.creator, link=f"link-{deal.number}"
    )


def follows(sale: Sale, deals: Sequence[Deal], kind: StoreKind = StoreKind.TOPIC) -> Outcome:
    """What the pure function says of an order once every fact is known."""
    clicks = {sale.click.id: Click.of(sale.click)} if sale.click else {}
    coupons = {normal_code(deal.code): deal.coupon for deal in deals if deal.coded}
    terms = {deal.state.id: Collaboration.of(deal.state, 2) for deal in deals}
    world = World(Store(StoreId(STORE), BrandId(BRAND), kind, 1), clicks, coupons, terms)
    decision = decide(fold([observation(sale.observed, PLACED + HOUR)], kind), world, DEFAULT_POLICY)
    return decision.outcome.value, [(s.creator, s.commission, s.net_sales) for s in shares(decision)]
