"""What a mail about a step says, to either side of it."""

from datetime import datetime
from urllib.parse import quote

from contracts.campaigns import (
    ApplicationReason,
    BudgetLevel,
    Collaboration,
    DeclineReason,
    DeliverableType,
    Platform,
    ProposalKind,
    Side,
)
from contracts.money import BasisPoints, Money
from notifications.domain.letters import Known, Letter, Offer, Places, offer_of, one_line, paragraphs
from notifications.domain.step import About, Step, Sums


class StepLetter(Letter):
    """One step as one side reads it. `other` is the other side's name; `by_you` where the reader did it.

    `by_silence` where nobody did it: the time had come. `at_once` where new terms are in force already. `before` and
    `offer` are two versions of terms where these change.
    """

    about: About = About.COLLABORATION
    to_brand: bool
    is_agreed: bool = False
    other: str
    campaign: str
    by_you: bool
    by_silence: bool
    about_sample: bool = False
    work: DeliverableType | None = None
    platform: Platform | None = None
    due: datetime | None = None
    at_once: bool = False
    live_by: datetime | None = None
    hours: int = 0
    version: int = 1
    note: tuple[str, ...] = ()
    plan: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    url: str = ""
    carrier: str = ""
    tracking: str = ""
    reason: DeclineReason | ApplicationReason | None = None
    proposal: ProposalKind | None = None
    before: Offer | None = None
    offer: Offer | None = None
    fee: Money | None = None
    commission: BasisPoints | None = None
    waiting: int = 0
    level: BudgetLevel | None = None
    sums: Sums | None = None

    @property
    def files(self) -> str:
        """All steps have one form; their words stand in `steps/`."""
        return "step"

    @property
    def words(self) -> str:
        """The template that holds this step's words, without the ending that says for which part."""
        return f"words/steps/{super().files}"


def of_step(step: Step, side: Side, known: Known, collaboration: Collaboration, places: Places) -> StepLetter:
    """The letter about `step` of a collaboration to `side`."""
    planned = [one for terms in collaboration.terms for one in terms.deliverables if one.id == step.deliverable]
    is_before = collaboration.agreed_at is None
    page = "collaborations" if side is Side.BRAND else "invitations" if is_before else "my-work"
    return _letter(step, side, known, places, f"{page}/{quote(collaboration.id, safe='')}").model_copy(
        update={
            "is_agreed": not is_before,
            "work": planned[0].type if planned else None,
            "platform": planned[0].platform if planned else None,
        }
    )


def of_other(step: Step, side: Side, known: Known, places: Places) -> StepLetter | None:
    """The letter about a step of an application, a conversation or a budget: of whichever is known."""
    if known.application is not None:
        one = known.application
        of_whom = f"campaigns/{quote(one.campaign, safe='')}/" if side is Side.BRAND else ""
        about, path = About.APPLICATION, f"{of_whom}applications/{quote(one.id, safe='')}"
    elif known.conversation is not None:
        about, path = About.CONVERSATION, f"messages/{quote(known.conversation.id, safe='')}"
    elif known.spending is not None:
        about, path = About.BUDGET, f"campaigns/{quote(known.spending.campaign, safe='')}/budget"
    else:
        return None
    return _letter(step, side, known, places, path).model_copy(update={"about": about})


def _letter(step: Step, side: Side, known: Known, places: Places, path: str) -> StepLetter:
    to_brand = side is Side.BRAND
    return StepLetter(
        template=step.template,
        site=places.site,
        creator="" if to_brand else one_line(known.creator),
        action_url=f"{places.console}/{path}",
        to_brand=to_brand,
        other=one_line(known.creator if to_brand else known.brand),
        campaign=one_line(known.campaign),
        by_you=step.by is side,
        by_silence=step.by is Side.SYSTEM,
        about_sample=step.about_sample,
        due=step.due,
        at_once=step.due == step.at,
        live_by=step.live_by,
        hours=step.hours,
        version=step.version,
        note=paragraphs(step.note),
        plan=paragraphs(step.plan),
        points=tuple(line for line in map(one_line, step.points) if line),
        url=one_line(step.url),
        carrier=one_line(step.carrier),
        tracking=one_line(step.tracking),
        reason=step.reason,
        proposal=step.proposal,
        before=offer_of(step.before) if step.before else None,
        offer=offer_of(step.terms) if step.terms else None,
        fee=step.fee,
        commission=step.commission,
        waiting=step.waiting,
        level=step.level,
        sums=step.sums,
    )
