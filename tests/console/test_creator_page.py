"""A creator's page: charts whose titles say the finding, fit with its arithmetic, what is not known (D6, D8, D9)."""

import json

import httpx
import pytest

from contracts.discovery import MarketStanding, Standing
from contracts.money import Money
from tests.console import sample, sample_creators, sample_fit, sample_kept
from tests.console.kit import sent
from tests.console.test_explore import text_of

ANA = "/creators/profile-ana"


def eur(amount: int) -> Money:
    return Money(amount=amount, currency="EUR")


def chf(amount: int) -> Money:
    return Money(amount=amount, currency="CHF")


async def test_the_head_says_who_they_are_where_and_whether_they_take_work(signed_in):
    words = text_of((await signed_in["brand"].get(ANA)).text)
    for told in (
        "Ana Moretti Listed Takes new work Worked with us",
        "handle proven",
        "Torino, Italy · Beauty, Lifestyle",
        "Bio Honest skin care in daylight. Before and after, no filters.",
        "Languages Italian, English",
        "Samples go to Italy",
        "Elsewhere https://ana.example/portfolio",
    ):
        assert told in words, told
    other = text_of((await signed_in["brand"].get("/creators/profile-linh")).text)
    assert "Takes little new work" in other
    assert "Worked with us" not in other


async def test_the_key_figures_stand_at_the_top_with_what_makes_them_clear(signed_in):
    page = (await signed_in["brand"].get(ANA)).text
    words = text_of(page)
    for told in (
        "Followers 1,240,000 +4.12% in 30 days",
        "Median views 282,000 248,000 after seven days",
        "Engagement 8.2% Of views bring a like, comment or share",
        "Sales by 1,000 views €31.20 €26.14 after discounts and returns",
        "Published on time 91.67% Of 12 pieces of work here",
    ):
        assert told in words, told
    assert 'href="https://ana.example/portfolio" rel="noopener noreferrer nofollow"' in page


async def test_each_of_the_last_videos_has_its_row(signed_in):
    words = text_of((await signed_in["brand"].get(ANA)).text)
    newest = sample_creators.some_videos()[0]
    numbers = (newest.views, newest.views_at_seven_days, newest.likes, newest.comments, newest.shares)
    row = " ".join("\N{EN DASH}" if one is None else f"{one:,}" for one in numbers)
    assert row in words
    assert "30 videos" in words


async def test_all_figures_have_their_value_their_day_and_their_source(signed_in):
    words = text_of((await signed_in["brand"].get(ANA)).text)
    day = "May 3, 2031"
    for told in (
        f"Growth in 7 days +0.9% {day} collector",
        f"Growth in 90 days +12.9% {day} collector",
        f"Videos in 30 days 15 {day} collector",
        f"Views in 30 days 4,230,000 {day} collector",
        f"Videos a week 3.5 {day} collector",
        "Median views after seven days 248,000 Reckoned here",
        f"Average likes 21,800 {day} collector",
        f"Average comments 1,940 {day} collector",
        "Average shares not known Likes, comments and shares by views 8.2%",
        f"Views by followers 25.04% {day} collector",
        f"Sales by 1,000 views (GPM) €31.20 {day} Reckoned here",
        f"Net sales by 1,000 views (net GPM) €26.14 {day} Reckoned here",
    ):
        assert told in words, told


async def test_the_standing_is_that_of_the_market_that_was_searched_in(console, signed_in):
    browser = signed_in["brand"]
    ana = sample_creators.some_profiles()[0]
    elsewhere = (*ana.eligibility, MarketStanding(market="FI", standing=Standing.NOT_LISTED))
    page = sample_creators.a_creators_page(ana.model_copy(update={"eligibility": elsewhere})).model_dump(mode="json")
    console.services.answers["GET discovery/v1/creators/profile-ana/page"] = page
    found = (await browser.get("/creators?standing=listed&market=FI")).text
    assert 'href="/creators/profile-ana?market=FI"' in found
    assert 'href="/creators/profile-ana?market=FI#invite"' in found
    shown = (await browser.get(f"{ANA}?market=FI")).text
    assert "Ana Moretti Not listed in Finland" in text_of(shown)
    assert 'name="back" value="/creators/profile-ana?market=FI"' in shown
    for usual in (ANA, f"{ANA}?market=QQ", f"{ANA}?market=%3Cb%3E"):
        assert "Ana Moretti Listed Takes" in text_of((await browser.get(usual)).text)


async def test_what_attribution_counted_stands_beside_past_campaigns_and_the_page_without_it(console, signed_in):
    words = text_of((await signed_in["brand"].get(ANA)).text)
    assert "14,377 214 €10,188.40" in words
    assert "\N{EN DASH} \N{EN DASH} €6,423.10" in words, "nobody heard of that campaign's clicks"
    console.services.answers[f"GET attribution/v1/campaigns/{sample.CAMPAIGN}/results"] = 503
    page = await signed_in["brand"].get(ANA)
    assert "\N{EN DASH} \N{EN DASH} €10,188.40" in text_of(page.text)


async def test_charts_say_their_finding_and_have_their_table(signed_in):
    page = (await signed_in["brand"].get(ANA)).text
    assert page.count('<svg class="drawing') == 4
    for title in (
        "Followers grew by 21.8% since Aug 3, 2030, to 1.24M",
        "Half of the last videos have",
        "of views bring a like, comment or share",
        "38.9% are aged 25\N{EN DASH}34",
        "Women are 78.1%",
        "61.2% are in Italy",
    ):
        assert title in text_of(page), title
    assert page.count("Show the figures") == 4
    assert "1,020,000" in page, "the first look stands in the table"
    assert "Other countries" in page
    assert 'class="key level"' in page


async def test_what_nobody_counted_is_said_and_no_chart_is_empty(signed_in):
    page = (await signed_in["brand"].get("/creators/profile-aino")).text
    assert '<svg class="drawing' not in page
    for words in (
        "A line begins with the second.",
        "No video of this creator is known yet.",
        "Nobody told us yet.",
        "No work was due here yet",
        "nobody knows how soon they answer",
        "You have not worked with this creator yet.",
    ):
        assert words in page, words


async def test_work_here_is_told_with_results_and_of_other_brands_their_number_alone(signed_in):
    words = text_of((await signed_in["brand"].get(ANA)).text)
    for told in (
        "2 other brands work with them now",
        "Spring serum launch Agreed",
        "€10,188.40",
        "Autumn sun care Completed",
        "€6,423.10",
        "91.67%",
        "Of 12 pieces of work here",
        "Answered 13 of 14 invitations of all brands, within 5 hours at the median.",
        "Short video €900.00",
    ):
        assert told in words, told


async def test_fit_is_shown_with_every_factor_its_inputs_and_what_is_missing(console, signed_in):
    page = await signed_in["brand"].get(f"{ANA}?persona={sample_kept.PERSONA}&fee=900&shipping=10")
    asked = json.loads(sent(console, "POST", "/v1/creators/profile-ana/fit").content)
    assert (asked["persona"], asked["fee"], asked["shipping"], asked["currency"]) == (
        sample_kept.PERSONA,
        90_000,
        1_000,
        "EUR",
    )
    assert "campaign" not in asked, "looking keeps no prediction"
    words = text_of(page.text)
    for told in (
        "Reach 1,240,000 followers: 1,240,000",
        "Engagement 20% median views after seven days: 248,000",
        "Relevance 39.1% to 40.1% Audience: 39.1% to 40.1% \N{MULTIPLICATION SIGN} Category: 100%",
        "Not known: countries of the audience. That widens the range.",
        "Relevant viewers 96,968 to 99,448",
        "Fee €900.00 + Product €14.00 + Shipping €10.00 + Other costs €0.00",
        "of these ages: 70.1%",
        "wanted: Beauty",
        "budget: €1,000.00",
        "Linh Nguyễn Autumn sun care",
        "21,000 to 34,000",
        "of 2 of 3 published videos €420.00 \N{MINUS SIGN}€120.00 to +€880.00 €2,119.40 €400.00 +€1,719.40 Completed",
    ):
        assert told in words, told
    assert "= Outcome" not in words, "there is no money without a history"


async def test_with_the_brand_s_own_sales_viewers_become_money(console, signed_in):
    page = await signed_in["brand"].get(f"{ANA}?sales_low=10&sales_high=15.50")
    asked = json.loads(sent(console, "POST", "/v1/creators/profile-ana/fit").content)
    assert asked["sales_per_thousand_viewers"] == [1000, 1550]
    words = text_of(page.text)
    assert "= Outcome +€123.10 to +€480.22" in words
    assert "Net sales by 1,000 of them Set by hand €10.80 to €14.12" in words


async def test_the_market_goes_along_with_the_question(signed_in):
    page = await signed_in["brand"].get(f"{ANA}?market=FI&fee=900")
    assert page.text.count('<input type="hidden" name="market" value="FI">') == 3, "judging, by hand, and keeping"
    answer = await signed_in["brand"].post(f"{ANA}/relevance", data={"relevance": "45", "market": "FI"})
    assert answer.headers["location"] == f"{ANA}?market=FI&done=relevance-set#fit"


async def test_for_a_campaign_its_own_currency_costs_and_history_count_and_looking_keeps_nothing(console, signed_in):
    page = await signed_in["brand"].get(f"{ANA}?campaign={sample.CAMPAIGN}")
    asked = json.loads(sent(console, "POST", "/v1/creators/profile-ana/fit").content)
    assert (asked["campaign"], asked["keep"]) == (sample.CAMPAIGN, False)
    assert "currency" not in asked, "the campaign's counts"
    assert "Net sales by 1,000 of them €10.80 to €14.12 Of 3 completed collaborations of yours" in text_of(page.text)
    foreign = await signed_in["brand"].get(f"{ANA}?campaign=foreign")
    assert foreign.status_code == 422
    assert "Choose one of your campaigns." in foreign.text


async def test_an_unknown_fee_is_no_free_work(signed_in):
    words = text_of((await signed_in["brand"].get("/creators/profile-aino")).text)
    assert "Fee not known" in words
    assert "€0.00 or more" in words
    assert "12 to 18,400" in words


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("persona=foreign", "This persona is not there any more."),
        ("fee=much", "Enter a number, such as 12.5."),
        ("fee=1e999999", "Enter a number, such as 12.5."),
        ("sales_low=9&sales_high=8", "Enter more than in the field before."),
        ("influencer_type=hero", "Choose one of these."),
    ],
)
async def test_a_question_that_can_not_be_asked_is_told_and_the_page_stands(console, signed_in, query, words):
    page = await signed_in["brand"].get(f"{ANA}?{query}")
    assert page.status_code == 422
    assert words in page.text
    assert "Ana Moretti" in page.text
    assert not any(one.url.path.endswith("/fit") for one in console.services.asked)


async def test_a_relevance_set_by_hand_is_marked_beside_the_reckoned_one(console, signed_in):
    browser = signed_in["brand"]
    answer = await browser.post(f"{ANA}/relevance", data={"relevance": "45", "persona": sample_kept.PERSONA})
    assert answer.headers["location"] == f"{ANA}?persona={sample_kept.PERSONA}&done=relevance-set#fit"
    assert json.loads(sent(console, "PUT", "/v1/creators/profile-ana/relevance").content) == {"relevance": 4500}
    by_hand = sample_fit.a_fit(by_hand=True).model_dump(mode="json")
    console.services.answers["POST discovery/v1/creators/profile-ana/fit"] = by_hand
    page = (await browser.get(answer.headers["location"])).text
    assert "Set by hand" in page
    assert "reckoned: 39.1% to 40.1%" in text_of(page)
    gone = await browser.post(f"{ANA}/relevance", data={"forget": "yes"})
    assert gone.headers["location"] == f"{ANA}?done=relevance-forgotten#fit"
    sent(console, "DELETE", "/v1/creators/profile-ana/relevance")


async def test_a_relevance_that_is_none_keeps_what_was_typed(signed_in):
    page = await signed_in["brand"].post(f"{ANA}/relevance", data={"relevance": "101"})
    assert page.status_code == 422
    assert 'value="101"' in page.text
    assert "Enter a percentage from 0 to 100" in page.text


async def test_a_relevance_that_somebody_else_took_back_is_gone_and_no_error(console, signed_in):
    console.services.answers["DELETE discovery/v1/creators/profile-ana/relevance"] = 404
    answer = await signed_in["brand"].post(f"{ANA}/relevance", data={"forget": "yes"})
    assert answer.status_code == 303


async def test_a_prediction_is_kept_for_a_campaign_when_a_person_says_so(console, signed_in):
    data = {"for_campaign": sample.CAMPAIGN, "fee": "900"}
    answer = await signed_in["brand"].post(f"{ANA}/prediction", data=data)
    assert answer.headers["location"] == f"{ANA}?fee=900&done=prediction-kept#fit"
    asked = json.loads(sent(console, "POST", "/v1/creators/profile-ana/fit").content)
    assert (asked["campaign"], asked["fee"]) == (sample.CAMPAIGN, 90_000)
    foreign = await signed_in["brand"].post(f"{ANA}/prediction", data={"for_campaign": "foreign"})
    assert foreign.status_code == 422
    assert "Choose one of your campaigns." in foreign.text


async def test_an_erased_creator_is_not_there(console, signed_in):
    console.services.answers["GET discovery/v1/creators/profile-ana/page"] = 404
    page = await signed_in["brand"].get(ANA)
    assert page.status_code == 404
    assert "Ana" not in page.text


async def test_the_page_stands_while_everything_around_the_creator_is_away(console, signed_in):
    for name in (
        "GET campaigns/v1/campaigns",
        "GET discovery/v1/shortlists",
        "GET discovery/v1/personas",
        "GET discovery/v1/creators/profile-ana/influencer-type",
        "GET discovery/v1/influencer-types",
        "POST discovery/v1/creators/profile-ana/fit",
    ):
        console.services.answers[name] = 503
    page = await signed_in["brand"].get(ANA)
    assert page.status_code == 200
    for words in (
        "Your campaigns are not available right now.",
        "Your shortlists are not available right now.",
        "This can&#39;t be reckoned right now.",
        "Not available right now.",
        "1,240,000",
    ):
        assert words in page.text or words.replace("&#39;", "'") in page.text, words


@pytest.mark.parametrize(
    ("gpm", "net", "words"),
    [
        pytest.param((chf(4_000), eur(3_120)), (chf(1_111), eur(2_614)), "€31.20 €26.14 after", id="the brand's own"),
        pytest.param((chf(4_000),), (chf(1_111), eur(2_614)), "CHF40.00 CHF11.11 after", id="as the other one is"),
        pytest.param((), (chf(1_111), eur(2_614)), "not known €26.14 after", id="gross is not known"),
        pytest.param((eur(3_120),), (chf(1_111),), "€31.20 Through links", id="never another currency beside it"),
    ],
)
async def test_net_sales_by_views_stand_beside_gross_ones_in_the_same_currency(console, signed_in, gpm, net, words):
    ana = sample_creators.some_profiles()[0]
    ana = ana.model_copy(update={"stats": ana.stats.model_copy(update={"gpm": gpm, "net_gpm": net})})
    page = sample_creators.a_creators_page(ana).model_dump(mode="json")
    console.services.answers["GET discovery/v1/creators/profile-ana/page"] = page
    shown = text_of((await signed_in["brand"].get(ANA)).text)
    assert f"Sales by 1,000 views {words}" in shown


async def test_names_and_bios_are_shown_as_text(console, signed_in):
    evil = "<b>x</b>\u202e<script>"
    profile = sample_creators.some_profiles()[0].model_copy(update={"display_name": evil, "bio": evil})
    page = sample_creators.a_creators_page(profile).model_dump(mode="json")
    console.services.answers["GET discovery/v1/creators/profile-ana/page"] = page
    shown = (await signed_in["brand"].get(ANA)).text
    assert "<script>" not in shown
    assert "<b>x" not in shown


async def test_a_creator_whose_id_needs_quoting_is_asked_by_it(console, signed_in):
    console.services.answers["GET discovery/v1/creators/a b/page"] = httpx.Response(404, json={"title": "Not found"})
    assert (await signed_in["brand"].get("/creators/a%20b")).status_code == 404
    assert b"/v1/creators/a%20b/page" in [one.url.raw_path for one in console.services.asked]


async def test_the_first_shortlist_stands_ready_and_a_new_one_is_the_last_choice(signed_in):
    page = (await signed_in["brand"].get(ANA)).text
    assert f'<option value="{sample_kept.SHORTLIST}" selected>' in page
    assert '<option value="">A new shortlist</option>' in page


async def test_whoever_has_an_account_can_be_written_to(signed_in):
    assert 'href="/messages/new?profile=profile-ana"' in (await signed_in["brand"].get(ANA)).text
    assert "/messages/new" not in (await signed_in["brand"].get("/creators/profile-aino")).text


def unproven(answer):
    """The same answer where nobody has proven Ana's handle; `answer` as discovery gives it."""
    if callable(answer):
        return lambda request: unproven(json.loads(answer(request).content))
    if hasattr(answer, "model_dump_json"):
        answer = json.loads(answer.model_dump_json())
    changed = json.loads(json.dumps(answer).replace('"proven": true', '"proven": false'))
    return httpx.Response(200, json=changed)


async def test_a_handle_that_nobody_proved_is_marked_wherever_a_brand_meets_it(console, signed_in):
    answers, brand = console.services.answers, signed_in["brand"]
    places = (
        "/creators",
        ANA,
        f"/shortlists/{sample_kept.SHORTLIST}",
        f"/campaigns/{sample.CAMPAIGN}/invite/profile-ana",
    )
    for path in places:
        words = text_of((await brand.get(path)).text)
        assert "@ana.moretti handle proven · TikTok" in words, path
        assert "handle not proven" not in words, path
    for name in ("", "/profile-ana", "/profile-ana/page"):
        answers[f"GET discovery/v1/creators{name}"] = unproven(answers[f"GET discovery/v1/creators{name}"])
    for path in places:
        words = text_of((await brand.get(path)).text)
        assert "@ana.moretti · TikTok · claimed, handle not proven" in words, path
        assert "handle proven" not in words, path
