"""What happens to a collaboration, a fact for each step; each carries the whole state."""

from typing import ClassVar

from contracts import topics
from contracts.campaigns.collaborations import Collaboration
from contracts.envelope import EntityEvent


class CollaborationEvent(EntityEvent[Collaboration]):
    """Any change of a collaboration."""

    TOPIC: ClassVar = topics.COLLABORATIONS
    STATE: ClassVar = Collaboration


class CreatorInvited(CollaborationEvent):
    """A brand invited a creator."""

    TYPE: ClassVar = "campaigns.creator-invited.v1"


class InvitationAccepted(CollaborationEvent):
    """The creator accepted; the terms are agreed."""

    TYPE: ClassVar = "campaigns.invitation-accepted.v1"


class InvitationDeclined(CollaborationEvent):
    """The creator said no."""

    TYPE: ClassVar = "campaigns.invitation-declined.v1"


class InvitationExpired(CollaborationEvent):
    """Nobody answered within seven days (C5)."""

    TYPE: ClassVar = "campaigns.invitation-expired.v1"


class OfferMade(CollaborationEvent):
    """One side put another offer on the table, in place of the one before it."""

    TYPE: ClassVar = "campaigns.offer-made.v1"


class OfferAccepted(CollaborationEvent):
    """The brand accepted the creator's offer; the terms are agreed."""

    TYPE: ClassVar = "campaigns.offer-accepted.v1"


class OfferDeclined(CollaborationEvent):
    """The brand said no to the creator's offer; nothing came of it."""

    TYPE: ClassVar = "campaigns.offer-declined.v1"


class TermsAnnounced(CollaborationEvent):
    """The brand gave notice of a later version of the terms (MONEY 20)."""

    TYPE: ClassVar = "campaigns.terms-announced.v1"


class TermsReminded(CollaborationEvent):
    """A version that is worse for the creator comes into force in 48 hours (MONEY 20)."""

    TYPE: ClassVar = "campaigns.terms-reminded.v1"


class SampleRequested(CollaborationEvent):
    """The creator asked for a sample, with a reason and a plan."""

    TYPE: ClassVar = "campaigns.sample-requested.v1"


class SampleApproved(CollaborationEvent):
    """The brand will send the sample."""

    TYPE: ClassVar = "campaigns.sample-approved.v1"


class SampleRefused(CollaborationEvent):
    """The brand sends no sample."""

    TYPE: ClassVar = "campaigns.sample-refused.v1"


class SampleShipped(CollaborationEvent):
    """The sample is on its way."""

    TYPE: ClassVar = "campaigns.sample-shipped.v1"


class SampleReceived(CollaborationEvent):
    """The creator has the sample."""

    TYPE: ClassVar = "campaigns.sample-received.v1"


class ConceptProposed(CollaborationEvent):
    """The creator proposed a concept, or its next version."""

    TYPE: ClassVar = "campaigns.concept-proposed.v1"


class ConceptChangesAsked(CollaborationEvent):
    """The brand asked for changes of the concept."""

    TYPE: ClassVar = "campaigns.concept-changes-asked.v1"


class ConceptApproved(CollaborationEvent):
    """The concept is approved, by the brand or by its silence."""

    TYPE: ClassVar = "campaigns.concept-approved.v1"


class WorkSubmitted(CollaborationEvent):
    """The creator submitted the work, or its next version."""

    TYPE: ClassVar = "campaigns.work-submitted.v1"


class RevisionAsked(CollaborationEvent):
    """The brand asked for a revision, with points to change."""

    TYPE: ClassVar = "campaigns.revision-asked.v1"


class SubmissionApproved(CollaborationEvent):
    """The work is approved, by the brand or by its silence: its fee is earned (MONEY 22)."""

    TYPE: ClassVar = "campaigns.submission-approved.v1"


class DeliverablePublished(CollaborationEvent):
    """The work is live."""

    TYPE: ClassVar = "campaigns.deliverable-published.v1"


class PublicationRefused(CollaborationEvent):
    """What is live is not what was approved; the creator publishes again."""

    TYPE: ClassVar = "campaigns.publication-refused.v1"


class DeliverableCompleted(CollaborationEvent):
    """The publication is confirmed, by the brand or by its silence."""

    TYPE: ClassVar = "campaigns.deliverable-completed.v1"


class DeliverableCancelled(CollaborationEvent):
    """One deliverable is not wanted or not made any more (C9)."""

    TYPE: ClassVar = "campaigns.deliverable-cancelled.v1"


class DeadlineNear(CollaborationEvent):
    """A step is due in 48 or in 24 hours (C7)."""

    TYPE: ClassVar = "campaigns.deadline-near.v1"


class DeadlineMissed(CollaborationEvent):
    """A step is overdue (C7)."""

    TYPE: ClassVar = "campaigns.deadline-missed.v1"


class ProposalMade(CollaborationEvent):
    """One side asks the other to agree to another due date, or to cancel."""

    TYPE: ClassVar = "campaigns.proposal-made.v1"


class ProposalRefused(CollaborationEvent):
    """The other side said no; all stays as it is."""

    TYPE: ClassVar = "campaigns.proposal-refused.v1"


class ProposalWithdrawn(CollaborationEvent):
    """Who proposed it took it back."""

    TYPE: ClassVar = "campaigns.proposal-withdrawn.v1"


class DeadlineExtended(CollaborationEvent):
    """Both agreed to another due date (C7)."""

    TYPE: ClassVar = "campaigns.deadline-extended.v1"


class CollaborationCompleted(CollaborationEvent):
    """All work is done; sales go on earning."""

    TYPE: ClassVar = "campaigns.collaboration-completed.v1"


class CollaborationCancelled(CollaborationEvent):
    """It is over, before or after the agreement (C9)."""

    TYPE: ClassVar = "campaigns.collaboration-cancelled.v1"


class CreatorForgotten(CollaborationEvent):
    """The creator was erased (D12): what was open is over, and nobody's words or addresses are left in it."""

    TYPE: ClassVar = "campaigns.creator-forgotten.v1"
