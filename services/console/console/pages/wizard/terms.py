"""What creators are offered: fee, commission plan, window and hold, and the rules of working together (C3)."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final, Literal

from babel.dates import format_timedelta

from console.domain.words import Say, mark
from console.pages import labels
from console.pages.forms import Form
from console.pages.view import View
from console.pages.wizard import plan, suiting, work
from console.pages.wizard.amounts import a_share, an_amount, money_of, typed
from console.pages.wizard.step import FIND, YES, Facts, Step, Values, built
from console.pages.wizard.words import CANCEL, CUSTOMERS
from contracts.campaigns import CancelRule
from contracts.http.campaigns import ChangeDraft, DraftContent, DraftOut, PlainTerms

PERCENT, FIXED = "percent", "fixed"
PLANS: Final = {
    PERCENT: (mark("A percentage"), mark("Of net sales, without tax and shipping.")),
    FIXED: (mark("An amount for each piece"), mark("Whatever it is sold for.")),
}
DAY_HOURS: Final = 24
NEVER_LARGER: Final = 10**6
"""So many of a unit make none of the next one: 30 days stay days."""
WINDOW_HOURS: Final = (24, 8760)
HOLD_DAYS: Final = 365
REVISIONS: Final = 10
DEFAULTS: Final = {
    "plan": PERCENT,
    "fee": "0",
    "rate": "10",
    "window_days": "30",
    "hold_days": "30",
    "revision_limit": "2",
    "cancellation": CancelRule.BOTH.value,
}
"""What a new form proposes."""
WORDS: Final = {
    "fee": mark("Fee"),
    "plan": mark("Commission"),
    "rate": mark("Commission"),
    "per_unit": mark("Amount for each piece"),
    "discount": mark("Coupon codes take off"),
    "cap": mark("Most commission in a month"),
    "window_days": mark("Window"),
    "hold_days": mark("Hold"),
    "revision_limit": mark("Changes you may ask for"),
    "cancellation": mark("Who may cancel once it is agreed"),
    "may_advertise": mark("The creator may advertise"),
    **plan.WORDS,
    **work.WORDS,
}
OURS: Final = {
    "fee": "fee",
    "commission": "rate",
    "per_unit": "per_unit",
    "discount": "discount",
    "cap": "cap",
    "window_hours": "window_days",
    "hold_days": "hold_days",
    "revision_limit": "revision_limit",
    "cancellation": "cancellation",
}


def values(draft: DraftContent, view: View) -> Values:
    """The step as its form's values; of a draft without terms, what is proposed."""
    terms, f = draft.terms, view.formats
    if terms is None:
        return dict(DEFAULTS)
    found = {
        "fee": typed(terms.fee, view),
        "plan": PERCENT if terms.per_unit is None else FIXED,
        "rate": "" if terms.commission is None else f.typed_rate(terms.commission),
        "per_unit": typed(terms.per_unit, view),
        "discount": "" if terms.discount is None else f.typed_rate(terms.discount),
        "cap": typed(terms.cap, view),
        "window_days": f.number(Decimal(terms.window_hours) / DAY_HOURS),
        "hold_days": f.number(terms.hold_days),
        "revision_limit": f.number(terms.revision_limit),
        "cancellation": terms.cancellation.value,
        **({"may_advertise": YES} if terms.may_advertise else {}),
    }
    return found | plan.values(terms, view) | work.values(terms, view)


def read(form: Form, view: View) -> ChangeDraft | None:
    """What the form says of this step."""
    fee = an_amount(form, "fee", view)
    is_percent = form.choice("plan", list(PLANS)) == PERCENT
    rate = a_share(form, "rate", view) if is_percent else None
    per_unit = None if is_percent else an_amount(form, "per_unit", view)
    discount = a_share(form, "discount", view, required=False)
    cap = an_amount(form, "cap", view, required=False)
    window = _window(form, view)
    hold = form.whole("hold_days", least=0, most=HOLD_DAYS)
    revisions = form.whole("revision_limit", least=0, most=REVISIONS)
    cancellation = form.choice("cancellation", list(CancelRule))
    rates, tiers = plan.read_rates(form, view), plan.read_tiers(form, view, is_percent=is_percent)
    deliverables = work.read(form, view, fee)
    if form.errors:
        return None
    given = {
        "fee": money_of(fee, view),
        "commission": rate,
        "per_unit": money_of(per_unit, view),
        "discount": discount or None,
        "cap": money_of(cap, view),
        "window_hours": window,
        "hold_days": hold,
        "revision_limit": revisions,
        "cancellation": cancellation,
        "may_advertise": "may_advertise" in form.values,
        "rates": rates,
        "tiers": tiers,
        "deliverables": deliverables,
    }
    terms = built(form, PlainTerms, given, lambda name: ours(f"terms.{name}", form))
    return None if terms is None else ChangeDraft(terms=terms)


def _window(form: Form, view: View) -> int | None:
    days = form.decimal("window_days", view.locale)
    if days is None:
        return None
    hours = days * DAY_HOURS
    least, most = WINDOW_HOURS
    if hours != hours.to_integral_value() or not least <= hours <= most:
        between = {"least": least // DAY_HOURS, "most": most // DAY_HOURS}
        form.wrong("window_days", Say(mark("Enter a number of days from %(least)s to %(most)s."), between))
        return None
    return int(hours)


def ours(field: str, form: Form) -> str:
    """Which of our fields shows a refusal."""
    name = field.removeprefix("terms.")
    if name.startswith("deliverables"):
        return work.ours(name, form)
    if name.startswith(("rates", "tiers")):
        return plan.ours(name, form)
    return OURS.get(name.partition(".")[0], "")


async def more(view: View, draft: DraftOut | None, form: Form) -> dict[str, Any]:
    """The lists of the form, and its rows: those that are there and empty ones; by margin, if that was asked for."""
    by_margin = form.values.get("do") == FIND
    without = await plan.fill_by_margin(form, view, draft) if by_margin else []
    return {
        "advice": await advice(view, draft) if draft is not None else (),
        "without_rate": without,
        "is_by_margin": by_margin and not form.errors,
        "plans": [(value, view.say(words), view.say(hint)) for value, (words, hint) in PLANS.items()],
        "cancels": [(value, view.say(words), view.say(hint)) for value, (words, hint) in CANCEL.items()],
        "customers": [(value, view.say(words)) for value, words in CUSTOMERS.items()],
        "types": [(value, view.say(words)) for value, words in labels.DELIVERABLE_TYPE.items()],
        "platforms": [(value, view.say(words)) for value, words in labels.PLATFORM.items()],
        "currency": view.who.role.currency,
        "work_rows": work.rows(form),
        "rate_rows": plan.rows(form, "r", plan.MOST_RATES),
        "tier_rows": plan.rows(form, "t", plan.MOST_TIERS),
    }


async def advice(view: View, draft: DraftOut) -> Sequence[str]:
    """What the matrix says against the platforms that deliverables are for."""
    return suiting.of_channels(draft, suiting.worked_on(draft), view)


def facts(draft: DraftContent, view: View) -> Facts:
    """For the last look: the terms that invitations will offer."""
    terms, f = draft.terms, view.formats
    if terms is None:
        return []
    default = (
        f.rate(terms.commission)
        if terms.commission is not None
        else view.say(Say(mark("%(amount)s for each piece"), {"amount": f.money(terms.per_unit)}))
    )
    if terms.rates:
        default = view.say(Say(mark("Everything else: %(rate)s"), {"rate": default}))
    found = [
        (view.say(mark("Fee")), f.money(terms.fee)),
        (view.say(mark("Commission")), "\n".join([*plan.told(terms, view), default])),
        (view.say(mark("Window")), _span(terms.window_hours, view)),
        (view.say(mark("Hold")), _span(terms.hold_days * DAY_HOURS, view)),
    ]
    if terms.tiers:
        found.append((view.say(mark("Tiers")), "\n".join(plan.told_tiers(terms, view))))
    if terms.cap is not None:
        found.append((view.say(WORDS["cap"]), f.money(terms.cap)))
    if terms.discount is not None:
        found.append((view.say(WORDS["discount"]), f.rate(terms.discount)))
    found += [
        (view.say(mark("Deliverables")), "\n".join(work.told(terms, view)) or view.say(mark("None named"))),
        (view.say(WORDS["revision_limit"]), f.number(terms.revision_limit)),
        (view.say(WORDS["cancellation"]), view.say(CANCEL[terms.cancellation][0])),
        (view.say(WORDS["may_advertise"]), view.say(mark("Yes") if terms.may_advertise else mark("No"))),
    ]
    return found


def _span(hours: int, view: View) -> str:
    """In days, or in hours where that is no whole number."""
    unit: Literal["hour", "day"] = "hour" if hours % DAY_HOURS else "day"
    return format_timedelta(timedelta(hours=hours), granularity=unit, threshold=NEVER_LARGER, locale=view.locale)


STEP = Step(
    slug="terms",
    title=mark("Terms"),
    says=mark("What each creator is offered. Whoever accepts keeps these terms."),
    parts=("terms",),
    values=values,
    read=read,
    ours=ours,
    facts=facts,
    words=WORDS,
    shown={
        "plan": {value: words for value, (words, _) in PLANS.items()},
        "cancellation": {value: words for value, (words, _) in CANCEL.items()},
        "customer": CUSTOMERS,
        "type": {kind.value: words for kind, words in labels.DELIVERABLE_TYPE.items()},
        "platform": {platform.value: words for platform, words in labels.PLATFORM.items()},
    },
    is_written=lambda draft: draft.terms is not None,
    more=more,
    advice=advice,
)
