"""A campaign: what makes its goal and its landing page acceptable, and how it becomes public."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import repeat
from urllib.parse import urlsplit

import idna

from campaigns.domain.collaborations.terms import planned
from campaigns.domain.refusals import NotNow, Refused, must_lie_ahead
from contracts.campaigns import Brief, Budget, BudgetNotice, Campaign, CampaignStatus, Goal, Program
from contracts.discovery import Category
from contracts.http.campaigns import CampaignTerms, ChangeCampaign, CreateCampaign, PlainTerms

NULLABLE = frozenset({"ends_at", "program", "budget"})
_AUTHORITY = re.compile(r"([a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class CampaignRecord:
    """A campaign as stored: its public state's parts, its terms, and its revision."""

    id: str
    brand: str
    name: str
    status: CampaignStatus
    landing_url: str
    goal: Goal
    brief: Brief
    terms: CampaignTerms
    revision: int
    created_at: datetime
    published_at: datetime | None = None
    ends_at: datetime | None = None
    program: Program | None = None
    budget: Budget | None = None
    paused_at: datetime | None = None
    pauses_at: datetime | None = None
    budget_notices: tuple[BudgetNotice, ...] = ()

    def state(self) -> Campaign:
        """What others hear."""
        return Campaign(
            id=self.id,
            brand=self.brand,
            name=self.name,
            status=self.status,
            landing_url=self.landing_url,
            goal=self.goal,
            brief=self.brief,
            published_at=self.published_at,
            ends_at=self.ends_at,
            program=self.program,
            budget=self.budget,
            paused_at=self.paused_at,
            pauses_at=self.pauses_at,
            budget_notices=self.budget_notices,
        )


def not_in_catalogue(
    unknown: Collection[str], products: Sequence[str] | None, terms: PlainTerms | None
) -> Iterator[Refused]:
    """Products that are named, by the terms or by a rate of theirs, and that the catalogue does not have."""
    missing = [product for product in products or () if product in unknown]
    if missing:
        yield Refused("terms.products", f"The catalogue has no product {missing[0]!r}: load it first.")
    for at, rate in enumerate(terms.rates if terms is not None else ()):
        if rate.product in unknown:
            yield Refused(f"terms.rates.{at}.product", f"The catalogue has no product {rate.product!r}: load it first.")


def products_named(products: Sequence[str] | None, terms: PlainTerms | None) -> list[str]:
    """Every product that the terms or their rates name."""
    rates = terms.rates if terms is not None else ()
    return list(dict.fromkeys([*(products or ()), *(rate.product for rate in rates if rate.product is not None)]))


def faults(
    *,
    landing_url: str | None,
    goal: Goal | None,
    terms: PlainTerms | None,
    ends_at: datetime | None,
    budget: Budget | None,
    program: Program | None,
    category: str,
    domains: tuple[str, ...],
    currency: str,
    now: datetime,
) -> Iterator[Refused]:
    """What a brand could not mean: a page of somebody else's, a deadline that has passed. Parts may be missing."""
    if landing_url is not None:
        yield from _of(_check_landing_url, landing_url, domains)
    if goal is not None and goal.deadline <= now:
        yield Refused("goal.deadline", "The deadline has passed already.")
    elif goal is not None:
        yield from _of(must_lie_ahead, "goal.deadline", goal.deadline, now)
    if ends_at is not None and ends_at <= now:
        yield Refused("ends_at", "The end has passed already.")
    elif ends_at is not None:
        yield from _of(must_lie_ahead, "ends_at", ends_at, now)
    if terms is not None:
        yield from _faults_of_terms(terms, currency, now)
    if category and category not in set(Category):
        yield Refused("brief.category", f"Choose one of {', '.join(Category)}.")
    yield from _of(check_budget, budget, currency)
    if program is not None and program.accepts_until is not None and program.accepts_until <= now:
        yield Refused("program.accepts_until", "The last day of applications has passed already.")


def _faults_of_terms(terms: PlainTerms, currency: str, now: datetime) -> Iterator[Refused]:
    """Another currency than the brand's; steps of deliverables that are due already; shares that are not the fee."""
    for name in ("fee", "per_unit", "cap"):
        money = getattr(terms, name)
        if money is not None and money.currency != currency:
            yield Refused(f"terms.{name}.currency", f"The brand's currency is {currency}.")
    for fault in _of(planned, terms.deliverables, terms.fee, now, repeat("planned")):
        yield Refused(f"terms.{fault.field}", fault.message)


def _of(check: Callable[..., object], *given: object) -> Iterator[Refused]:
    try:
        check(*given)
    except Refused as refused:
        yield refused


def check_budget(budget: Budget | None, currency: str) -> None:
    """Raise `Refused` for a budget in another currency than the brand's."""
    if budget is not None and budget.amount.currency != currency:
        raise Refused("budget.amount.currency", f"The brand's currency is {currency}.")


def _check_landing_url(url: str, domains: tuple[str, ...]) -> None:
    """Links lead to the brand's own domains and their subdomains, over https, and carry nobody's credentials.

    Nothing passes that URL parsers read differently, nor anything that the redirect would not serve.
    """
    if any(letter in " \\" or unicodedata.category(letter) in {"Cc", "Cs"} for letter in url):
        raise Refused("landing_url", "The address has a character that addresses can't have.")
    try:
        parts = urlsplit(url)
        _ = parts.port
        host = _host(parts.netloc)
    except ValueError:
        raise Refused("landing_url", "This is not an address of a page.") from None
    if not domains:
        raise Refused("landing_url", "The brand has no domain yet: add the one that the page is on.")
    if not any(host == domain or host.endswith(f".{domain}") for domain in domains):
        raise Refused("landing_url", f"The address must be on one of the brand's domains: {', '.join(domains)}.")
    if parts.scheme != "https" and host not in {"localhost", "127.0.0.1"}:
        raise Refused("landing_url", "The address must begin with https://.")


def _host(authority: str) -> str:
    """The host as browsers ask for it: lower case, other letters in their xn-- form. Raises ValueError."""
    if "@" in authority:
        raise Refused("landing_url", "The address must not carry a user name or a password.")
    name, colon, port = authority.partition(":")
    if not name.isascii():
        name = idna.encode(name, uts46=True, transitional=False).decode()
    match = _AUTHORITY.fullmatch(f"{name}{colon}{port}".lower())
    if match is None:
        raise ValueError("not a host")
    return match[1]


def drafted(asked: CreateCampaign, *, id_: str, brand: str, now: datetime) -> CampaignRecord:
    """A new campaign, not public yet."""
    return CampaignRecord(
        id=id_,
        brand=brand,
        name=asked.name,
        status=CampaignStatus.DRAFT,
        landing_url=asked.landing_url,
        goal=asked.goal,
        brief=asked.brief,
        terms=asked.terms,
        revision=1,
        created_at=now,
        ends_at=asked.ends_at,
        program=asked.program,
        budget=asked.budget,
    )


def changed(campaign: CampaignRecord, asked: ChangeCampaign, now: datetime) -> CampaignRecord:
    """A draft with some fields replaced, and without an end, program or budget if that is null."""
    if campaign.status is not CampaignStatus.DRAFT:
        raise NotNow("change", campaign.status.value, possible(campaign, now))
    given = {name: getattr(asked, name) for name in asked.model_fields_set}
    fields = {name: value for name, value in given.items() if value is not None or name in NULLABLE}
    return replace(campaign, **fields, revision=campaign.revision + 1)


def published(campaign: CampaignRecord, now: datetime) -> CampaignRecord:
    """The campaign is open: creators can be invited."""
    if campaign.status is not CampaignStatus.DRAFT:
        raise NotNow("publish", campaign.status.value, possible(campaign, now))
    return replace(campaign, status=CampaignStatus.PUBLISHED, published_at=now, revision=campaign.revision + 1)


def must_take_invitations(campaign: CampaignRecord, now: datetime) -> None:
    """Raise `NotNow` unless creators can be invited: it is published, and its end is still to come."""
    if "invite" not in possible(campaign, now):
        status = CampaignStatus.ENDED if is_over(campaign, now) else campaign.status
        raise NotNow("invite", status.value, possible(campaign, now))


def takes_agreements(campaign: CampaignRecord, now: datetime) -> bool:
    """Whether what was offered can be agreed now: neither while it is paused nor once it is over."""
    return campaign.status is CampaignStatus.PUBLISHED and not is_over(campaign, now)


def is_over(campaign: CampaignRecord, now: datetime) -> bool:
    """Whether its own end has passed, be it marked as ended or not yet."""
    return campaign.ends_at is not None and campaign.ends_at <= now and campaign.status is not CampaignStatus.DRAFT


def possible(campaign: CampaignRecord, now: datetime) -> tuple[str, ...]:
    """What the brand may do with it now."""
    if is_over(campaign, now):
        return ()
    return {
        CampaignStatus.DRAFT: ("change", "publish", "drop"),
        CampaignStatus.PUBLISHED: ("invite", "pause", "end"),
        CampaignStatus.PAUSED: ("resume", "end"),
        CampaignStatus.ENDED: (),
    }[campaign.status]
