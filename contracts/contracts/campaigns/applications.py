"""A creator's application to a program (C4)."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from contracts import topics
from contracts.campaigns.fields import Text
from contracts.campaigns.programs import QuestionId
from contracts.envelope import EntityEvent, Model, State, Utc
from contracts.ids import Id
from contracts.money import BasisPoints, Money


class ApplicationStatus(StrEnum):
    """Where an application stands."""

    RECEIVED = "received"
    APPROVED = "approved"
    COUNTERED = "countered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class ApplicationReason(StrEnum):
    """Why a brand said no."""

    ELIGIBILITY = "eligibility"
    FIT = "fit"
    PRICE = "price"
    IDEA = "idea"
    FULL = "full"
    OTHER = "other"


class Answer(Model):
    """What a creator answered to a screening question."""

    question: QuestionId
    text: Text


class Application(State):
    """A creator asks to take part in a program, with an idea and a price.

    `fee` and `commission` are what the creator proposes in place of the program's; absent = the program's own. Approved
    or countered, it became the collaboration of the same id.
    """

    TOPIC: ClassVar = topics.APPLICATIONS

    brand: Id
    campaign: Id
    creator: Id
    profile: Id | None = None
    status: ApplicationStatus
    idea: Text = ""
    answers: Annotated[tuple[Answer, ...], Field(max_length=20)] = ()
    fee: Money | None = None
    commission: BasisPoints | None = None
    applied_at: Utc
    answered_at: Utc | None = None
    reason: ApplicationReason | None = None
    note: Text = ""


class ApplicationEvent(EntityEvent[Application]):
    """Any change of an application."""

    TOPIC: ClassVar = topics.APPLICATIONS
    STATE: ClassVar = Application


class ApplicationReceived(ApplicationEvent):
    """A creator applied to a program."""

    TYPE: ClassVar = "campaigns.application-received.v1"


class ApplicationApproved(ApplicationEvent):
    """The brand took it as it was proposed; the collaboration of the same id is agreed."""

    TYPE: ClassVar = "campaigns.application-approved.v1"


class ApplicationCountered(ApplicationEvent):
    """The brand offers other terms: the collaboration of the same id is an open invitation."""

    TYPE: ClassVar = "campaigns.application-countered.v1"


class ApplicationDeclined(ApplicationEvent):
    """The brand said no, for a reason."""

    TYPE: ClassVar = "campaigns.application-declined.v1"


class ApplicationWithdrawn(ApplicationEvent):
    """The creator took it back."""

    TYPE: ClassVar = "campaigns.application-withdrawn.v1"


class ApplicantForgotten(ApplicationEvent):
    """The creator was erased (D12): what they wrote is gone from it, and one that waited is withdrawn."""

    TYPE: ClassVar = "campaigns.applicant-forgotten.v1"
