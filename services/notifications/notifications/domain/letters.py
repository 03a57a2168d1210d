"""What a mail says, before it is put into words: names, amounts, dates and the one address it leads to."""

import unicodedata
from datetime import datetime
from urllib.parse import quote

from pydantic import BaseModel

from contracts.campaigns import Application, Collaboration, CouponTerms, InvitationKind, Rate, TermsVersion, Tier
from contracts.money import Money
from contracts.notifications import Template
from notifications.domain.conversations import Conversation
from notifications.domain.spending import Spending

DIRECTION_MARKS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What could make a name read as another (right-to-left overrides)."""


class Places(BaseModel, frozen=True):
    """Where mails lead, and how they call this installation."""

    console: str
    links: str
    site: str


class Known(BaseModel, frozen=True):
    """What notifications has heard so far of whatever a mail names; None or empty where it has not."""

    collaboration: Collaboration | None = None
    application: Application | None = None
    conversation: Conversation | None = None
    spending: Spending | None = None
    brand: str | None = None
    brand_zone: str | None = None
    campaign: str | None = None
    creator: str | None = None
    link_code: str | None = None
    coupon_code: str | None = None
    coupon_is_ready: bool = False


class Letter(BaseModel, frozen=True):
    """The content of one mail; names are empty where they are not known, and the words go without them."""

    template: Template
    site: str
    creator: str = ""
    action_url: str = ""

    @property
    def files(self) -> str:
        """`first-sale` -> `first_sale`: how the names of its three templates begin."""
        return file_name(self.template)


class Offer(BaseModel, frozen=True):
    """Terms as a mail tells them. Basis points and minor units, as in the contract."""

    fee: Money | None
    rates: tuple[Rate, ...]
    window_hours: int
    hold_days: int
    coupon: CouponTerms | None
    tiers: tuple[Tier, ...] = ()
    cap: Money | None = None
    products: tuple[str, ...] | None = None
    may_advertise: bool = False


class InvitationLetter(Letter):
    """A brand asks a creator, or answers an application with another offer."""

    template: Template = Template.INVITATION

    brand: str
    campaign: str
    is_external: bool
    has_applied: bool = False
    message: tuple[str, ...]
    offer: Offer
    answer_by: datetime


class AgreementLetter(Letter):
    """A creator agreed: the link, the code and the terms."""

    template: Template = Template.AGREEMENT

    brand: str
    campaign: str
    has_applied: bool = False
    link_url: str
    coupon_code: str
    expects_coupon: bool
    coupon_is_ready: bool
    offer: Offer


class FirstSaleLetter(Letter):
    """A creator earned a commission for the first time."""

    template: Template = Template.FIRST_SALE

    brand: str
    campaign: str
    commission: Money


class SignInLetter(Letter):
    """A code to sign in with."""

    template: Template = Template.SIGN_IN_CODE

    code: str
    minutes: int


def file_name(template: Template) -> str:
    """A template's name as files have it."""
    return template.value.replace("-", "_")


def invitation(known: Known, collaboration: Collaboration, places: Places) -> InvitationLetter:
    """The invitation mail; it leads to the invitation's page."""
    return InvitationLetter(
        site=places.site,
        creator=one_line(known.creator),
        brand=one_line(known.brand),
        campaign=one_line(known.campaign),
        is_external=collaboration.invitation.kind is InvitationKind.EXTERNAL,
        has_applied=collaboration.invitation.kind is InvitationKind.APPLICATION,
        message=paragraphs(collaboration.invitation.message),
        offer=offer_of(collaboration.terms[-1]),
        answer_by=collaboration.invitation.expires_at,
        action_url=f"{places.console}/invitations/{quote(collaboration.id, safe='')}",
    )


def agreement(known: Known, collaboration: Collaboration, places: Places) -> AgreementLetter:
    """The agreement mail; without a link or code yet it says where they will be."""
    return AgreementLetter(
        site=places.site,
        creator=one_line(known.creator),
        brand=one_line(known.brand),
        campaign=one_line(known.campaign),
        has_applied=collaboration.invitation.kind is InvitationKind.APPLICATION,
        link_url=f"{places.links}/r/{quote(known.link_code, safe='')}" if known.link_code else "",
        coupon_code=one_line(known.coupon_code),
        expects_coupon=collaboration.terms[-1].coupon is not None,
        coupon_is_ready=known.coupon_is_ready,
        offer=offer_of(collaboration.terms[-1]),
        action_url=f"{places.console}/",
    )


def first_sale(known: Known, commission: Money, places: Places) -> FirstSaleLetter:
    """The first-sale mail; it leads to the creator's own page, where the decision is explained."""
    return FirstSaleLetter(
        site=places.site,
        creator=one_line(known.creator),
        brand=one_line(known.brand),
        campaign=one_line(known.campaign),
        commission=commission,
        action_url=f"{places.console}/",
    )


def one_line(text: str | None) -> str:
    """A name as it may stand in a subject: no line breaks, no control or direction-changing characters."""
    return " ".join("".join(" " if _is_unsafe(c) else c for c in text or "").split())


def _is_unsafe(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or character in DIRECTION_MARKS


def paragraphs(text: str) -> tuple[str, ...]:
    """What a person wrote, line by line, without empty ones."""
    return tuple(line for line in map(one_line, text.splitlines()) if line)


def offer_of(terms: TermsVersion) -> Offer:
    """Terms as mails tell them."""
    return Offer(
        fee=terms.fee if terms.fee.amount else None,
        rates=terms.rates,
        window_hours=terms.window_hours,
        hold_days=terms.hold_days,
        coupon=terms.coupon,
        tiers=terms.tiers,
        cap=terms.cap,
        products=terms.products,
        may_advertise=terms.may_advertise,
    )
