"""The campaign wizard: each step saved for itself, conflicts with both versions, publishing (C1 to C4, W2)."""

import re
from datetime import timedelta

import pytest

from campaigns.domain.drafts import NEEDED
from console import catalogues
from console.pages.wizard.steps import LACKS
from tests.campaigns.kit import A_PNG
from tests.console import sample
from tests.console.wizard import BRIEF, EVIL, GOAL, PAGE, RTL, TERMS, WORK, hidden, text, wrong


async def test_each_step_is_saved_for_itself_and_leads_to_the_next(wizard):
    await wizard.begun()
    draft = await wizard.draft()
    assert (draft["name"], draft["is_campaign"], draft["goal"]) == ("Spring serum launch", False, None)
    answer = await wizard.post("goal", GOAL)
    assert answer.headers["location"] == f"/campaigns/{wizard.id}/edit/channels?done=saved"
    draft = await wizard.draft()
    assert draft["goal"]["target"] == 2_500_000
    assert draft["goal"]["deadline"] == draft["ends_at"] == "2031-06-30T21:59:59Z"
    later = await wizard.get("goal")
    for value in ('value="25,000"', 'value="2031-06-30"'):
        assert value in later.text
    assert "Save and continue" in (await wizard.get("brief")).text


async def test_the_whole_campaign_is_written_reviewed_and_published(wizard):
    await wizard.begun()
    await wizard.written("brief", "terms", "goal")
    review = text(await wizard.get())
    for words in ("Ready to be published", "€25,000.00 Net sales", "12.5%", "€250.00", "#lumea #skincare", "No budget"):
        assert words in review, words
    answer = await wizard.browser.post(f"/campaigns/{wizard.id}/publish")
    assert answer.headers["location"] == f"/campaigns/{wizard.id}?done=published"
    campaign = (await wizard.people.brand("GET", f"/v1/campaigns/{wizard.id}", brand=sample.BRAND)).json()
    assert campaign["status"] == "published"
    assert campaign["terms"]["discount"] == 1500
    for step in ("", "goal", "terms"):
        assert (await wizard.get(step)).headers["location"] == f"/campaigns/{wizard.id}"


async def test_publishing_too_early_names_everything_with_the_way_to_it(wizard):
    await wizard.begun()
    answer = await wizard.browser.post(f"/campaigns/{wizard.id}/publish")
    assert answer.status_code == 422
    for step in ("goal", "brief", "terms"):
        assert f'href="/campaigns/{wizard.id}/edit/{step}"' in answer.text
    assert 'role="alert"' in answer.text
    assert (await wizard.draft())["is_campaign"] is False


async def test_a_draft_is_found_again_on_the_list_and_at_the_campaign_s_own_address(wizard):
    await wizard.begun()
    assert f'href="/campaigns/{wizard.id}/edit"' in (await wizard.browser.get("/campaigns")).text
    assert (await wizard.browser.get(f"/campaigns/{wizard.id}")).headers["location"] == f"/campaigns/{wizard.id}/edit"
    await wizard.written()
    assert "Unfinished drafts" not in (await wizard.browser.get("/campaigns")).text
    assert (await wizard.browser.get(f"/campaigns/{wizard.id}")).headers["location"] == f"/campaigns/{wizard.id}/edit"


async def test_the_first_form_sent_twice_makes_one_draft(wizard):
    await wizard.begun()
    first = wizard.id
    await wizard.begun()
    assert wizard.id == first


async def test_two_who_change_one_step_see_both_versions_and_decide(wizard):
    await wizard.begun()
    await wizard.written("brief")
    mine = await wizard.seen("brief")
    await wizard.post("brief", BRIEF | {"tone": "Loud", "product": "Night serum"})
    answer = await wizard.post("brief", BRIEF | {"tone": "Calm"}, **mine)
    assert answer.status_code == 412
    page = text(answer)
    for words in ("Somebody else changed this step meanwhile", "Calm", "Loud", "Vitamin C serum", "Night serum"):
        assert words in page, words
    assert 'value="Calm"' in page, "what was typed is kept"
    assert (await wizard.draft())["brief"]["tone"] == "Loud", "and nothing of theirs is lost before it is decided"
    again = await wizard.post("brief", BRIEF | {"tone": "Calm"}, **hidden(answer.text))
    assert again.status_code == 303
    assert (await wizard.draft())["brief"]["tone"] == "Calm"


async def test_what_others_write_in_another_step_is_no_conflict(wizard):
    await wizard.begun()
    mine = await wizard.seen("brief")
    await wizard.written("goal", "terms")
    assert (await wizard.post("brief", BRIEF, **mine)).status_code == 303
    draft = await wizard.draft()
    assert (draft["brief"]["product"], draft["goal"]["target"]) == ("Vitamin C serum", 2_500_000)


async def test_the_same_step_sent_twice_is_no_conflict(wizard):
    await wizard.begun()
    seen = await wizard.seen("terms")
    for _ in range(2):
        assert (await wizard.post("terms", TERMS, **seen)).status_code == 303


@pytest.mark.parametrize("forged", [{"revision": "x", "was": ""}, {"revision": "9" * 30, "was": "y"}])
async def test_a_forged_revision_is_no_bug(wizard, forged):
    await wizard.begun()
    assert (await wizard.post("goal", GOAL, **forged)).status_code in {303, 412}


async def test_terms_have_rates_tiers_and_deliverables_in_rows_that_come_and_go(wizard):
    await wizard.people.load("product_id,title\n8123,Serum\n", brand=sample.BRAND)
    await wizard.begun()
    rows = {
        "r0-product": "8123",
        "r0-rate": "20",
        "r3-collection": "Refills",
        "r3-customer": "new",
        "r3-per_unit": "2.50",
        "t0-volume": "10,000",
        "t0-rate": "15",
        "cap": "800",
        "may_advertise": "yes",
        **WORK,
        "d0-share": "125",
    }
    answer = await wizard.post("terms", TERMS | rows | {"do": "stay"})
    assert answer.headers["location"] == f"/campaigns/{wizard.id}/edit/terms?done=saved"
    terms = (await wizard.draft())["terms"]
    assert [rate["product"] for rate in terms["rates"]] == ["8123", None]
    assert terms["rates"][1]["per_unit"] == {"amount": 250, "currency": "EUR"}
    assert terms["tiers"][0] == {"volume": {"amount": 1_000_000, "currency": "EUR"}, "basis_points": 1500}
    assert (terms["cap"]["amount"], terms["may_advertise"]) == (80_000, True)
    assert terms["deliverables"][0]["number"] == 2
    page = await wizard.get("terms")
    for name, value in (("r1-collection", "Refills"), ("t0-volume", "10,000"), ("d0-publication_due", "2031-06-03")):
        assert f'name="{name}"' in page.text
        assert f'value="{value}"' in page.text
    assert 'name="r2-product"' in page.text, "an empty row for one more"
    kept = {name: value for name, value in rows.items() if name.startswith(("t0", "d0"))}
    await wizard.post("terms", TERMS | kept | {"r0-product": "8123", "r0-rate": "20", "r0-remove": "yes"})
    terms = (await wizard.draft())["terms"]
    assert (terms["rates"], len(terms["deliverables"]), terms["cap"]) == ([], 1, None)


async def test_a_program_has_rules_and_questions_that_keep_their_names(wizard):
    await wizard.begun()
    form = {
        "way": "program",
        "min_followers": "5,000",
        "min_age": "18",
        "countries": "it, France",
        "accepts_until": "2031-05-30",
        "q0-text": "Why you?",
        "q0-required": "yes",
        "q1-text": RTL,
    }
    assert (await wizard.post("joining", form)).status_code == 303
    program = (await wizard.draft())["program"]
    assert program["eligibility"] == {"min_followers": 5_000, "min_age": 18, "countries": ["IT", "FR"]}
    ids = [question["id"] for question in program["questions"]]
    assert [question["required"] for question in program["questions"]] == [True, False]
    form = {"way": "program", "q0-id": ids[0], "q0-text": "Why?", "q0-remove": "yes", "q1-id": ids[1], "q1-text": "New"}
    await wizard.post("joining", form)
    questions = (await wizard.draft())["program"]["questions"]
    assert [(question["id"], question["text"]) for question in questions] == [(ids[1], "New")]
    await wizard.post("joining", {"way": "invited", "min_age": "nonsense"})
    assert (await wizard.draft())["program"] is None


async def test_products_are_looked_for_and_ticked_without_losing_what_is_typed(wizard):
    await wizard.people.load("product_id,title\n8123,Vitamin serum\n8124,Sun cream\n", brand=sample.BRAND)
    await wizard.begun()
    form = {"name": "Renamed", "landing_url": PAGE, "which": "chosen", "product:8123": "yes", "find": "sun"}
    answer = await wizard.post("product", form | {"do": "find"})
    assert answer.status_code == 200
    assert 'name="product:8124"' in answer.text
    assert 'value="Renamed"' in answer.text
    assert (await wizard.draft())["name"] == "Spring serum launch", "looking saves nothing"
    await wizard.post("product", form | {"product:8124": "yes"})
    draft = await wizard.draft()
    assert (draft["name"], draft["products"]) == ("Renamed", ["8123", "8124"])
    await wizard.post("product", form | {"which": "all"})
    assert (await wizard.draft())["products"] is None


async def test_a_goal_over_a_long_route_and_a_channel_that_does_not_suit_are_warned_of_before_going_on(wizard):
    await wizard.begun()
    answer = await wizard.post("goal", GOAL | {"bought": "long"})
    assert answer.headers["location"] == f"/campaigns/{wizard.id}/edit/goal?done=saved"
    page = text(await wizard.get("goal"))
    assert "over a long route" in page
    assert "There are no five similar campaigns" in page
    answer = await wizard.post("channels", {"category": "beauty", "need:casual": "yes", "channel:linkedin": "yes"})
    assert answer.headers["location"] == f"/campaigns/{wizard.id}/edit/channels?done=saved"
    assert "LinkedIn is a poor place for a casual product. Better: TikTok." in text(await wizard.get("channels"))
    answer = await wizard.post("channels", {"category": "beauty", "need:casual": "yes", "channel:tiktok": "yes"})
    assert answer.headers["location"].endswith("/edit/brief?done=saved")
    assert "over a long route" in text(await wizard.get()), "and once more at the last look"


async def test_channels_that_are_ticked_without_needs_are_asked_what_the_product_needs(wizard):
    await wizard.begun()
    answer = await wizard.post("channels", {"category": "beauty", "channel:linkedin": "yes"})
    assert answer.headers["location"].endswith("/edit/channels?done=saved")
    ask = "Say what the product needs of a channel"
    assert ask in text(await wizard.get("channels"))
    assert ask in text(await wizard.get()), "and once more at the last look"
    await wizard.post("channels", {"category": "beauty", "channel:linkedin": "yes", "need:professional": "yes"})
    assert ask not in text(await wizard.get("channels")) + text(await wizard.get())


async def test_a_deliverable_on_a_platform_that_does_not_suit_is_warned_of_at_the_terms_and_at_the_last_look(wizard):
    """Nobody has to tick a channel for it: what is paid for says where the videos appear."""
    await wizard.begun()
    await wizard.post("channels", {"category": "beauty", "need:professional": "yes"})
    answer = await wizard.post("terms", TERMS | WORK)
    assert answer.headers["location"].endswith("/edit/terms?done=saved")
    said = "TikTok is a poor place for a professional product. Better: LinkedIn."
    for step, is_said in (("terms", True), ("channels", False), ("", True)):
        assert (said in text(await wizard.get(step))) is is_said, step
    answer = await wizard.post("terms", TERMS | WORK | {"d0-platform": "twitch"})
    assert not answer.headers["location"].endswith("/edit/terms?done=saved")
    assert said not in text(await wizard.get())


async def test_what_speaks_against_a_goal_or_channel_is_said_in_the_readers_language_on_every_page(wizard):
    await wizard.begun()
    await wizard.post("goal", GOAL | {"bought": "long"})
    needs = {"need:casual": "yes", "need:open-reach": "yes"}
    await wizard.post("channels", {"category": "beauty", "channel:linkedin": "yes", "channel:snapchat": "yes", **needs})
    await wizard.post("terms", TERMS | WORK | {"d0-platform": "snapchat"})
    wizard.browser.headers["accept-language"] = "it"
    for step in ("goal", "channels", "terms", ""):
        page = text(await wizard.get(step))
        assert "Snapchat mostra i video solo ai follower" in page, step
        assert ("LinkedIn è un posto poco adatto a un prodotto informale. Meglio: TikTok." in page) is (step != "terms")
        assert ("le vendite dirette sono un obiettivo poco adatto" in page) is (step in {"goal", ""}), step
        assert not [words for words in ("poor place", "Better:", "long route") if words in page], step


async def test_what_is_missing_is_said_in_the_readers_language_for_every_part_that_campaigns_asks_for(wizard):
    assert set(NEEDED) == set(LACKS)
    await wizard.begun()
    wizard.browser.headers["accept-language"] = "it"
    review = text(await wizard.get())
    for part in ("goal", "brief", "terms"):
        assert catalogues.translations("it").gettext(LACKS[part]) in review
        assert LACKS[part] not in review
        assert NEEDED[part] not in review


async def test_what_has_become_wrong_meanwhile_is_shown_where_it_stands(wizard):
    await wizard.begun()
    await wizard.written("brief", "terms")
    await wizard.post("goal", GOAL | {"deadline": "2031-05-05"})
    wizard.people.context.clock.at += timedelta(hours=11)
    page = await wizard.get("goal")
    assert wrong(page) == ["deadline"]
    review = text(await wizard.get())
    assert "The deadline has passed already." in review
    assert "Needs another look" in review
    answer = await wizard.browser.post(f"/campaigns/{wizard.id}/publish")
    assert answer.status_code == 422
    assert (await wizard.post("brief", BRIEF | {"tone": "Calm"})).status_code == 303


async def test_files_are_added_and_taken_away(wizard):
    await wizard.begun()
    path = f"/campaigns/{wizard.id}/files"
    answer = await wizard.browser.post(path, files={"file": ("логотип.png", A_PNG, "image/png")})
    assert answer.headers["location"] == f"/campaigns/{wizard.id}/edit/files?done=file-added"
    page = await wizard.get("files")
    assert "логотип.png" in text(page)
    drop = re.search(r'action="(/campaigns/[^"]+/drop)"', page.text)
    assert drop is not None
    assert (await wizard.browser.post(drop[1])).headers["location"].endswith("?done=file-dropped")
    assert "No files yet" in text(await wizard.get("files"))
    assert (await wizard.browser.post(drop[1])).status_code == 404


@pytest.mark.parametrize(
    ("file", "says"),
    [
        pytest.param(("page.png", b"<html>", "image/png"), "This kind of file is not taken", id="a page as a picture"),
        pytest.param(("logo.pdf", A_PNG, "application/pdf"), "its bytes are a PNG picture", id="a lie about its type"),
        pytest.param(("empty.png", b"", "image/png"), "Choose a file that has something in it.", id="an empty file"),
    ],
)
async def test_a_file_that_is_not_what_it_says_is_refused_beside_the_field(wizard, file, says):
    await wizard.begun()
    answer = await wizard.browser.post(f"/campaigns/{wizard.id}/files", files={"file": file})
    assert (answer.status_code, wrong(answer)) == (422, ["file"])
    assert says in text(answer)


async def test_html_and_other_scripts_are_text_and_nothing_else(wizard):
    await wizard.begun(name=f"{RTL[:20].replace(chr(0x202E), '').replace(chr(0x202C), '')} {EVIL}")
    await wizard.written("goal", "terms")
    await wizard.post("brief", BRIEF | {"dos": f"{EVIL}\n{RTL}", "tone": EVIL})
    for step in ("", "brief", "product"):
        page = await wizard.get(step)
        assert "<script" not in page.text
        assert "alert(1)" in page.text
    assert RTL in text(await wizard.get())
    assert (await wizard.draft())["brief"]["dos"] == f"{EVIL}\n{RTL}"


async def test_a_draft_is_dropped_after_asking_once(wizard):
    await wizard.begun()
    page = await wizard.browser.get(f"/campaigns/{wizard.id}/course/drop")
    assert "This can't be taken back." in text(page)
    answer = await wizard.browser.post(f"/campaigns/{wizard.id}/course/drop")
    assert answer.headers["location"] == "/campaigns?done=dropped"
    assert (await wizard.get()).status_code == 404


async def test_a_published_campaign_is_paused_resumed_and_ended(wizard):
    await wizard.begun()
    await wizard.written()
    await wizard.browser.post(f"/campaigns/{wizard.id}/publish")
    for course, says in (("pause", "is paused"), ("resume", "goes on"), ("end", "has ended")):
        page = await wizard.browser.get(f"/campaigns/{wizard.id}")
        assert f'href="/campaigns/{wizard.id}/course/{course}"' in page.text
        assert (await wizard.browser.get(f"/campaigns/{wizard.id}/course/{course}")).status_code == 200
        answer = await wizard.browser.post(f"/campaigns/{wizard.id}/course/{course}")
        assert says in text(await wizard.browser.get(answer.headers["location"])), course
    answer = await wizard.browser.post(f"/campaigns/{wizard.id}/course/pause")
    assert answer.status_code == 409
    assert "It has moved on since you opened the page" in text(answer)


async def test_the_matrix_is_changed_and_two_who_change_it_see_both(wizard):
    page = await wizard.browser.get("/channels")
    cells = dict(re.findall(r'<select class="input" id="([\w-]+)".*?value="([\w-]+)" selected', page.text))
    assert len(cells) == 40
    seen = hidden(page.text)
    answer = await wizard.browser.post("/channels", data=seen | cells | {"facebook-visual": "no"})
    assert answer.headers["location"] == "/channels?done=matrix-changed"
    answer = await wizard.browser.post("/channels", data=seen | cells | {"facebook-visual": "yes"})
    assert answer.status_code == 412
    assert "Saved: Does not suit" in text(answer)
    wrong_ = await wizard.browser.post("/channels", data=seen | cells | {"facebook-visual": "maybe"})
    assert wrong_.status_code == 422


async def test_another_brand_s_draft_is_not_there(wizard):
    await wizard.begun()
    path = f"/campaigns/{wizard.id}"
    mine, wizard.id = wizard.id, "foreign"
    for step in ("", "goal", "files"):
        assert (await wizard.get(step)).status_code == 404
    wizard.id = mine
    assert (await wizard.browser.get(f"{path}/edit/nonsense")).status_code == 404
    assert (await wizard.browser.get(f"{path}/course/nonsense")).status_code == 404


CATALOGUE = "product_id,title,price,cost\n17,Serum,49.90,18.20\n18,Cream,9.90,\n19,Mask,20.00,5.00\n"


async def test_rates_are_filled_in_by_margin_and_saved_only_when_asked(wizard):
    await wizard.people.load(CATALOGUE, brand=sample.BRAND)
    await wizard.begun(which="chosen", **{f"product:{id_}": "yes" for id_ in ("17", "18", "19")})
    typed = TERMS | {"r0-product": "19", "r0-rate": "5", "margin": "33.33", "do": "find"}
    page = await wizard.post("terms", typed)
    assert page.status_code == 200
    assert (await wizard.draft())["terms"] is None, "nothing is saved yet"
    shown = dict(re.findall(r'name="(r\d-(?:product|rate))"[^>]* value="([^"]*)"', page.text))
    assert (shown["r0-product"], shown["r0-rate"]) == ("19", "24.99")
    assert (shown["r1-product"], shown["r1-rate"]) == ("17", "21.17")
    assert "Product 18 has no own cost in your catalogue." in text(page)
    await wizard.post("terms", TERMS | shown)
    rates = (await wizard.draft())["terms"]["rates"]
    assert [(rate["product"], rate["basis_points"]) for rate in rates] == [("19", 2_499), ("17", 2_117)]


async def test_a_share_of_the_margin_needs_chosen_products_and_is_a_percentage(wizard):
    await wizard.begun()
    page = await wizard.post("terms", TERMS | {"margin": "30", "do": "find"})
    assert wrong(page) == ["margin"]
    assert "Choose the products first" in text(page)
    for share in ("", "101", "-1", "many"):
        assert "margin" in wrong(await wizard.post("terms", TERMS | {"margin": share, "do": "find"})), share
