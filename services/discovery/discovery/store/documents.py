"""Profiles as documents, and back."""

from datetime import datetime
from typing import Any

from chassis.mongo import Document
from contracts.campaigns import Collaboration, CollaborationStatus
from contracts.discovery import InfluencerType, MarketStanding, Record, Stats
from discovery.domain.addresses import ids_in
from discovery.domain.deliveries import Delivery, deliveries_of
from discovery.domain.profiles import ProfileRecord
from discovery.domain.standing_figures import Said
from discovery.store.registrations import details_document, details_of
from discovery.store.snapshots import video_id

UNKNOWN_RANK = -1


def of_profile(profile: ProfileRecord) -> Document:
    """For MongoDB; `rank` is there only once an import told of the profile."""
    document: Document = {
        "_id": profile.id,
        "revision": profile.revision,
        "claimed_by": list(profile.claimed_by),
        "claimed": bool(profile.claimed_by),
        "proven": profile.proven,
        "proven_by": profile.proven_by,
        "details": details_document(profile.details) if profile.details is not None else None,
        "type_by_hand": profile.type_by_hand.value if profile.type_by_hand is not None else None,
        "standings": [standing.model_dump(mode="json") for standing in profile.standings],
        "record": profile.record.model_dump(),
    }
    if profile.is_known:
        document |= {
            "network": profile.network,
            "handle": profile.handle,
            "known": {name: [said.at, said.source, said.value] for name, said in profile.known.items()},
            "stats": profile.stats.model_dump(exclude_none=True),
            "rank": rank_of(profile),
        }
    return document


def profile(row: Document) -> ProfileRecord:
    """The other way."""
    return ProfileRecord(
        id=row["_id"],
        revision=row["revision"],
        network=row.get("network", ""),
        known={name: Said(at, source, _value(value)) for name, (at, source, value) in row.get("known", {}).items()},
        stats=Stats.model_validate(row.get("stats", {})),
        claimed_by=tuple(row["claimed_by"]),
        proven=row["proven"],
        proven_by=row.get("proven_by"),
        details=details_of(row["details"]) if row.get("details") is not None else None,
        type_by_hand=InfluencerType(row["type_by_hand"]) if row.get("type_by_hand") is not None else None,
        standings=tuple(MarketStanding.model_validate(each) for each in row.get("standings", ())),
        record=Record.model_validate(row.get("record", {})),
    )


def rank_of(profile: ProfileRecord) -> int:
    """Followers; unknown ones come after all others."""
    return profile.followers if profile.followers is not None else UNKNOWN_RANK


def _value(value: Any) -> Any:
    """Distributions are tuples of pairs, which the store has as lists."""
    return tuple((of, share) for of, share in value) if isinstance(value, list) else value


def of_collaboration(collaboration: Collaboration, told_at: datetime) -> Document:
    """What is kept of a collaboration: who works with whom, how soon was answered, and how dates were kept.

    A refusal has no time of its own: it is that of the event which told of it, at `told_at`.
    """
    declined_at = told_at if collaboration.status is CollaborationStatus.DECLINED else None
    return {
        "brand": collaboration.brand,
        "campaign": collaboration.campaign,
        "profile": collaboration.profile,
        "creator": collaboration.creator,
        "status": collaboration.status.value,
        "sent_at": collaboration.invitation.sent_at,
        "answered_at": collaboration.agreed_at or declined_at,
        "agreed_at": collaboration.agreed_at,
        "completed_at": collaboration.completed_at,
        "fee": collaboration.terms[-1].fee.model_dump(),
        "videos": max(1, len(collaboration.deliverables)),
        "published": _published(collaboration),
        "deliveries": [[each.due, each.published_at, each.is_owed] for each in deliveries_of(collaboration)],
    }


def _published(collaboration: Collaboration) -> list[list[str]]:
    """For each published video the ids under which it may be kept here; none of who has no profile here.

    Not its address, which says whose it is: who is erased leaves ids of videos that are gone.
    """
    profile = collaboration.profile
    live = [each.live_url for each in collaboration.deliverables if each.published_at is not None]
    return [[video_id(profile, part) for part in ids_in(url or "")] if profile else [] for url in live]


def deliveries(row: Document) -> list[Delivery]:
    """How dates were kept, as a collaboration's document says it."""
    return [Delivery(*each) for each in row.get("deliveries", ())]
