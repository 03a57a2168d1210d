"""What campaigns' tests say often."""

from datetime import UTC, datetime, timedelta
from typing import Any

from campaigns.domain import campaigns
from campaigns.domain.calendar import Calendar
from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.collaborations import invitations, offers
from campaigns.domain.collaborations.records import CollaborationRecord
from campaigns.domain.collaborations.terms import first_terms
from contracts.campaigns import CampaignStatus, CollaborationStatus, Goal, InvitationKind, Planned, Side
from contracts.console import Account, AccountKind, BrandDetails
from contracts.discovery import Profile
from contracts.http.campaigns import CreateCampaign

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
ROME = Calendar("Europe/Rome", "IT")
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


def a_deliverable(number: int = 0, **changes: Any) -> Planned:
    """A short video for TikTok: concept in two weeks, submission in three, live in four."""
    fields = {
        "id": f"d-{number}",
        "type": "short-video",
        "platform": "tiktok",
        "fee": {"amount": 15_000, "currency": "EUR"},
        "concept_due": NOON + 2 * WEEK,
        "submission_due": NOON + 3 * WEEK,
        "publication_due": NOON + 4 * WEEK,
    }
    return Planned.model_validate(fields | changes)


def an_invitation(
    status: CollaborationStatus = CollaborationStatus.INVITED,
    *,
    campaign: CampaignRecord | None = None,
    code: str | None = "KRISTA20",
    deliverables: tuple[Planned, ...] = (),
    **terms: Any,
) -> CollaborationRecord:
    """Sent at noon, open for a week, in any state."""
    of = campaign or a_campaign(CampaignStatus.PUBLISHED)
    found = invitations.invited(
        of,
        id_="i-1",
        contact="i-1",
        kind=InvitationKind.EXTERNAL,
        profile="p-1",
        message="",
        terms=first_terms(of.terms, code, NOON, deliverables).model_copy(update=terms),
        now=NOON,
        answer_within=WEEK,
    )
    return CollaborationRecord(found.state.model_copy(update={"status": status}), found.revision)


def agreed(*deliverables: Planned, at: datetime = NOON, **terms: Any) -> CollaborationRecord:
    """Accepted by a-1, with one deliverable unless others are given."""
    sent = an_invitation(deliverables=deliverables or (a_deliverable(),), **terms)
    return offers.accepted(sent, Side.CREATOR, "a-1", 1, at, ROME).after


def a_work(**changes: Any) -> dict[str, Any]:
    """A deliverable as an invitation's body asks for it."""
    return {
        "type": "short-video",
        "platform": "tiktok",
        "concept_due": "2029-01-08T11:00:00Z",
        "submission_due": "2029-01-15T11:00:00Z",
        "publication_due": "2029-01-22T11:00:00Z",
    } | changes


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
