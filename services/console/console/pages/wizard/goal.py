"""The goal: a number, how it is measured, and a day; what speaks against it, and what others reached (C1)."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from console.clients import Discovery, Drafts
from console.domain.words import Say, mark
from console.pages import labels
from console.pages.creator_labels import TYPE
from console.pages.forms import Form
from console.pages.parts import if_there
from console.pages.view import View
from console.pages.wizard import suiting
from console.pages.wizard.step import Facts, Step, Values
from contracts.campaigns import Goal, GoalMetric, Measure, Purpose
from contracts.discovery import InfluencerType
from contracts.http.campaigns import ChangeDraft, DraftContent, DraftOut, GoalAdvice, RealismVerdict
from contracts.http.discovery import PersonaOut

MOST_TARGET: Final = 10**12
LINE: Final = 200
WHY: Final = {
    "metric": mark("Say what is counted: net sales, orders, clicks or views. A goal without it is a wish."),
    "target": mark("Say a number. Without one nobody can tell afterwards whether the goal was reached."),
    "measured_by": mark("Say how it is measured: by links, by coupon codes, or both. What is not measured stays open."),
    "deadline": mark("Say a day. Without one the goal is never missed, and never reached."),
}
"""Why a goal without this is none."""
HOW: Final = {
    "directly": mark("Directly, soon after a visit"),
    "long": mark("Over a long route: people compare, ask, and come back later"),
}
PURPOSE: Final = {
    Purpose.BRANDING: mark("To make the brand known to many kinds of people"),
    Purpose.LOOK_AND_FEEL: mark("To show how the product looks and feels"),
    Purpose.TRUST: mark("To win trust in an expensive product"),
}
REASON: Final = {
    Purpose.BRANDING: mark("Many people look up to them: they reach and move the most."),
    Purpose.LOOK_AND_FEEL: mark("How it looks and feels is shown best by people like those who are to buy it."),
    Purpose.TRUST: mark("Who is to pay much asks somebody who knows the matter."),
}
"""Why a type is suggested (D9)."""
TYPES: Final = {type_: words for type_, (words, _) in TYPE.items()}
VERDICT: Final[dict[RealismVerdict, labels.Label]] = {
    RealismVerdict.MODEST: (mark("Modest: three in four similar campaigns reached more"), "amber"),
    RealismVerdict.REALISTIC: (mark("Realistic"), "green"),
    RealismVerdict.AMBITIOUS: (mark("Ambitious: three in four similar campaigns reached less"), "amber"),
    RealismVerdict.BEYOND: (mark("Beyond what any similar campaign reached"), "red"),
    RealismVerdict.NOT_ENOUGH_DATA: (mark("Not enough data to compare"), ""),
}
ALIKE: Final = {
    "category-and-size": mark("Campaigns of this category, by brands of your size"),
    "category": mark("Campaigns of this category"),
    "metric": mark("Campaigns with a goal of this kind"),
}
OURS: Final = {
    "goal.metric": "metric",
    "goal.target": "target",
    "goal.measured_by": "measured_by",
    "goal.deadline": "deadline",
    "goal.persona_id": "persona_id",
    "goal.purpose": "purpose",
    "goal.influencer_type": "influencer_type",
    "goal.persona": "persona",
    "goal.expected_traffic": "expected_traffic",
    "ends_at": "ends_at",
}


def values(draft: DraftContent, view: View) -> Values:
    """The step as its form's values."""
    goal, f = draft.goal, view.formats
    if goal is None:
        return {}
    is_money = goal.metric is GoalMetric.SALES_AMOUNT
    return {
        "metric": goal.metric,
        "target": f.typed(goal.target, view.who.role.currency) if is_money else f.number(goal.target),
        "measured_by": goal.measured_by,
        "deadline": f.typed_day(goal.deadline),
        "ends_at": "" if draft.ends_at in {None, goal.deadline} else f.typed_day(draft.ends_at),
        "persona": goal.persona,
        "persona_id": goal.persona_id or "",
        "purpose": goal.purpose or "",
        "influencer_type": goal.influencer_type,
        "expected_traffic": "" if goal.expected_traffic is None else f.number(goal.expected_traffic),
        "bought": "directly" if goal.bought_directly else "long",
    }


def read(form: Form, view: View) -> ChangeDraft | None:
    """What the form says of this step; whatever a goal can't do without is asked for with the reason."""
    role, locale = view.who.role, view.locale
    for name, why in WHY.items():
        if not form.values.get(name, "").strip():
            form.wrong(name, why)
    metric = GoalMetric(form.choice("metric", list(GoalMetric)))
    if metric is GoalMetric.SALES_AMOUNT:
        target = form.amount("target", role.currency, locale)
    else:
        target = form.whole("target", least=1, most=MOST_TARGET)
    if target is not None and not 0 < target <= MOST_TARGET:
        form.wrong("target", Say(mark("Enter a number from 1 to %(most)s."), {"most": MOST_TARGET}))
    measured_by = Measure(form.choice("measured_by", list(Measure)))
    deadline = form.end_of_day("deadline", role.zone)
    ends_at = form.end_of_day("ends_at", role.zone, required=False)
    now = view.desk.clock.now()
    for name, day in (("deadline", deadline), ("ends_at", ends_at)):
        if day is not None and day <= now:
            form.wrong(name, mark("Choose a day that is still to come."))
    expected = form.whole("expected_traffic", least=0, most=MOST_TARGET, required=False)
    persona = form.line("persona", most=LINE)
    persona_id = form.line("persona_id", most=LINE)
    purpose = form.choice("purpose", ["", *PURPOSE])
    type_ = form.choice("influencer_type", ["", *InfluencerType])
    bought = form.choice("bought", list(HOW))
    if form.errors or target is None or deadline is None:
        return None
    goal = Goal(
        metric=metric,
        target=target,
        measured_by=measured_by,
        deadline=deadline,
        persona=persona,
        persona_id=persona_id or None,
        purpose=Purpose(purpose) if purpose else None,
        influencer_type=type_,
        expected_traffic=expected,
        bought_directly=bought == "directly",
    )
    return ChangeDraft(goal=goal, ends_at=ends_at or deadline)


def ours(field: str, form: Form) -> str:
    """Which of our fields shows a refusal; the end is the deadline where it was left empty."""
    if field == "ends_at" and not form.values.get("ends_at", "").strip():
        return "deadline"
    return next((mine for theirs, mine in OURS.items() if field.startswith(theirs)), "")


async def more(view: View, draft: DraftOut | None, form: Form) -> dict[str, Any]:
    """The lists of the form, and how the saved goal stands."""
    told = await _told(view, draft) if draft is not None else None
    discovery = Discovery(view.service("discovery"))
    personas, matrix = await asyncio.gather(if_there(discovery.personas()), if_there(discovery.types()))
    purpose = draft.goal.purpose if draft is not None and draft.goal is not None else None
    return {
        "personas": _personas(personas, form.values.get("persona_id", ""), view),
        "purposes": [("", view.say(mark("Not said"))), *_pairs(view, PURPOSE)],
        "types": [("", view.say(mark("None in particular"))), *_pairs(view, TYPES)],
        "suggested": None if purpose is None or matrix is None else TYPES[matrix.wanted[purpose]],
        "reason": None if purpose is None else REASON[purpose],
        "metrics": [("", view.say(mark("Choose one"))), *_pairs(view, labels.METRIC)],
        "measures": [("", view.say(mark("Choose one"))), *_pairs(view, labels.MEASURE)],
        "bought": [(value, view.say(words), "") for value, words in HOW.items()],
        "currency": view.who.role.currency,
        "advice": told,
        "against": _against(told, draft, view) if draft is not None and told is not None else (),
        "verdicts": VERDICT,
        "alike": ALIKE,
        "is_money": draft is not None and draft.goal is not None and draft.goal.metric is GoalMetric.SALES_AMOUNT,
    }


def _personas(found: Sequence[PersonaOut] | None, chosen: str, view: View) -> list[tuple[str, str]]:
    """The brand's personas; what was chosen stays, also while nobody tells its name."""
    options = [("", view.say(mark("None of them"))), *((one.id, one.name) for one in found or ())]
    if chosen and chosen not in dict(options):
        told = mark("The one that was chosen") if found is None else mark("One that is not there any more")
        options.append((chosen, view.say(told)))
    return options


def _pairs(view: View, words: Mapping[Any, str]) -> list[tuple[str, str]]:
    return [(value, view.say(said)) for value, said in words.items()]


async def advice(view: View, draft: DraftOut) -> Sequence[str]:
    """What a brand should read before it goes on; a goal that nobody reaches or everybody does is read here too."""
    told = await _told(view, draft)
    if told is None:
        return ()
    is_calm = told.realism.verdict in {RealismVerdict.REALISTIC, RealismVerdict.NOT_ENOUGH_DATA}
    verdict = () if is_calm else (view.say(VERDICT[told.realism.verdict][0]),)
    return (*_against(told, draft, view), *verdict)


async def _told(view: View, draft: DraftOut) -> GoalAdvice | None:
    """What campaigns says of the goal that is saved."""
    if draft.goal is None:
        return None
    return await if_there(Drafts(view.service("campaigns")).about_goal(draft.goal, draft.category))


def _against(told: GoalAdvice, draft: DraftOut, view: View) -> Sequence[str]:
    """What speaks against the goal, and against the channels that the draft speaks of."""
    of_goal = [view.say(suiting.GOAL[one]) for one in told.goal_warnings]
    return [*of_goal, *suiting.of_channels(draft, suiting.chosen(draft), view)]


def facts(draft: DraftContent, view: View) -> Facts:
    """For the last look."""
    goal, f = draft.goal, view.formats
    if goal is None:
        return []
    is_money = goal.metric is GoalMetric.SALES_AMOUNT
    target = f.minor(goal.target, view.who.role.currency) if is_money else f.number(goal.target)
    found = [
        (view.say(mark("Goal")), f"{target} {view.say(labels.METRIC[goal.metric])}"),
        (view.say(mark("Measured by")), view.say(labels.MEASURE[goal.measured_by])),
        (view.say(mark("Deadline")), f.day(goal.deadline)),
    ]
    if draft.ends_at is not None and f.typed_day(draft.ends_at) != f.typed_day(goal.deadline):
        found.append((view.say(mark("Links earn until")), f.day(draft.ends_at)))
    if goal.persona:
        found.append((view.say(mark("For whom")), goal.persona))
    if goal.purpose is not None:
        found.append((view.say(mark("What it is for")), view.say(PURPOSE[goal.purpose])))
    if goal.influencer_type:
        said = TYPES.get(InfluencerType(goal.influencer_type), goal.influencer_type)
        found.append((view.say(mark("Influencer type")), view.say(said)))
    if goal.persona_id:
        found.append((view.say(mark("Persona")), view.say(mark("One of yours: creators are judged by it"))))
    return found


STEP = Step(
    slug="goal",
    title=mark("Goal"),
    says=mark("A number, how it is measured, and a day. Without these nobody can say whether it worked."),
    parts=("goal", "ends_at"),
    values=values,
    read=read,
    ours=ours,
    facts=facts,
    words={
        "metric": mark("What counts"),
        "target": mark("Target"),
        "measured_by": mark("Measured by"),
        "deadline": mark("Deadline"),
        "ends_at": mark("Links earn until"),
        "persona": mark("For whom"),
        "persona_id": mark("Persona"),
        "purpose": mark("What it is for"),
        "influencer_type": mark("Influencer type"),
        "expected_traffic": mark("Expected visits"),
        "bought": mark("How it is bought"),
    },
    shown={
        "metric": {metric.value: words for metric, words in labels.METRIC.items()},
        "measured_by": {measure.value: words for measure, words in labels.MEASURE.items()},
        "bought": HOW,
        "purpose": {purpose.value: words for purpose, words in PURPOSE.items()},
        "influencer_type": {type_.value: words for type_, words in TYPES.items()},
    },
    is_written=lambda draft: draft.goal is not None,
    more=more,
    advice=advice,
)
