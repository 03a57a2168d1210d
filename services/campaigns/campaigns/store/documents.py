"""Campaigns' aggregates as documents, and back."""

from datetime import datetime

from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.codes import normal_code
from campaigns.domain.collaborations.records import CollaborationRecord
from campaigns.domain.collaborations.stages import stage_of
from campaigns.domain.collaborations.states import COLLABORATION
from campaigns.domain.collaborations.waiting import NEVER, answers_for_creator, due_at, needs, waiting
from campaigns.domain.drafts import DraftRecord
from chassis.mongo import Document
from contracts.campaigns import Campaign, CampaignStatus, Collaboration, Side
from contracts.http.campaigns import CampaignTerms, DraftContent


def of_campaign(campaign: CampaignRecord) -> Document:
    """For MongoDB: the public state as it is told, and beside it what is not told. Times are ISO strings in both.

    MongoDB's own dates would cut the microseconds off that an event has.
    """
    opened = _opened(campaign)
    return {
        "_id": campaign.id,
        "brand": campaign.brand,
        **({} if opened is None else {"open": opened}),
        "terms": campaign.terms.model_dump(mode="json", exclude_none=True),
        "revision": campaign.revision,
        "created_at": campaign.created_at.isoformat(),
        "state": campaign.state().model_dump(mode="json", exclude_none=True),
    }


def _opened(campaign: CampaignRecord) -> Document | None:
    """What the directory goes by; None for what is in no directory."""
    program = campaign.program
    if program is None or campaign.status is not CampaignStatus.PUBLISHED:
        return None
    rules = program.eligibility
    ends = [at for at in (campaign.ends_at, program.accepts_until) if at is not None]
    return {
        "until": min(ends, default=NEVER),
        "category": campaign.brief.category,
        "commission": campaign.terms.commission,
        "min_followers": rules.min_followers,
        "min_age": rules.min_age,
        "countries": list(rules.countries),
        "channels": [channel.value for channel in campaign.brief.channels],
    }


def campaign(row: Document) -> CampaignRecord:
    """The other way."""
    state = Campaign.model_validate(row["state"])
    return CampaignRecord(
        **{name: getattr(state, name) for name in Campaign.model_fields},
        terms=CampaignTerms.model_validate(row["terms"]),
        revision=row["revision"],
        created_at=datetime.fromisoformat(row["created_at"]),
    )


def of_draft(draft: DraftRecord) -> Document:
    """For MongoDB: the written parts."""
    return {
        "_id": draft.id,
        "brand": draft.brand,
        "revision": draft.revision,
        "created_at": draft.created_at.isoformat(),
        "content": draft.content.model_dump(mode="json", exclude_none=True),
    }


def draft(row: Document) -> DraftRecord:
    """The other way."""
    return DraftRecord(
        id=row["_id"],
        brand=row["brand"],
        content=DraftContent.model_validate(row["content"]),
        revision=row["revision"],
        created_at=datetime.fromisoformat(row["created_at"]),
    )


def of_collaboration(collaboration: CollaborationRecord) -> Document:
    """For MongoDB: the public state, and beside it what queries and unique indexes need."""
    state = collaboration.state
    stands = COLLABORATION[state.status].stands
    coupon = state.terms[-1].coupon
    document: Document = {
        "_id": state.id,
        "brand": state.brand,
        "campaign": state.campaign,
        "contact": state.invitation.contact,
        "creator": state.creator,
        "answering": collaboration.answering,
        "stage": stage_of(state),
        "stands": stands,
        "due_at": due_at(collaboration),
        "needs_brand": needs(collaboration, Side.BRAND),
        "revision": collaboration.revision,
        "state": state.model_dump(mode="json", exclude_none=True),
    }
    steps = [{"order": one.order, "subject": one.due.subject, "by": one.due.by.value} for one in waiting(collaboration)]
    if steps:
        document |= {"worker": answers_for_creator(collaboration), "steps": steps}
    if state.profile is not None:
        document["profile"] = state.profile
    if coupon is not None and (stands or state.agreed_at is not None):
        document["code"] = normal_code(coupon.code)
    return document


def collaboration(row: Document) -> CollaborationRecord:
    """The other way."""
    return CollaborationRecord(Collaboration.model_validate(row["state"]), row["revision"])
