"""Profiles as documents, and back."""

from typing import Any

from chassis.mongo import Document
from contracts.campaigns import Collaboration
from contracts.discovery import Stats
from discovery.domain.profiles import ProfileRecord
from discovery.domain.standing_figures import Said

UNKNOWN_RANK = -1


def of_profile(profile: ProfileRecord) -> Document:
    """For MongoDB; `rank` is there only once an import told of the profile."""
    document: Document = {
        "_id": profile.id,
        "revision": profile.revision,
        "claimed_by": list(profile.claimed_by),
        "claimed": bool(profile.claimed_by),
        "proven": profile.proven,
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
    )


def rank_of(profile: ProfileRecord) -> int:
    """Followers; unknown ones come after all others."""
    return profile.followers if profile.followers is not None else UNKNOWN_RANK


def _value(value: Any) -> Any:
    """Distributions are tuples of pairs, which the store has as lists."""
    return tuple((of, share) for of, share in value) if isinstance(value, list) else value


def of_collaboration(collaboration: Collaboration) -> Document:
    """What is kept of a collaboration: who works with whom."""
    return {
        "brand": collaboration.brand,
        "campaign": collaboration.campaign,
        "profile": collaboration.profile,
        "creator": collaboration.creator,
        "status": collaboration.status.value,
    }
