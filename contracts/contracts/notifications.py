"""What notifications says: mails that went out or did not. Ids only, never an address."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import StringConstraints

from contracts import topics
from contracts.envelope import Event
from contracts.forgetting import PersonForgotten
from contracts.ids import Id


class Template(StrEnum):
    """The mails that there are (N1)."""

    INVITATION = "invitation"
    AGREEMENT = "agreement"
    FIRST_SALE = "first-sale"
    SIGN_IN_CODE = "sign-in-code"
    OFFER = "offer"
    BRAND_AGREEMENT = "brand-agreement"
    DECLINED = "declined"
    EXPIRED = "expired"
    SAMPLE_REQUESTED = "sample-requested"
    SAMPLE_APPROVED = "sample-approved"
    SAMPLE_REFUSED = "sample-refused"
    SAMPLE_SHIPPED = "sample-shipped"
    SAMPLE_RECEIVED = "sample-received"
    CONCEPT_PROPOSED = "concept-proposed"
    CONCEPT_APPROVED = "concept-approved"
    CONCEPT_CHANGES = "concept-changes"
    WORK_SUBMITTED = "work-submitted"
    WORK_APPROVED = "work-approved"
    REVISION_ASKED = "revision-asked"
    PUBLISHED = "published"
    PUBLICATION_REFUSED = "publication-refused"
    DEADLINE_NEAR = "deadline-near"
    DEADLINE_MISSED = "deadline-missed"
    PROPOSAL = "proposal"
    PROPOSAL_AGREED = "proposal-agreed"
    PROPOSAL_REFUSED = "proposal-refused"
    TERMS_NOTICE = "terms-notice"
    TERMS_REMINDER = "terms-reminder"
    DELIVERABLE_CANCELLED = "deliverable-cancelled"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    CAMPAIGN_PAUSED = "campaign-paused"
    CAMPAIGN_RESUMED = "campaign-resumed"
    CAMPAIGN_ENDED = "campaign-ended"
    APPLICATION_RECEIVED = "application-received"
    APPLICATION_DECLINED = "application-declined"
    MESSAGE_RECEIVED = "message-received"
    BUDGET_NOTICE = "budget-notice"
    BUDGET_RUN_OUT = "budget-run-out"


class MailOutcome(StrEnum):
    """What became of a mail."""

    SENT = "sent"
    BOUNCED = "bounced"
    SKIPPED = "skipped"


class MailSettled(Event):
    """A mail was sent, refused for good by its server, or not sent for a stated reason. `id` is the mail's own id."""

    TYPE: ClassVar = "notifications.mail-settled.v1"
    TOPIC: ClassVar = topics.MAILS
    KEY: ClassVar = "id"

    template: Template
    contact: Id
    cause: Id
    outcome: MailOutcome
    reason: Annotated[str, StringConstraints(max_length=300)] = ""


class ForgottenByNotifications(PersonForgotten):
    """Notifications has forgotten whom an erasure names."""

    TYPE: ClassVar = "notifications.forgotten-by-notifications.v1"
    TOPIC: ClassVar = topics.NOTIFICATIONS_ERASURES
