"""Campaigns' aggregates as documents, and back."""

from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.collaborations import CollaborationRecord, normal_code
from chassis.mongo import Document
from contracts.campaigns import Brief, CampaignStatus, Collaboration, CollaborationStatus, Goal
from contracts.http.campaigns import CampaignTerms

_STANDING = frozenset({CollaborationStatus.INVITED, CollaborationStatus.AGREED, CollaborationStatus.COMPLETED})


def of_campaign(campaign: CampaignRecord) -> Document:
    """For MongoDB; times inside goal are ISO strings."""
    return {
        "_id": campaign.id,
        "brand": campaign.brand,
        "name": campaign.name,
        "status": campaign.status.value,
        "landing_url": campaign.landing_url,
        "goal": campaign.goal.model_dump(mode="json", exclude_none=True),
        "brief": campaign.brief.model_dump(mode="json"),
        "terms": campaign.terms.model_dump(mode="json", exclude_none=True),
        "revision": campaign.revision,
        "created_at": campaign.created_at,
        "published_at": campaign.published_at,
        "ends_at": campaign.ends_at,
    }


def campaign(row: Document) -> CampaignRecord:
    """The other way."""
    return CampaignRecord(
        id=row["_id"],
        brand=row["brand"],
        name=row["name"],
        status=CampaignStatus(row["status"]),
        landing_url=row["landing_url"],
        goal=Goal.model_validate(row["goal"]),
        brief=Brief.model_validate(row["brief"]),
        terms=CampaignTerms.model_validate(row["terms"]),
        revision=row["revision"],
        created_at=row["created_at"],
        published_at=row["published_at"],
        ends_at=row["ends_at"],
    )


def of_collaboration(collaboration: CollaborationRecord) -> Document:
    """For MongoDB: the public state, and beside it what queries and unique indexes need."""
    state = collaboration.state
    coupon = state.terms[-1].coupon
    document: Document = {
        "_id": state.id,
        "brand": state.brand,
        "campaign": state.campaign,
        "contact": state.invitation.contact,
        "creator": state.creator,
        "stands": state.status in _STANDING,
        "revision": collaboration.revision,
        "state": state.model_dump(mode="json", exclude_none=True),
    }
    if state.profile is not None:
        document["profile"] = state.profile
    if coupon is not None:
        document["code"] = normal_code(coupon.code)
    return document


def collaboration(row: Document) -> CollaborationRecord:
    """The other way."""
    return CollaborationRecord(Collaboration.model_validate(row["state"]), row["revision"])
