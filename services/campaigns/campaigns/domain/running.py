"""A published campaign's course: paused, resumed, ended, dropped, and what that does to its collaborations."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from campaigns.domain.budgets import Standing, notice
from campaigns.domain.campaigns import CampaignRecord, is_over, possible
from campaigns.domain.collaborations.records import CollaborationRecord, Step
from campaigns.domain.collaborations.states import CANCELLED
from campaigns.domain.refusals import NotNow
from contracts.campaigns import (
    Budget,
    BudgetLevel,
    BudgetNotice,
    CampaignEndMoved,
    CampaignStatus,
    Collaboration,
    CollaborationEvent,
    CollaborationPaused,
    CollaborationResumed,
    Period,
    Program,
    Side,
)

END_TIMER = "campaign-ends"
SPREAD_TIMER = "campaign-spreads"
"""Takes a change of the campaign to its collaborations, so many at a time."""
BUDGET_TIMER = "budget-runs-out"
LEVEL_TIMER = "budget-level"
"""Looks at a budget that an agreement brought to a level, once that has committed."""
NOTICE = timedelta(hours=48)
"""Between the notice that the budget has run out and the pause (MONEY 22)."""


def paused(campaign: CampaignRecord, now: datetime) -> CampaignRecord:
    """Links earn nothing from `now` on, and nobody is invited."""
    _must_be(campaign, CampaignStatus.PUBLISHED, "pause", now)
    return _next(campaign, status=CampaignStatus.PAUSED, paused_at=now, pauses_at=None)


def resumed(campaign: CampaignRecord, now: datetime) -> CampaignRecord:
    """It goes on."""
    _must_be(campaign, CampaignStatus.PAUSED, "resume", now)
    return _next(campaign, status=CampaignStatus.PUBLISHED, paused_at=None)


def ended(campaign: CampaignRecord, now: datetime) -> CampaignRecord:
    """The brand ends it now; whoever clicked before can still be credited within the window."""
    if "end" not in possible(campaign, now):
        raise _not_now(campaign, "end", now)
    return _next(campaign, status=CampaignStatus.ENDED, ends_at=now, pauses_at=None)


def ended_by_date(campaign: CampaignRecord, now: datetime) -> CampaignRecord | None:
    """Its own end has come; None if it has not, or it is marked as ended already."""
    if campaign.status is CampaignStatus.ENDED or not is_over(campaign, now):
        return None
    return _next(campaign, status=CampaignStatus.ENDED, pauses_at=None)


def must_be_droppable(campaign: CampaignRecord, now: datetime) -> None:
    """Raise `NotNow` unless it is a draft: what was published stays on record."""
    _must_be(campaign, CampaignStatus.DRAFT, "drop", now)


def with_budget(campaign: CampaignRecord, budget: Budget | None, now: datetime) -> CampaignRecord:
    """With another budget, of which nothing was said yet; until it is over."""
    _must_not_be_over(campaign, "change the budget", now)
    return _next(campaign, budget=budget, budget_notices=())


def with_program(campaign: CampaignRecord, program: Program | None, now: datetime) -> CampaignRecord:
    """With other rules for applications, or with none; until it is over."""
    _must_not_be_over(campaign, "change the program", now)
    return _next(campaign, program=program)


def noticed(campaign: CampaignRecord, standing: Standing, now: datetime) -> CampaignRecord | None:
    """With what its brand is to hear of the budget, each level once; None if there is nothing new."""
    found = campaign
    if standing.has_run_out:
        found = out_of_budget(found, now) or found
    told = {one.level for one in found.budget_notices}
    level = standing.level
    if level is not None and level not in told and BudgetLevel.FULL not in told and not _is_closed(campaign, now):
        found = _noticed(found, (*found.budget_notices, notice(standing, level, now)), campaign)
    return None if found is campaign else found


def refused(campaign: CampaignRecord, standing: Standing, needs: int, now: datetime) -> CampaignRecord | None:
    """With the notice that the budget could not cover what a creator agreed to; None if that was said already."""
    told = {one.level for one in campaign.budget_notices}
    if BudgetLevel.REFUSED in told or standing.left is None or _is_closed(campaign, now):
        return None
    return _noticed(campaign, (*campaign.budget_notices, notice(standing, BudgetLevel.REFUSED, now, needs)), campaign)


def _noticed(found: CampaignRecord, notices: tuple[BudgetNotice, ...], before: CampaignRecord) -> CampaignRecord:
    return replace(found, budget_notices=notices, revision=before.revision + 1)


def _is_closed(campaign: CampaignRecord, now: datetime) -> bool:
    return campaign.status in (CampaignStatus.DRAFT, CampaignStatus.ENDED) or is_over(campaign, now)


def out_of_budget(campaign: CampaignRecord, now: datetime) -> CampaignRecord | None:
    """Its budget has run out: it pauses after the notice. None if that is known, or it does not run."""
    if campaign.status is not CampaignStatus.PUBLISHED or campaign.pauses_at is not None or is_over(campaign, now):
        return None
    return _next(campaign, pauses_at=now + NOTICE)


def within_budget_again(campaign: CampaignRecord) -> CampaignRecord:
    """The budget suffices: no pause is due."""
    return replace(campaign, pauses_at=None)


@dataclass(frozen=True, slots=True)
class Course:
    """What a campaign did that its collaborations must follow: times in UTC, `resumed_at` for a pause that is over."""

    status: CampaignStatus
    paused_at: datetime | None = None
    resumed_at: datetime | None = None
    ends_at: datetime | None = None


def follow(
    collaboration: CollaborationRecord, course: Course
) -> tuple[CollaborationRecord, type[CollaborationEvent]] | None:
    """The collaboration as the campaign's course wants it, and the fact's name; None if it is so already.

    An end is told to one that was paused too, though its date was known and nothing else changes.

    A pause that nobody had come to tell this collaboration of before it was over is told afterwards, as it was. Nothing
    is agreed while a campaign is paused; an agreement that met the pause at the same moment, or whose clock is ahead
    of the pause's, was active for no time at all, and begins when the campaign goes on.
    """
    state = collaboration.state
    if course.status is CampaignStatus.ENDED:
        assert course.ends_at is not None
        found = _with(collaboration, active=_closed(state.active, course.ends_at), campaign_end=course.ends_at)
        kind: type[CollaborationEvent] = CampaignEndMoved
        if _is_paused(state, course.ends_at):
            return found, kind  # all is as it was, but it won't go on: whoever waits for that hears it
    elif not state.active or state.status is CANCELLED or course.paused_at is None:
        return None
    elif course.resumed_at is None:
        found, kind = _with(collaboration, active=_closed(state.active, course.paused_at)), CollaborationPaused
    else:
        active = _closed(state.active, course.paused_at) if state.active[-1].start < course.resumed_at else state.active
        closed_at = active[-1].end
        if closed_at is not None and course.paused_at <= closed_at <= course.resumed_at:
            active = (*active, Period(start=course.resumed_at))
        found, kind = _with(collaboration, active=active), CollaborationResumed
    return None if found.state == state else (found, kind)


def steps_of(collaboration: CollaborationRecord, courses: Iterable[Course], now: datetime) -> list[Step]:
    """What the campaign's course makes of a collaboration, one turn after the other."""
    steps: list[Step] = []
    for course in courses:
        followed = follow(collaboration, course)
        if followed is not None:
            after, says = followed
            steps.append(Step(collaboration, after, says, None, Side.SYSTEM, now))
            collaboration = after
    return steps


def _closed(active: tuple[Period, ...], at: datetime) -> tuple[Period, ...]:
    """With the last period's end, if it has none."""
    if not active or active[-1].end is not None:
        return active
    *before, last = active
    return (*before, Period(start=last.start, end=max(last.start, at)))


def _is_paused(state: Collaboration, at: datetime) -> bool:
    """Whether its links had stopped before, and would have gone on."""
    last = state.active[-1].end if state.active else None
    return state.status is not CANCELLED and last is not None and last < at


def _with(collaboration: CollaborationRecord, **changes: object) -> CollaborationRecord:
    return replace(
        collaboration, state=collaboration.state.model_copy(update=changes), revision=collaboration.revision + 1
    )


def _next(campaign: CampaignRecord, **changes: object) -> CampaignRecord:
    return replace(campaign, **changes, revision=campaign.revision + 1)  # type: ignore[arg-type]


def _must_be(campaign: CampaignRecord, status: CampaignStatus, action: str, now: datetime) -> None:
    if campaign.status is not status or is_over(campaign, now):
        raise _not_now(campaign, action, now)


def _must_not_be_over(campaign: CampaignRecord, action: str, now: datetime) -> None:
    if campaign.status is CampaignStatus.ENDED or is_over(campaign, now):
        raise _not_now(campaign, action, now)


def _not_now(campaign: CampaignRecord, action: str, now: datetime) -> NotNow:
    status = CampaignStatus.ENDED if is_over(campaign, now) else campaign.status
    return NotNow(action, status.value, possible(campaign, now))
