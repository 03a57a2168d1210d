"""What is left of a collaboration and of an application whose creator was erased (D12)."""

from contracts.campaigns.applications import Application
from contracts.campaigns.collaborations import Collaboration, Decline
from contracts.campaigns.work import Deliverable, Sample, Version


def without_person(state: Collaboration) -> Collaboration:
    """The same without the profile, and without all that either side wrote to the other or published.

    What the two agreed on stays: terms, steps, times and amounts, and the account's id, by which the books know it. A
    coupon code that was only offered goes, as it is made of the person's name.
    """
    is_agreed = state.agreed_at is not None
    return state.model_copy(
        update={
            "profile": None,
            "terms": state.terms
            if is_agreed
            else tuple(one.model_copy(update={"coupon": None}) for one in state.terms),
            "invitation": state.invitation.model_copy(update={"message": ""}),
            "declined": None if state.declined is None else Decline(reason=state.declined.reason),
            "deliverables": tuple(_deliverable(one) for one in state.deliverables),
            "offers": tuple(one.model_copy(update={"note": ""}) for one in state.offers),
            "proposals": tuple(one.model_copy(update={"note": ""}) for one in state.proposals),
            "sample": None if state.sample is None else _sample(state.sample),
            "cancelled": state.cancelled and state.cancelled.model_copy(update={"reason": "", "feedback": ""}),
        }
    )


def without_applicant(state: Application) -> Application:
    """The same without the profile and without what the creator wrote, or the brand about them."""
    return state.model_copy(update={"profile": None, "idea": "", "answers": (), "note": ""})


def _deliverable(one: Deliverable) -> Deliverable:
    return one.model_copy(
        update={
            "concepts": tuple(_version(each) for each in one.concepts),
            "submissions": tuple(_version(each) for each in one.submissions),
            "live_url": None,
            "publication_points": (),
        }
    )


def _version(one: Version) -> Version:
    review = one.review and one.review.model_copy(update={"points": ()})
    return one.model_copy(update={"text": "", "url": None, "file": None, "review": review})


def _sample(one: Sample) -> Sample:
    words = dict.fromkeys(("reason", "plan", "answer", "carrier", "tracking", "feedback"), "")
    return one.model_copy(update=words)
