"""Things that notifications hears and writes, ready to vary."""

from datetime import UTC, datetime, timedelta

from contracts.attribution import Coupon, CouponStatus, Link, OrderDecided, OrderOutcome, Share
from contracts.campaigns import (
    Brief,
    Campaign,
    CampaignStatus,
    Collaboration,
    CollaborationStatus,
    CouponTerms,
    Goal,
    GoalMetric,
    Invitation,
    InvitationKind,
    Measure,
    Plan,
    Rate,
    TermsVersion,
)
from contracts.console import Account, AccountKind, BrandDetails
from contracts.discovery import Profile
from contracts.money import Money
from notifications.domain.contacts import Contact, ContactKind
from notifications.domain.letters import Known, Places

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PLACES = Places(console="https://market.example", links="https://go.market.example", site="Creator Marketplace")
MESSAGE = "We love your kitchen videos.\n\nWould you try our knife for a month and show what you cook with it?"


def a_terms_version(**changes) -> TermsVersion:
    return TermsVersion(
        **{
            "number": 1,
            "notice_at": NOON,
            "in_force_at": NOON,
            "fee": Money(amount=25000, currency="EUR"),
            "rates": (Rate(plan=Plan.PERCENT, basis_points=1000),),
            "coupon": CouponTerms(code="KRISTA20", percent_off=2000),
            **changes,
        }
    )


def an_invitation(at: datetime = NOON, **changes) -> Invitation:
    return Invitation(
        **{
            "kind": InvitationKind.EXTERNAL,
            "contact": "invitation-1",
            "sent_at": at,
            "expires_at": at + timedelta(days=7),
            "message": MESSAGE,
            **changes,
        }
    )


def a_collaboration(at: datetime = NOON, **changes) -> Collaboration:
    return Collaboration(
        **{
            "id": "invitation-1",
            "brand": "brand-1",
            "campaign": "campaign-1",
            "profile": "profile-1",
            "status": CollaborationStatus.INVITED,
            "invitation": an_invitation(at),
            "terms": (a_terms_version(),),
            "landing_url": "https://shop.example/knife",
            **changes,
        }
    )


def an_agreed_collaboration(at: datetime = NOON, **changes) -> Collaboration:
    return a_collaboration(
        at,
        **{"status": CollaborationStatus.AGREED, "creator": "creator-1", "agreed_at": at, **changes},
    )


def a_brand_account(name: str = "Northern Kitchen", *members: str) -> Account:
    details = BrandDetails(name=name, domains=("shop.example",), currency="EUR")
    return Account(id="brand-1", kind=AccountKind.BRAND, brand=details, registered_at=NOON, contacts=members or None)


def a_creator_account(account_id: str = "creator-1") -> Account:
    return Account(id=account_id, kind=AccountKind.CREATOR, registered_at=NOON)


def a_campaign(name: str = "Autumn knives") -> Campaign:
    return Campaign(
        id="campaign-1",
        brand="brand-1",
        name=name,
        status=CampaignStatus.PUBLISHED,
        landing_url="https://shop.example/knife",
        goal=Goal(metric=GoalMetric.ORDERS, target=500, measured_by=Measure.BOTH, deadline=NOON + timedelta(days=60)),
        brief=Brief(product="Chef's knife"),
    )


def a_profile(**changes) -> Profile:
    return Profile(**{"id": "profile-1", "network": "tiktok", "handle": "krista", "display_name": "Krista", **changes})


def a_link() -> Link:
    return Link(
        id="link-1",
        code="Kx7fQ2",
        brand="brand-1",
        campaign="campaign-1",
        collaboration="invitation-1",
        creator="creator-1",
        target="https://shop.example/knife",
    )


def a_coupon(**changes) -> Coupon:
    return Coupon(
        **{
            "id": "coupon-1",
            "code": "KRISTA20",
            "brand": "brand-1",
            "campaign": "campaign-1",
            "collaboration": "invitation-1",
            "creator": "creator-1",
            "percent_off": 2000,
            "status": CouponStatus.TO_ENTER,
            "created_at": NOON,
            **changes,
        }
    )


def a_share(**changes) -> Share:
    return Share(
        **{
            "creator": "creator-1",
            "collaboration": "invitation-1",
            "campaign": "campaign-1",
            "commission": 1234,
            "net_sales": 12340,
            **changes,
        }
    )


def a_decision(at: datetime = NOON, **changes) -> OrderDecided:
    return OrderDecided(
        **{
            "id": "decision-1",
            "time": at,
            "order": "store-1:1001",
            "store": "store-1",
            "brand": "brand-1",
            "number": 1,
            "outcome": OrderOutcome.CREDITED,
            "posted": True,
            "currency": "EUR",
            "shares": (a_share(),),
            **changes,
        }
    )


def a_contact(**changes) -> Contact:
    return Contact(
        **{
            "id": "creator-1",
            "kind": ContactKind.ACCOUNT,
            "address": "krista@creators.example",
            "zone": "Europe/Rome",
            "kept": True,
            **changes,
        }
    )


def all_known(collaboration: Collaboration | None = None, **changes) -> Known:
    return Known(
        **{
            "collaboration": collaboration or a_collaboration(),
            "brand": "Northern Kitchen",
            "campaign": "Autumn knives",
            "creator": "Krista",
            "link_code": "Kx7fQ2",
            "coupon_code": "KRISTA20",
            **changes,
        }
    )
