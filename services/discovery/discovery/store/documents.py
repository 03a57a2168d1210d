"""Profiles as documents, and back."""

from chassis.mongo import Document
from contracts.campaigns import Collaboration
from discovery.domain.profiles import FIGURES, Figures, ProfileRecord

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
            "display_name": profile.display_name,
            **{name: getattr(profile.figures, name) for name in FIGURES},
            "rank": rank_of(profile),
        }
    return document


def profile(row: Document) -> ProfileRecord:
    """The other way."""
    return ProfileRecord(
        id=row["_id"],
        revision=row["revision"],
        network=row.get("network", ""),
        handle=row.get("handle", ""),
        display_name=row.get("display_name", ""),
        figures=Figures(**{name: row.get(name) for name in FIGURES}),
        claimed_by=tuple(row["claimed_by"]),
        proven=row["proven"],
    )


def rank_of(profile: ProfileRecord) -> int:
    """Followers; unknown ones come after all others."""
    return profile.figures.followers if profile.figures.followers is not None else UNKNOWN_RANK


def of_collaboration(collaboration: Collaboration) -> Document:
    """What is kept of a collaboration: who works with whom."""
    return {
        "brand": collaboration.brand,
        "campaign": collaboration.campaign,
        "profile": collaboration.profile,
        "creator": collaboration.creator,
        "status": collaboration.status.value,
    }
