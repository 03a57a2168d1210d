"""Programs: the directory, applications, and the answers to them (C4)."""

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

from contracts.campaigns import (
    Answer,
    Application,
    ApplicationReason,
    Brief,
    Channel,
    ContentType,
    Eligibility,
    Program,
    Question,
    Text,
    Url,
)
from contracts.envelope import Model, Utc
from contracts.http.campaigns.campaigns import CampaignTerms
from contracts.http.campaigns.collaborations import CollaborationOut, ProfileSummary
from contracts.http.campaigns.invitations import OfferedCode
from contracts.ids import Id
from contracts.money import BasisPoints, Money


class PutProgram(Model):
    """`PUT /v1/campaigns/{id}/program`: take applications by these rules, or none any more with null."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "program": {
                        "eligibility": {"min_followers": 5000, "min_age": 18, "countries": ["US"]},
                        "questions": [{"id": "why", "text": "Why does this lamp suit your followers?"}],
                    }
                }
            ]
        },
    )

    program: Program | None


class RuleStanding(StrEnum):
    """How a creator stands by a rule; an unknown figure makes a rule unknown, never failed."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


class FindingOut(Model):
    """One of a program's rules: what it needs, what the creator has, and how much is missing."""

    rule: str
    standing: RuleStanding
    needs: str
    has: str | None = None
    gap: int | None = None


class FitReason(StrEnum):
    """What a program and a creator are compared by."""

    ELIGIBILITY = "eligibility"
    CATEGORY = "category"
    CHANNEL = "channel"


class FitOut(Model):
    """One reason why a program suits the reader, or does not: what it asks for, and how that stands."""

    reason: FitReason
    standing: RuleStanding
    asks: tuple[str, ...] = ()


class ProgramOut(Model):
    """An open program as creators see it. `standing`, `findings` and `fit` are the reader's own."""

    campaign: Id
    brand: Id
    brand_name: str = ""
    name: str
    landing_url: Url
    brief: Brief
    terms: CampaignTerms
    program: Program
    ends_at: Utc | None = None
    standing: RuleStanding | None = None
    findings: tuple[FindingOut, ...] = ()
    application: Annotated[Id | None, Field(description="The reader's own application, if there is one.")] = None
    fit: tuple[FitOut, ...] = ()


class PublicProgram(Model):
    """A program as everybody may read it, without signing in: what is asked for, what is paid, who may apply."""

    campaign: Id
    brand_name: str = ""
    name: str
    product: str
    category: str = ""
    channels: tuple[Channel, ...] = ()
    content_type: ContentType
    sample_policy: str = ""
    terms: CampaignTerms
    eligibility: Eligibility
    closes_at: Annotated[Utc | None, Field(description="When applications close; absent: not decided.")] = None


class Apply(Model):
    """`POST /v1/programs/{campaign}/applications`. `fee` and `commission` propose others than the program's."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "idea": "A week of reading in bed, with and without the lamp.",
                    "answers": [{"question": "why", "text": "They ask me for lamps."}],
                    "fee": {"amount": 20_000, "currency": "EUR"},
                }
            ]
        },
    )

    profile: Annotated[Id | None, Field(description="With which profile; the only one if there is one.")] = None
    idea: Text = ""
    answers: Annotated[tuple[Answer, ...], Field(max_length=20)] = ()
    fee: Money | None = None
    commission: BasisPoints | None = None


class ApproveApplication(Model):
    """`POST /v1/applications/{id}/approve`: as it was proposed; with `fee` or `commission` it is a counter-offer.

    A counter-offer makes the collaboration an open invitation, by the terms given here, which the creator answers.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{}, {"fee": {"amount": 17_500, "currency": "EUR"}}]},
    )

    fee: Money | None = None
    commission: BasisPoints | None = None
    code: OfferedCode | None = None
    message: Text = ""


class DeclineApplication(Model):
    """`POST /v1/applications/{id}/decline`."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [{"reason": "full", "note": "Next year again!"}]}
    )

    reason: ApplicationReason
    note: Text = ""


class DeclineApplications(Model):
    """`POST /v1/campaigns/{id}/applications/decline`: several at once, for one reason that all of them are told."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"applications": ["019a7d3e-0000-7000-8000-000000000001"], "reason": "full"}]},
    )

    applications: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]
    reason: ApplicationReason
    note: Text = ""


class DeclinedOut(Model):
    """Which were declined, and which were not, for they had been answered or withdrawn meanwhile."""

    declined: tuple[Id, ...]
    skipped: tuple[Id, ...]


class ApplicationOut(Application):
    """An application, with what its reader needs beside it. `can` lists what the reader may do with it now.

    `questions` are those that the program asks now.
    """

    revision: int
    brand_name: str = ""
    campaign_name: str = ""
    profile_summary: ProfileSummary | None = None
    standing: RuleStanding
    findings: tuple[FindingOut, ...] = ()
    collaboration: Annotated[Id | None, Field(description="What it became.")] = None
    can: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    offered: Annotated[CampaignTerms | None, Field(description="The terms that the program offers.")] = None


class ApprovedOut(Model):
    """The application and the collaboration that it became."""

    application: ApplicationOut
    collaboration: CollaborationOut
