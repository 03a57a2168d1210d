"""What campaigns' tests say often."""

from datetime import UTC, datetime, timedelta
from typing import Any

from campaigns.domain import campaigns
from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.collaborations import invitations
from campaigns.domain.collaborations.records import CollaborationRecord
from contracts.campaigns import CampaignStatus, CollaborationStatus, Goal, InvitationKind
from contracts.console import Account, AccountKind, BrandDetails
from contracts.discovery import Profile
from contracts.http.campaigns import CreateCampaign

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
FAR = "2030-01-01T00:00:00Z"
DOMAINS = ("shop.example", "xn--mnchen-3ya.example")


def a_draft(**changes: Any) -> dict[str, Any]:
    """A body of `POST /v1/campaigns`; `goal`, `brief` and `terms` replace single fields of theirs."""
    body: dict[str, Any] = {
        "name": "Autumn lamps",
        "landing_url": "https://shop.example/lamps?utm_source=creators",
        "goal": {"metric": "orders", "target": 300, "measured_by": "both", "deadline": FAR},
        "brief": {"product": "Reading lamp", "key_messages": "Warm light."},
        "terms": {"fee": {"amount": 15_000, "currency": "EUR"}, "commission": 1250, "discount": 2000},
    }
    for name, value in changes.items():
        body[name] = body[name] | value if name in ("goal", "brief", "terms") and isinstance(value, dict) else value
    return body


def a_campaign(
    status: CampaignStatus = CampaignStatus.DRAFT, *, ends_at: datetime | None = None, **changes: Any
) -> CampaignRecord:
    """As stored."""
    asked = CreateCampaign.model_validate(a_draft(ends_at=ends_at, **changes))
    drafted = campaigns.drafted(asked, id_="k-1", brand="b-1", now=NOON)
    if status is CampaignStatus.DRAFT:
        return drafted
    published = campaigns.published(drafted, NOON)
    return CampaignRecord(**{name: getattr(published, name) for name in published.__slots__} | {"status": status})


def an_invitation(
    status: CollaborationStatus = CollaborationStatus.INVITED,
    *,
    campaign: CampaignRecord | None = None,
    code: str | None = "KRISTA20",
) -> CollaborationRecord:
    """Sent at noon, open for a week, in any state."""
    found = invitations.invited(
        campaign or a_campaign(CampaignStatus.PUBLISHED),
        id_="i-1",
        contact="i-1",
        kind=InvitationKind.EXTERNAL,
        profile="p-1",
        message="",
        code=code,
        now=NOON,
        answer_within=WEEK,
    )
    return CollaborationRecord(found.state.model_copy(update={"status": status}), found.revision)


def a_brand(brand: str = "b-1", *, name: str = "Lumen", domains: tuple[str, ...] = DOMAINS) -> Account:
    details = BrandDetails(name=name, domains=domains, currency="EUR")
    return Account(id=brand, kind=AccountKind.BRAND, brand=details, registered_at=NOON)


def a_profile(profile: str = "p-1", *, claimed_by: tuple[str, ...] = (), **changes: Any) -> Profile:
    fields = {"network": "tiktok", "handle": "krista.makes", "display_name": "Krista", "followers": 1200} | changes
    return Profile(id=profile, claimed_by=claimed_by, **fields)


def a_goal(**changes: Any) -> Goal:
    return Goal.model_validate(a_draft(goal=changes)["goal"])


def wide(text: str) -> str:
    """In letters of full width, which read the same and are others."""
    return "".join(chr(ord(letter) + 0xFEE0) for letter in text)
