"""The form of a new campaign: goal, brief and terms in one place (C1, C2, C3)."""

from typing import Any

from console.domain.words import Say, mark
from console.pages import labels
from console.pages.forms import Form
from console.pages.view import View
from contracts.campaigns import Brief, ContentType, Goal, GoalMetric, Measure
from contracts.http.campaigns import CampaignTerms, CreateCampaign
from contracts.money import Money

MOST_TARGET = 10**12
LINE = 200
TEXT = 5000
ADDRESS = 2000
WINDOW_DAYS = (1, 365)


FIELDS = {
    "name": "name",
    "landing_url": "landing_url",
    "goal.metric": "metric",
    "goal.target": "target",
    "goal.measured_by": "measured_by",
    "goal.deadline": "deadline",
    "brief.product": "product",
    "terms.fee": "fee",
    "terms.commission": "rate",
    "terms.window_hours": "window_days",
    "terms.hold_days": "hold_days",
    "terms.discount": "discount",
}
"""Which of our fields shows what campaigns refuses of its own."""


def read_draft(form: Form, view: View) -> CreateCampaign | None:
    """The campaign that a form describes; None with the reasons in the form."""
    locale, role = view.locale, view.who.role
    name = form.text("name", required=True, words=mark("Give the campaign a name."))
    landing_url = form.text(
        "landing_url", most=ADDRESS, required=True, words=mark("Enter the page that links lead to.")
    )
    if landing_url and not landing_url.startswith(("https://", "http://")):
        form.wrong("landing_url", mark("Enter a whole address, such as https://example.com/serum."))
    metric = GoalMetric(form.choice("metric", list(GoalMetric)))
    if metric is GoalMetric.SALES_AMOUNT:
        target = form.amount("target", role.currency, locale)
    else:
        target = form.whole("target", least=1, most=MOST_TARGET)
    if target == 0:
        form.wrong(
            "target", Say(mark("Enter a whole number from %(least)s to %(most)s."), {"least": 1, "most": MOST_TARGET})
        )
    measured_by = Measure(form.choice("measured_by", list(Measure)))
    deadline = form.end_of_day("deadline", role.zone)
    if deadline is not None and deadline <= view.desk.clock.now():
        form.wrong("deadline", mark("Choose a day that is still to come."))
    expected = form.whole("expected_traffic", least=0, most=MOST_TARGET, required=False)
    product = form.text("product", required=True, words=mark("Say what the product is."))
    content_type = ContentType(form.choice("content_type", list(ContentType)))
    fee = form.amount("fee", role.currency, locale)
    rate = form.basis_points("rate", locale)
    window_days = form.whole("window_days", least=WINDOW_DAYS[0], most=WINDOW_DAYS[1])
    hold_days = form.whole("hold_days", least=0, most=365)
    discount = form.basis_points("discount", locale) if form.text("discount") else 0
    texts = {n: form.text(n, most=TEXT) for n in ("strengths", "weaknesses", "key_messages", "dos", "donts")}
    lines = {n: form.text(n, most=LINE) for n in ("persona", "tone", "disclosure", "sample_policy", "usage_rights")}
    hashtags = form.text("hashtags", most=TEXT)
    if form.errors or None in (target, deadline, fee, rate, window_days, hold_days, discount):
        return None
    assert target is not None
    assert deadline is not None
    assert fee is not None
    assert window_days is not None
    assert hold_days is not None
    return CreateCampaign(
        name=name,
        landing_url=landing_url,
        goal=Goal(
            metric=metric,
            target=target,
            measured_by=measured_by,
            deadline=deadline,
            persona=lines["persona"],
            expected_traffic=expected,
            bought_directly="bought_directly" in form.values,
        ),
        brief=Brief(
            product=product,
            content_type=content_type,
            tone=lines["tone"],
            hashtags=tuple(word if word.startswith("#") else f"#{word}" for word in hashtags.split()),
            disclosure=lines["disclosure"],
            sample_policy=lines["sample_policy"],
            usage_rights=lines["usage_rights"],
            **texts,
        ),
        terms=CampaignTerms(
            fee=Money(amount=fee, currency=role.currency),
            commission=rate,
            window_hours=window_days * 24,
            hold_days=hold_days,
            discount=discount or None,
        ),
        ends_at=deadline,
    )


def choices(view: View) -> dict[str, Any]:
    """The lists of the form, in the person's language."""
    return {
        "metrics": [(metric, view.say(words)) for metric, words in labels.METRIC.items()],
        "measures": [(measure, view.say(words)) for measure, words in labels.MEASURE.items()],
        "contents": [(content, view.say(words)) for content, words in labels.CONTENT.items()],
        "currency": view.who.role.currency,
    }
