"""What the API tells, and how refusals are told."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from fastapi.exceptions import RequestValidationError

from campaigns.answers.collaborations import collaboration_out, collaborations_out, one_out
from campaigns.domain import campaigns, channels, drafts, goals
from campaigns.domain.applications import NotEligible
from campaigns.domain.budgets import BudgetExceeded, BudgetTooSmall
from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.channels import SHIPPED, Against, Matrix
from campaigns.domain.collaborations.proposals import NoSuchProposal
from campaigns.domain.collaborations.work import NoSuchDeliverable
from campaigns.domain.drafts import DraftRecord
from campaigns.domain.eligibility import Finding
from campaigns.domain.joining import AlreadyClaimed
from campaigns.domain.refusals import NotNow, OfferChanged, Refused
from campaigns.objects import ObjectsAway
from campaigns.store import CodeTaken, Stale
from chassis.http import FieldError, Problem, conflict, not_found, unavailable, unprocessable
from chassis.http.answers import Told, field_errors
from contracts.campaigns import Channel, Trait
from contracts.console import BrandDetails
from contracts.http.campaigns import (
    AgainstChannel,
    CampaignOut,
    DraftContent,
    DraftOut,
    FindingOut,
    MissingOut,
    NewDeliverable,
    RuleStanding,
)


def campaign_out(campaign: CampaignRecord, now: datetime, matrix: Matrix = SHIPPED) -> CampaignOut:
    """A campaign as its brand sees it, warned by the brand's own channel matrix."""
    against = _against(matrix, campaign.brief.channels, campaign.brief.needs, campaign.terms.deliverables)
    return CampaignOut(
        id=campaign.id,
        brand=campaign.brand,
        name=campaign.name,
        status=campaign.status,
        landing_url=campaign.landing_url,
        goal=campaign.goal,
        brief=campaign.brief,
        terms=campaign.terms,
        revision=campaign.revision,
        created_at=campaign.created_at,
        published_at=campaign.published_at,
        ends_at=campaign.ends_at,
        program=campaign.program,
        budget=campaign.budget,
        paused_at=campaign.paused_at,
        pauses_at=campaign.pauses_at,
        can=campaigns.possible(campaign, now),
        warnings=(*goals.warnings(campaign.goal), *(each.says for each in against)),
        goal_warnings=goals.warned(campaign.goal),
        against=against_out(against),
    )


def draft_out(
    draft: DraftRecord, brand: BrandDetails, unknown_products: Sequence[str], now: datetime, matrix: Matrix = SHIPPED
) -> DraftOut:
    """A draft as its brand sees it: what is missing or wrong, and what it should think of."""
    content = draft.content
    deliverables = content.terms.deliverables if content.terms is not None else ()
    against = _against(matrix, content.channels, content.needs, deliverables)
    wrong = drafts.faults(
        content, domains=brand.domains, currency=brand.currency, unknown_products=[*unknown_products], now=now
    )
    return DraftOut(
        **{name: getattr(content, name) for name in DraftContent.model_fields},
        id=draft.id,
        brand=draft.brand,
        revision=draft.revision,
        created_at=draft.created_at,
        is_campaign=draft.is_campaign,
        missing=tuple(MissingOut(field=one.field, message=one.message) for one in (*drafts.lacks(content), *wrong)),
        warnings=(
            *(goals.warnings(content.goal) if content.goal is not None else ()),
            *(each.says for each in against),
        ),
        goal_warnings=goals.warned(content.goal) if content.goal is not None else (),
        against=against_out(against),
    )


def _against(
    matrix: Matrix, chosen: Iterable[Channel], needs: Iterable[Trait], deliverables: Iterable[NewDeliverable]
) -> tuple[Against, ...]:
    """What speaks against the channels that are chosen, and those that deliverables are for."""
    every = (*chosen, *channels.channels_of(each.platform for each in deliverables))
    return channels.against(matrix, every, needs)


def against_out(found: Sequence[Against]) -> tuple[AgainstChannel, ...]:
    """What speaks against channels, as data and in words."""
    return tuple(
        AgainstChannel(channel=each.channel, traits=each.traits, better=each.better, says=each.says) for each in found
    )


def findings_out(findings: Sequence[Finding]) -> tuple[FindingOut, ...]:
    """A creator's standing, rule by rule."""
    return tuple(
        FindingOut(
            rule=each.rule.value,
            standing=RuleStanding(each.standing.value),
            needs=each.needs,
            has=each.has,
            gap=each.gap,
        )
        for each in findings
    )


def refused(error: Refused) -> Problem:
    """422, naming every field."""
    return unprocessable([(one.field, one.message) for one in (error, *error.others)])


def not_now(error: NotNow) -> Problem:
    """409, with what is possible now."""
    return conflict(
        "not-now", "Not possible now", f"{str(error).capitalize()}.", possible=list(error.possible), rule=error.rule
    )


def stale(_: Stale) -> Problem:
    """412: read it again first."""
    return Problem(412, "changed-meanwhile", "Changed meanwhile", "Somebody changed it. Read it again and decide anew.")


def code_taken(error: CodeTaken) -> Problem:
    """409: another code is needed."""
    return conflict("code-taken", "This code is taken", f"Another creator of yours has {error}. Choose another code.")


def not_eligible(error: NotEligible) -> Problem:
    """409, with each rule that fails and by how much."""
    says = [f"{each.rule.value}: {each.needs} needed, {each.has} known" for each in error.failed]
    return conflict(
        "not-eligible",
        "The program asks for more",
        f"{'; '.join(says)}.",
        failed=[each.model_dump(mode="json") for each in findings_out(error.failed)],
    )


def already_claimed(_: AlreadyClaimed) -> Problem:
    """409: somebody was faster."""
    return conflict("already-claimed", "Somebody was faster", "This link was opened and taken by somebody else.")


def objects_away(_: ObjectsAway) -> Problem:
    """503: files can't be reached at the moment."""
    return unavailable("files-unavailable", "Files can't be reached at the moment", "Try again in a moment.")


def budget_exceeded(error: BudgetExceeded) -> Problem:
    """409, naming the figures."""
    return conflict(
        "budget-exceeded",
        "The budget can't cover this",
        f"It needs {error.needs} and {error.left} {error.currency} are left (minor units).",
        needs=error.needs,
        left=error.left,
        currency=error.currency,
    )


def budget_too_small(error: BudgetTooSmall) -> Problem:
    """409, naming the figures."""
    return conflict(
        "budget-too-small",
        "More is bound already",
        f"{error.bound} {error.currency} are bound (minor units), which is more than {error.amount}.",
        amount=error.amount,
        bound=error.bound,
        currency=error.currency,
    )


def invalid(error: RequestValidationError) -> Problem:
    """422 by field; what a goal lacks is told with the reason why it is needed (C1)."""
    told = field_errors(error.errors())
    return unprocessable([_with_reason(each, error.body) for each in told])


def _with_reason(error: FieldError, body: object) -> FieldError:
    parent, _, name = error.field.rpartition(".")
    given = body.get("goal") if isinstance(body, dict) else None
    if parent == "goal" and name in goals.REASONS and isinstance(given, dict) and given.get(name) is None:
        return FieldError(field=error.field, message=goals.REASONS[name])
    return error


def offer_changed(error: OfferChanged) -> Problem:
    """409: what is on the table now, to be answered instead."""
    offer = error.on_the_table.model_dump(mode="json", exclude_none=True, exclude={"account"})
    detail = f"Offer {error.on_the_table.number} is on the table now. Read it, and answer that one."
    return conflict("offer-changed", "Another offer is on the table", detail, on_the_table=offer)


PROBLEMS: Mapping[type[Exception], Told] = {
    Refused: refused,
    NotNow: not_now,
    OfferChanged: offer_changed,
    Stale: stale,
    CodeTaken: code_taken,
    BudgetExceeded: budget_exceeded,
    BudgetTooSmall: budget_too_small,
    NotEligible: not_eligible,
    AlreadyClaimed: already_claimed,
    ObjectsAway: objects_away,
    NoSuchDeliverable: lambda _: not_found("deliverable"),
    NoSuchProposal: lambda _: not_found("proposal"),
    RequestValidationError: invalid,
}

__all__ = [
    "PROBLEMS",
    "campaign_out",
    "collaboration_out",
    "collaborations_out",
    "findings_out",
    "one_out",
]
