"""What the wizard can't take: told beside the field, kept as it was typed, and nothing saved (C1 to C4, C14)."""

import pytest

from tests.console.wizard import CHOSEN, PRODUCT, STEPS, TERMS, WORK, text, wrong


@pytest.mark.parametrize(
    ("step", "changes", "field"),
    [
        pytest.param("goal", {"metric": ""}, "metric", id="no metric"),
        pytest.param("goal", {"metric": "happiness"}, "metric", id="another metric"),
        pytest.param("goal", {"target": ""}, "target", id="no number"),
        pytest.param("goal", {"target": "0"}, "target", id="nothing to reach"),
        pytest.param("goal", {"target": "-5"}, "target", id="below zero"),
        pytest.param("goal", {"target": "99999999999999"}, "target", id="absurd"),
        pytest.param("goal", {"target": "many"}, "target", id="a word"),
        pytest.param("goal", {"measured_by": ""}, "measured_by", id="no measure"),
        pytest.param("goal", {"deadline": ""}, "deadline", id="no day"),
        pytest.param("goal", {"deadline": "2031-01-01"}, "deadline", id="a day of the past"),
        pytest.param("goal", {"deadline": "9999-12-31"}, "deadline", id="a day that nobody sees"),
        pytest.param("goal", {"deadline": "soon"}, "deadline", id="no date"),
        pytest.param("goal", {"ends_at": "2031-01-01"}, "ends_at", id="an end of the past"),
        pytest.param("goal", {"persona": "x" * 201}, "persona", id="a long persona"),
        pytest.param("goal", {"bought": "x"}, "bought", id="another way to buy"),
        pytest.param("brief", {"product": ""}, "product", id="no product"),
        pytest.param("brief", {"key_messages": "x" * 10_000}, "key_messages", id="10,000 letters"),
        pytest.param("brief", {"assets": "javascript:alert(1)"}, "assets", id="a script for a file"),
        pytest.param("brief", {"assets": "https://a.example\n" * 21}, "assets", id="too many files"),
        pytest.param("terms", {"fee": "-1"}, "fee", id="a fee below zero"),
        pytest.param("terms", {"fee": "1.234"}, "fee", id="a fee of no coin"),
        pytest.param("terms", {"fee": "99999999999999"}, "fee", id="an absurd fee"),
        pytest.param("terms", {"rate": "101"}, "rate", id="more than everything"),
        pytest.param("terms", {"plan": "fixed", "per_unit": ""}, "per_unit", id="no amount for a piece"),
        pytest.param("terms", {"window_days": "0"}, "window_days", id="no window"),
        pytest.param("terms", {"window_days": "366"}, "window_days", id="a window over a year"),
        pytest.param("terms", {"discount": "x"}, "discount", id="no discount"),
        pytest.param("terms", {"revision_limit": "11"}, "revision_limit", id="too many changes"),
        pytest.param("terms", {"cancellation": "nobody"}, "cancellation", id="another rule"),
        pytest.param("terms", {"r0-rate": "5"}, "r0-product", id="a rate for nothing"),
        pytest.param("terms", {"r0-product": "8123", "r0-rate": "5"}, "r0-product", id="a rate of no catalogue"),
        pytest.param("terms", {"r0-customer": "new"}, "r0-rate", id="a rate of nothing"),
        pytest.param(
            "terms", {"r0-customer": "new", "r0-rate": "5", "r0-per_unit": "1"}, "r0-rate", id="a rate of two kinds"
        ),
        pytest.param("terms", {"t0-volume": "100", "t0-rate": ""}, "t0-rate", id="a tier without a rate"),
        pytest.param(
            "terms",
            {"t0-volume": "100", "t0-rate": "5", "t1-volume": "50", "t1-rate": "6"},
            "t1-volume",
            id="tiers that fall",
        ),
        pytest.param(
            "terms",
            {"plan": "fixed", "per_unit": "1", "t0-volume": "100", "t0-rate": "5"},
            "t0-volume",
            id="tiers of an amount",
        ),
        pytest.param("joining", {"way": "program", "min_age": "12"}, "min_age", id="children"),
        pytest.param("joining", {"way": "program", "countries": "Atlantis"}, "countries", id="no country"),
        pytest.param("joining", {"way": "program", "accepts_until": "2031-01-01"}, "accepts_until", id="too late"),
        pytest.param("joining", {"way": "program", "q0-text": "x" * 501}, "q0-text", id="a long question"),
        pytest.param("budget", {"way": "limit", "amount": ""}, "amount", id="a budget of nothing"),
        pytest.param("budget", {"way": "limit", "amount": "-5"}, "amount", id="a budget below zero"),
        pytest.param("budget", {"way": "limit", "amount": "1", "shipping": "x"}, "shipping", id="no amount"),
        pytest.param("product", {**PRODUCT, "name": "x" * 10_000}, "name", id="a name of 10,000 letters"),
        pytest.param("product", {**PRODUCT, "landing_url": "https://evil.example/"}, "landing_url", id="their page"),
        pytest.param("product", {**PRODUCT, "landing_url": "lumea"}, "landing_url", id="half an address"),
        pytest.param("product", {**PRODUCT, "which": "chosen"}, "which", id="no product chosen"),
        pytest.param("product", {**PRODUCT, "which": "chosen", "product:x": "yes"}, "which", id="of no catalogue"),
        pytest.param("channels", {"category": "lamps"}, "category", id="another category"),
    ],
)
async def test_what_can_not_be_meant_is_told_beside_its_field_and_saves_nothing(wizard, step, changes, field):
    await wizard.begun()
    before = await wizard.draft()
    answer = await wizard.post(step, STEPS.get(step, {}) | changes)
    assert answer.status_code == 422, answer.headers
    assert wrong(answer) == [field]
    assert f'href="#{field}"' in answer.text, "the summary leads there"
    if changes.get(field) and field not in CHOSEN:
        assert changes[field].strip() in text(answer), "what was typed is kept"
    assert await wizard.draft() == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"d0-concept_due": "2031-05-01"}, "d0-concept_due", id="a step of the past"),
        pytest.param({"d0-submission_due": "2031-05-10"}, "d0-submission_due", id="work before its concept"),
        pytest.param({"d0-publication_due": ""}, "d0-publication_due", id="never live"),
        pytest.param({"d0-many": "21"}, "d0-many", id="too many"),
        pytest.param({"d0-type": "dance"}, "d0-type", id="another kind"),
        pytest.param({"d0-share": "100"}, "d0-share", id="parts that are not the fee"),
        pytest.param({"d0-concept": ""}, "d0-concept_due", id="a day for no concept"),
    ],
)
async def test_a_deliverable_that_can_not_be_is_told_in_its_row(wizard, changes, field):
    await wizard.begun()
    form = {name: value for name, value in (TERMS | WORK | changes).items() if value or name != "d0-concept"}
    answer = await wizard.post("terms", form)
    assert (answer.status_code, wrong(answer)) == (422, [field])
    assert (await wizard.draft())["terms"] is None
