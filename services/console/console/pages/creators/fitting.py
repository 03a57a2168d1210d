"""What a creator is judged by, and the answer factor by factor in words (D8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from console.domain.words import Say, mark
from console.pages import creator_labels as words
from console.pages import groups
from console.pages.forms import Form
from console.pages.view import View
from contracts.discovery import Category, DeliverableKind, InfluencerType
from contracts.http.discovery import EarlierPrediction, FactorOut, FitIn, FitOut, RangeOut

AMOUNTS: Final = ("fee", "budget", "product_cost", "shipping", "other_costs", "sales_low", "sales_high")
ASKED: Final = ("campaign", "persona", "influencer_type", "deliverable", *AMOUNTS)
"""The fields of the question, as an address says them."""
FIELDS: Final[Mapping[str, str]] = {
    "sales_per_thousand_viewers": "sales_high",
    **{name: name for name in ASKED},
}
MAIN: Final = ("reach", "engagement", "relevance")
AMOUNT_INPUTS: Final = frozenset({"budget", "rate"})
MOST_NAMES: Final = 8
"""So many of a persona's lines are shown in one cell."""
SHARE_INPUTS: Final = frozenset({"ages", "genders", "countries"})


@dataclass(frozen=True)
class Row:
    """One factor in words: its range, what it was made of, and what was missing for one number."""

    words: str
    value: str
    inputs: str
    missing: str
    by_hand: bool = False


@dataclass(frozen=True)
class Answer:
    """The whole of it in words, line by line."""

    rows: tuple[Row, ...]
    parts: tuple[Row, ...]
    viewers: str
    cost: str
    costs: tuple[tuple[str, str], ...]
    cost_per_thousand: str
    outcome: str
    sales: str
    sales_of: int | None
    is_by_hand: bool
    left_out: str = ""


def read(form: Form, view: View, personas: Mapping[str, str], campaigns: Mapping[str, str]) -> FitIn | None:
    """The question; None with the reasons in the form. Its answer is not kept."""
    own = view.who.role.currency
    persona, campaign = form.text("persona"), form.text("campaign")
    if campaign and campaign not in campaigns:
        form.wrong("campaign", mark("Choose one of your campaigns."))
    if persona and persona not in personas:
        form.wrong("persona", mark("This persona is not there any more. Choose another one."))
    type_, kind = form.text("influencer_type"), form.text("deliverable")
    if type_ and type_ not in tuple(InfluencerType):
        form.wrong("influencer_type", mark("Choose one of these."))
    if kind and kind not in tuple(DeliverableKind):
        form.wrong("deliverable", mark("Choose one of these."))
    amounts = {name: form.amount(name, own, view.locale) if form.text(name) else None for name in AMOUNTS}
    low, high = amounts.pop("sales_low"), amounts.pop("sales_high")
    if low is not None and high is not None and high < low:
        form.wrong("sales_high", mark("Enter more than in the field before."))
    if form.errors:
        return None
    ends = [end for end in (low, high) if end is not None]
    return FitIn(
        persona=persona or None,
        campaign=campaign or None,
        keep=False,
        influencer_type=InfluencerType(type_) if type_ else None,
        deliverable=DeliverableKind(kind) if kind else DeliverableKind.SHORT_VIDEO,
        currency=None if campaign and not ends and not any(amounts.values()) else own,
        sales_per_thousand_viewers=(ends[0], ends[-1]) if ends else None,
        **{name: value for name, value in amounts.items() if value is not None},
    )


def answer_of(fit: FitOut, view: View) -> Answer:
    """The answer as the page shows it."""
    rows = {factor.name: _row(factor, fit.currency, view) for factor in fit.factors}
    per = fit.cost_per_thousand
    return Answer(
        rows=tuple(rows[name] for name in MAIN if name in rows),
        parts=tuple(row for name, row in rows.items() if name not in MAIN),
        viewers=view.say(mark("not known")) if fit.viewers is None else _whole(fit.viewers, view),
        cost=cost_of(fit.cost, fit.currency, view),
        costs=tuple(
            (view.say(words.COST.get(name, name)), _amount(value, fit.currency, view))
            for name, value in fit.costs.items()
        ),
        cost_per_thousand="" if per is None else cost_of(per, fit.currency, view),
        outcome=_outcome(fit, view),
        sales=""
        if fit.sales is None
        else cost_of(RangeOut(low=fit.sales.low, high=fit.sales.high), fit.currency, view),
        sales_of=None if fit.sales is None else fit.sales.collaborations,
        is_by_hand=any(factor.by_hand for factor in fit.factors),
        left_out=groups.left_out(fit.left_out, view),
    )


def _row(factor: FactorOut, currency: str, view: View) -> Row:
    missing = ", ".join(dict.fromkeys(view.say(words.MISSING.get(name, name)) for name in factor.missing))
    told = [_input(factor.name, name, value, currency, view) for name, value in factor.inputs.items()]
    between = " \N{MULTIPLICATION SIGN} " if factor.name == "relevance" and not factor.by_hand else " · "
    return Row(
        words=view.say(words.FACTOR.get(factor.name, factor.name)),
        value=_whole(factor.value, view) if factor.name == "reach" else _percent(factor.value, view),
        inputs=between.join(told),
        missing=missing,
        by_hand=factor.by_hand,
    )


def _input(factor: str, name: str, value: Any, currency: str, view: View) -> str:
    """One input with its name: a count, a share, an amount, a range, or what was wanted."""
    said = view.say(
        words.FACTOR[name] if factor == "relevance" and name in words.FACTOR else words.INPUT.get(name, name)
    )
    if value is None:
        told = view.say(mark("not known"))
    elif isinstance(value, Mapping):
        told = _percent(RangeOut.model_validate(value), view)
    elif name in AMOUNT_INPUTS:
        told = view.formats.minor(int(value), currency)
    elif name in SHARE_INPUTS:
        told = _percent(RangeOut(low=float(value), high=float(value)), view)
    elif isinstance(value, int | float):
        told = view.formats.number(round(value))
    elif isinstance(value, list | tuple):
        told = _several([_name(one, view) for one in value], view)
        told = told or view.say(mark("nothing") if name == "found" else mark("not known"))
    else:
        told = view.say(words.HOBBY.get(value, value)) if name == "persona" else _name(value, view)
    return view.say(Say(mark("%(name)s: %(value)s"), {"name": said, "value": told}))


def _several(names: Sequence[str], view: View) -> str:
    """The first of many names, and how many more there are."""
    told = ", ".join(names[:MOST_NAMES])
    if len(names) <= MOST_NAMES:
        return told
    return view.say(Say(mark("%(names)s and %(count)s more"), {"names": told, "count": len(names) - MOST_NAMES}))


def _name(value: str, view: View) -> str:
    if value in tuple(InfluencerType):
        return view.say(words.TYPE[InfluencerType(value)][0])
    return view.say(words.CATEGORY[Category(value)]) if value in tuple(Category) else str(value)


def _between(low: str, high: str | None, view: View) -> str:
    if high is None:
        return view.say(Say(mark("%(least)s or more"), {"least": low}))
    return low if low == high else view.say(Say(mark("%(least)s to %(most)s"), {"least": low, "most": high}))


def _whole(value: RangeOut, view: View) -> str:
    if value.high is None and not value.low:
        return view.say(mark("not known"))
    number = view.formats.number
    return _between(number(round(value.low)), None if value.high is None else number(round(value.high)), view)


def _percent(value: RangeOut, view: View) -> str:
    if value.high is None and not value.low:
        return view.say(mark("not known"))
    rate = view.formats.rate
    high = None if value.high is None else rate(round(value.high * 10_000))
    return _between(rate(round(value.low * 10_000)), high, view)


def cost_of(value: RangeOut, currency: str, view: View) -> str:
    """A cost, or a range of it, in minor units of the currency."""
    minor = view.formats.minor
    high = None if value.high is None else minor(round(value.high), currency)
    return _between(minor(round(value.low), currency), high, view)


def _amount(value: int | None, currency: str, view: View) -> str:
    return view.say(mark("not known")) if value is None else view.formats.minor(value, currency)


def _outcome(fit: FitOut | EarlierPrediction, view: View) -> str:
    """From its worst to its best; empty without a history of sales."""
    if fit.outcome_low is None and fit.outcome_high is None:
        return ""
    ends = [
        None if end is None else view.formats.minor(round(end), fit.currency, sign=True)
        for end in (fit.outcome_low, fit.outcome_high)
    ]
    if ends[0] is None:
        return view.say(Say(mark("%(most)s at best"), {"most": ends[1]}))
    return _between(ends[0], ends[1], view)


def came_of(one: EarlierPrediction, view: View) -> tuple[str, str]:
    """The outcome that was predicted, and the one by now: net sales less the fee; empty where one is not known."""
    sold = [each.amount for each in one.net_sales if each.currency == one.currency]
    if one.fee is None or one.fee.currency != one.currency or len(sold) != len(one.net_sales):
        return _outcome(one, view), ""
    return _outcome(one, view), view.formats.minor(sum(sold) - one.fee.amount, one.currency, sign=True)


def predicted_viewers(value: RangeOut | None, view: View) -> str:
    """Relevant viewers that were predicted."""
    return view.say(mark("not known")) if value is None else _whole(value, view)
