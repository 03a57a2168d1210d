"""Campaigns' aggregates as documents, and back."""

from datetime import datetime

from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.codes import normal_code
from campaigns.domain.collaborations.records import CollaborationRecord
from campaigns.domain.collaborations.stages import stage_of
from campaigns.domain.collaborations.states import COLLABORATION
from chassis.mongo import Document
from contracts.campaigns import Campaign, Collaboration
from contracts.http.campaigns import CampaignTerms


def of_campaign(campaign: CampaignRecord) -> Document:
    """For MongoDB: the public state as it is told, and beside it what is not told. Times are ISO strings in both.

    MongoDB's own dates would cut the microseconds off that an event has.
    """
    return {
        "_id": campaign.id,
        "brand": campaign.brand,
        "terms": campaign.terms.model_dump(mode="json", exclude_none=True),
        "revision": campaign.revision,
        "created_at": campaign.created_at.isoformat(),
        "state": campaign.state().model_dump(mode="json", exclude_none=True),
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
        "revision": collaboration.revision,
        "state": state.model_dump(mode="json", exclude_none=True),
    }
    if state.profile is not None:
        document["profile"] = state.profile
    if coupon is not None and (stands or state.agreed_at is not None):
        document["code"] = normal_code(coupon.code)
    return document


def collaboration(row: Document) -> CollaborationRecord:
    """The other way."""
    return CollaborationRecord(Collaboration.model_validate(row["state"]), row["revision"])
