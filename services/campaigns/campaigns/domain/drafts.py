"""A campaign that is being written: its parts in any order, what is missing, and when it is whole (C1 to C4)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from campaigns.domain import campaigns
from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.refusals import Refused
from contracts.campaigns import Brief, CampaignStatus
from contracts.http.campaigns import CampaignTerms, ChangeDraft, DraftContent

MOST: Final = 100
"""Unfinished drafts of one brand at a time; more would be a machine's."""

NEEDED: Mapping[str, str] = MappingProxyType(
    {
        "name": "Give the campaign a name.",
        "landing_url": "Say which page its links lead to.",
        "goal": "Say what it is to reach: a number, how it is measured, and a day.",
        "brief": "Say what the product is, and what creators need to know.",
        "terms": "Say what creators are offered: the fee and the commission.",
    }
)
"""Why a draft is not whole without this part."""
TAKEN_AWAY: Final = frozenset({"products", "ends_at", "program", "budget"})
"""Parts that null takes away."""
ELSEWHERE: Mapping[str, str] = MappingProxyType({"brief.category": "category", "terms.products": "products"})
"""Where a draft has a field that a campaign has inside of another."""


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """A draft as stored; `is_campaign` says whether it has been whole, and so is a campaign that others hear of."""

    id: str
    brand: str
    content: DraftContent
    revision: int
    created_at: datetime
    is_campaign: bool = False


def begun(asked: ChangeDraft, *, id_: str, brand: str, now: datetime) -> DraftRecord:
    """A new draft with the parts that are known."""
    return DraftRecord(id=id_, brand=brand, content=_written(DraftContent(), asked), revision=1, created_at=now)


def changed(draft: DraftRecord, asked: ChangeDraft) -> DraftRecord:
    """A draft with some parts written anew."""
    return replace(draft, content=_written(draft.content, asked), revision=draft.revision + 1)


def _written(content: DraftContent, asked: ChangeDraft) -> DraftContent:
    given = {name: getattr(asked, name) for name in asked.model_fields_set}
    return content.model_copy(
        update={name: value for name, value in given.items() if value is not None or name in TAKEN_AWAY}
    )


def of_campaign(campaign: CampaignRecord) -> DraftRecord:
    """A campaign that is still a draft, in the parts that it was written in."""
    brief, terms = campaign.brief, campaign.terms
    content = DraftContent(
        name=campaign.name,
        landing_url=campaign.landing_url,
        products=terms.products,
        goal=campaign.goal,
        ends_at=campaign.ends_at,
        category=brief.category,
        channels=brief.channels,
        needs=brief.needs,
        brief=brief,
        terms=terms,
        program=campaign.program,
        budget=campaign.budget,
    )
    return DraftRecord(campaign.id, campaign.brand, content, campaign.revision, campaign.created_at, is_campaign=True)


def whole(draft: DraftRecord) -> CampaignRecord | None:
    """The campaign that a draft describes; None while a part is missing."""
    content = draft.content
    if content.name is None or content.landing_url is None:
        return None
    if content.goal is None or content.brief is None or content.terms is None:
        return None
    said = {"category": content.category, "channels": content.channels, "needs": content.needs}
    return CampaignRecord(
        id=draft.id,
        brand=draft.brand,
        name=content.name,
        status=CampaignStatus.DRAFT,
        landing_url=content.landing_url,
        goal=content.goal,
        brief=Brief(**_fields(content.brief, Brief) | said),
        terms=CampaignTerms(**_fields(content.terms, CampaignTerms) | {"products": content.products}),
        revision=draft.revision,
        created_at=draft.created_at,
        ends_at=content.ends_at,
        program=content.program,
        budget=content.budget,
    )


def _fields(part: object, model: type[Brief | CampaignTerms]) -> dict[str, object]:
    return {name: getattr(part, name) for name in model.model_fields if hasattr(part, name)}


def faults(
    content: DraftContent, *, domains: tuple[str, ...], currency: str, unknown_products: list[str], now: datetime
) -> Iterator[Refused]:
    """What of the written parts a brand could not mean, by the draft's own fields."""
    found = campaigns.faults(
        landing_url=content.landing_url,
        goal=content.goal,
        terms=content.terms,
        ends_at=content.ends_at,
        budget=content.budget,
        program=content.program,
        category=content.category,
        domains=domains,
        currency=currency,
        now=now,
    )
    for fault in (*found, *campaigns.not_in_catalogue(unknown_products, content.products, content.terms)):
        yield Refused(ELSEWHERE.get(fault.field, fault.field), fault.message)


def lacks(content: DraftContent) -> Iterator[Refused]:
    """The parts without which nothing is published, in the order in which they are asked for."""
    for name, reason in NEEDED.items():
        if getattr(content, name) is None:
            yield Refused(name, reason)


def concern(asked: ChangeDraft, faults_: Iterator[Refused]) -> list[Refused]:
    """Of these faults those that lie in what is written now: the others don't keep it from being saved."""
    return [fault for fault in faults_ if fault.field.partition(".")[0] in asked.model_fields_set]
