"""Whom a goal is for, and which kind of influencer suits it (D9, D13)."""

import httpx
import pytest

from tests.console.wizard import GOAL, text, wrong


async def test_a_goal_names_one_of_the_brand_s_personas_and_keeps_it_while_nobody_tells_its_name(wizard, console):
    await wizard.begun()
    assert '<option value="persona-1">Women with sensitive skin</option>' in (await wizard.get("goal")).text
    await wizard.post("goal", {**GOAL, "persona_id": "persona-1"})
    assert (await wizard.draft())["goal"]["persona_id"] == "persona-1"
    assert "One of yours: creators are judged by it" in text(await wizard.get())
    console.services.answers["GET discovery/v1/personas"] = httpx.Response(503)
    assert '<option value="persona-1" selected>The one that was chosen</option>' in (await wizard.get("goal")).text


@pytest.mark.parametrize(
    ("purpose", "type_", "reason"),
    [
        ("branding", "Aspirational", "Many people look up to them: they reach and move the most."),
        ("look-and-feel", "Peer", "How it looks and feels is shown best by people like those who are to buy it."),
        ("trust", "Authoritative", "Who is to pay much asks somebody who knows the matter."),
    ],
)
async def test_what_a_campaign_is_for_suggests_a_type_with_its_reason_and_a_person_sets_it(
    wizard, purpose, type_, reason
):
    await wizard.begun()
    await wizard.post("goal", {**GOAL, "purpose": purpose})
    page = text(await wizard.get("goal"))
    assert f"Suggested influencer type: {type_}" in page
    assert reason in page
    assert (await wizard.draft())["goal"]["influencer_type"] == "", "a suggestion sets nothing"
    await wizard.post("goal", {**GOAL, "purpose": purpose, "influencer_type": "peer"})
    goal = (await wizard.draft())["goal"]
    assert (goal["purpose"], goal["influencer_type"]) == (purpose, "peer")
    forged = await wizard.post("goal", {**GOAL, "influencer_type": "guru"})
    assert wrong(forged) == ["influencer_type"]
