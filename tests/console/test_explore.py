"""Explore and the comparison: filters in the address, chips, facets, cards, marks in words (D5, D6)."""

import gzip
import html
import json
import re

import httpx
import pytest

from console.pages.creators.filters import PAGE
from tests.console import sample, sample_creators, sample_kept
from tests.console.screens import COMPARED, EXPLORED


def asked_of_search(console):
    """The parameters of the page's own search: the first one with facets."""
    found = [
        one.url.params
        for one in console.services.asked
        if one.url.path == "/v1/creators" and one.url.params.get("facets") != "false"
    ]
    assert found
    return found[-1]


def text_of(page):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def rows_of(page):
    """The lines of a comparison: their cells by their names."""
    return {
        text_of(head).split("  ")[0].strip(): [
            text_of(cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)
        ]
        for head, row in re.findall(r'<tr><th scope="row" class="first">(.*?)</th>(.*?)</tr>', page, re.DOTALL)
    }


async def test_every_filter_is_asked_in_the_api_s_own_units(console, signed_in):
    page = await signed_in["brand"].get(
        "/creators?text=serum&country=IT&country=FR&city=Torino&category=beauty&category=food&language=it&network=tiktok"
        "&min_followers=50000&max_followers=2000000&min_average_views=1000&min_engagement=2.5&max_engagement=40"
        "&min_reach=10&min_growth=-5&max_growth=12.5&min_videos_per_week=3.5&min_on_time=90&min_price=100&max_price=1500"
        "&deliverable=short-video&min_gpm=0.5&audience=gender%3Afemale%3A6000&influencer_type=peer&availability=open"
        f"&standing=listed&market=FI&claimed=yes&worked_with_us=no&not_in_campaign={sample.CAMPAIGN}"
        f"&shortlist={sample_kept.SHORTLIST}&fit_persona={sample_kept.PERSONA}&fit_type=peer&sort=price"
    )
    assert page.status_code == 200, page.headers.get("location")
    asked = asked_of_search(console)
    assert asked.get_list("country") == ["IT", "FR"]
    assert asked.get_list("category") == ["beauty", "food"]
    told = {name: asked[name] for name in asked if name not in {"country", "category"}}
    assert told == {
        "text": "serum",
        "city": "Torino",
        "language": "it",
        "network": "tiktok",
        "min_followers": "50000",
        "max_followers": "2000000",
        "min_average_views": "1000",
        "min_engagement": "250",
        "max_engagement": "4000",
        "min_reach": "1000",
        "min_growth": "-500",
        "max_growth": "1250",
        "min_videos_per_week": "350",
        "min_on_time": "9000",
        "min_price": "10000",
        "max_price": "150000",
        "deliverable": "short-video",
        "currency": "EUR",
        "min_gpm": "50",
        "audience": "gender:female:6000",
        "influencer_type": "peer",
        "availability": "open",
        "standing": "listed",
        "market": "FI",
        "claimed": "true",
        "worked_with_us": "false",
        "not_in_campaign": sample.CAMPAIGN,
        "shortlist": sample_kept.SHORTLIST,
        "fit_persona": sample_kept.PERSONA,
        "fit_type": "peer",
        "sort": "price",
        "limit": str(PAGE),
    }
    words = text_of(page.text)
    for chip in (
        "Followers: 50,000 to 2,000,000",
        "Growth in 30 days: \N{MINUS SIGN}5% to +12.5%",
        "Not in Spring serum",
    ):
        assert chip in words, chip


async def test_a_form_with_empty_fields_goes_on_to_the_address_to_share(signed_in):
    browser = signed_in["brand"]
    sent = await browser.get(
        "/creators?text=serum&country=Italy%2C+france&min_followers=50%2C000&max_followers=&city=&sort="
    )
    assert sent.status_code == 303
    assert sent.headers["location"] == "/creators?text=serum&country=IT&country=FR&min_followers=50000"
    assert (await browser.get(sent.headers["location"])).status_code == 200


async def test_each_chip_and_facet_leads_to_a_page_that_needs_no_better_address(signed_in):
    browser = signed_in["brand"]
    page = (await browser.get(EXPLORED)).text
    links = [html.unescape(one) for one in re.findall(r'href="(/creators\?[^"#]*)"', page)]
    assert len(links) > 20
    for link in set(links):
        assert (await browser.get(link)).status_code == 200, link


async def test_a_chip_takes_away_its_filter_alone(signed_in):
    page = (await signed_in["brand"].get("/creators?country=IT&country=FR&min_followers=5&max_followers=9")).text
    chips = {
        text_of(words).strip(): html.unescape(link)
        for link, words in re.findall(r'<a class="chip" href="([^"]+)">(.*?)<', page)
    }
    assert chips["Italy"] == "/creators?country=FR&min_followers=5&max_followers=9"
    assert chips["Followers: 5 to 9"] == "/creators?country=IT&country=FR"


async def test_facets_are_links_with_counts_that_add_a_value_or_take_it_away(signed_in):
    page = (await signed_in["brand"].get("/creators?country=IT&min_followers=100000&max_followers=499999")).text
    facets = re.search(r'<aside class="facets".*?</aside>', page, re.DOTALL)[0]
    links = {
        text_of(words).strip(): html.unescape(link)
        for link, words in re.findall(r'<a href="([^"]+)"[^>]*>(.*?)</a>', facets, re.DOTALL)
    }
    by_value = {re.sub(r"( Remove this filter)? [\d,]+$", "", words): link for words, link in links.items()}
    assert by_value["Italy"] == "/creators?min_followers=100000&max_followers=499999"
    assert "France 301" in links
    assert "country=IT&country=FR" in by_value["France"]
    assert by_value["100,000 to 500,000"] == "/creators?country=IT"
    assert "Below 10,000" not in by_value, "nobody is there"


async def test_cards_say_what_matters_and_what_nobody_knows(signed_in):
    page = (await signed_in["brand"].get("/creators")).text
    cards = [text_of(one) for one in re.findall(r'<li class="person">.*?</li>', page, re.DOTALL)]
    assert len(cards) == len(sample.PEOPLE)
    ana, linh, jules, aino, maximilian = cards
    for words in (
        "Ana Moretti",
        "Listed",
        "Worked with us",
        "@ana.moretti",
        "handle proven",
        "TikTok",
        "Italy",
        "Beauty, Lifestyle",
        "1.24M",
        "Median views 282K",
        "8.2%",
        "+4.12%",
        "€31.20",
        "€250.00",
        "2 days ago",
    ):
        assert words in ana, words
    assert "Unverified" in linh
    assert "\N{MINUS SIGN}1.8%" in linh
    assert "Worked with us" not in linh
    assert "Average views 41.9K" in jules
    assert "Takes no new work" in jules
    assert "Not listed" in aino
    assert "$15,000.00" in aino
    assert aino.count("not known") >= 3
    assert "YouTube" in maximilian


async def test_fit_is_shown_on_the_cards_when_it_is_asked_for(signed_in):
    page = (await signed_in["brand"].get(f"/creators?sort=fit&fit_persona={sample_kept.PERSONA}")).text
    words = text_of(page)
    for told in (
        "How they fit Reach 1,240,000 followers: 1,240,000",
        "Engagement 20%",
        "Relevance 39.1% to 40.1%",
        "Not known: countries of the audience",
        "Relevant viewers 96,968 to 99,448",
        "Cost €924.00",
        "Cost by 1,000 relevant viewers €9.29 to €9.53",
        "Fit for Women with sensitive skin",
    ):
        assert told in words, told


async def test_fit_for_a_campaign_is_asked_for_in_its_currency_and_with_what_is_typed(console, signed_in):
    brand = signed_in["brand"]
    page = text_of((await brand.get(f"/creators?sort=fit&fit_campaign={sample.CAMPAIGN}")).text)
    query = asked_of_search(console)
    assert (query["fit_campaign"], "currency" in query) == (sample.CAMPAIGN, False)
    assert "Fit for Spring serum launch" in page
    amounts = "fit_fee=900&fit_product_cost=14&fit_shipping=10&fit_other_costs=3&fit_budget=1000"
    page = text_of(
        (await brand.get(f"/creators?fit_campaign={sample.CAMPAIGN}&{amounts}&fit_sales_low=10&fit_sales_high=15")).text
    )
    query = asked_of_search(console)
    assert {name: value for name, value in query.items() if name.startswith("fit_") and name != "fit_sales"} == {
        "fit_campaign": sample.CAMPAIGN,
        "fit_fee": "90000",
        "fit_product_cost": "1400",
        "fit_shipping": "1000",
        "fit_other_costs": "300",
        "fit_budget": "100000",
    }
    assert query.get_list("fit_sales") == ["1000", "1500"]
    assert query["currency"] == "EUR"
    assert "Product cost: €14.00" in page
    wrong = await brand.get("/creators?fit_sales_low=15&fit_sales_high=10")
    assert wrong.status_code == 422


async def test_the_next_page_is_asked_by_the_cursor_and_the_first_is_one_press_away(console, signed_in):
    page = (await signed_in["brand"].get("/creators?text=a&min_followers=50000")).text
    assert "1,482 creators" in page
    assert 'href="/creators?text=a&amp;min_followers=50000&amp;cursor=more"' in page
    second = (await signed_in["brand"].get("/creators?text=a&min_followers=50000&cursor=more")).text
    assert asked_of_search(console)["cursor"] == "more"
    assert 'href="/creators?text=a&amp;min_followers=50000">First' in second
    assert 'href="/creators?text=a&amp;min_followers=50000&amp;country=IT"' in second, "facets lead to a first page"


@pytest.mark.parametrize(
    ("query", "words", "kept"),
    [
        ("min_followers=10&max_followers=5", "Enter more than in the field before.", 'value="5"'),
        ("country=Italy,Atlantis", "We know no country called Atlantis.", 'value="Italy,Atlantis"'),
        ("min_engagement=a+lot", "Enter a number with at most two decimals", 'value="a lot"'),
        (
            "sort=fit",
            "Choose a campaign, a persona, a category or an influencer type to sort by fit.",
            'value="fit" selected',
        ),
        ("text=" + "a" * 10_000, "Enter at most 200 characters.", "a" * 200),
    ],
)
async def test_what_is_wrong_stands_beside_the_field_with_what_was_typed(console, signed_in, query, words, kept):
    page = await signed_in["brand"].get(f"/creators?{query}")
    assert page.status_code == 422
    assert words in page.text
    assert kept in page.text
    assert '<details class="filters" open>' in page.text
    assert not any(one.url.path == "/v1/creators" for one in console.services.asked)


async def test_what_discovery_refuses_stands_beside_its_field(console, signed_in):
    problem = {"title": "Some fields are not right", "errors": [{"field": "min_gpm", "message": "Too much of it."}]}
    console.services.answers["GET discovery/v1/creators"] = httpx.Response(422, json=problem)
    page = await signed_in["brand"].get("/creators?min_gpm=5")
    assert page.status_code == 422
    assert 'id="min_gpm-error"' in page.text
    assert "Too much of it." in page.text


async def test_a_campaign_that_is_not_there_is_said_and_no_error_page(console, signed_in):
    console.services.answers["GET discovery/v1/creators"] = 404
    page = await signed_in["brand"].get("/creators?not_in_campaign=gone")
    assert page.status_code == 422
    assert "This is not there any more." in page.text


async def test_nobody_found_says_what_to_do(signed_in):
    page = (await signed_in["brand"].get("/creators?text=nobody&country=FI")).text
    assert "No creator matches" in page
    assert "Show all creators" in page


async def test_who_is_not_listed_is_searched_for_by_a_link_and_each_standing_is_a_chip(console, signed_in):
    browser = signed_in["brand"]
    page = (await browser.get("/creators?text=nobody")).text
    assert "standing" not in asked_of_search(console)
    assert "Without a choice: who is listed, or of whom it is not known yet." in page
    link = html.unescape(re.search(r'href="([^"]+)">Search also who is not listed', page)[1])
    assert link == "/creators?text=nobody&standing=listed&standing=not-listed&standing=unverified"
    page = (await browser.get(link)).text
    assert asked_of_search(console).get_list("standing") == ["listed", "not-listed", "unverified"]
    assert len(re.findall(r'<a class="chip" href="[^"]+">(?:Listed|Unverified|Not listed)<', page)) == 3
    assert "Search also" not in page


@pytest.mark.parametrize("own", [f"shortlist={sample_kept.SHORTLIST}", "worked_with_us=yes"])
async def test_among_the_brand_s_own_people_who_is_not_listed_is_searched_for_already(signed_in, own):
    page = (await signed_in["brand"].get(f"/creators?text=nobody&{own}")).text
    assert "No creator matches" in page
    assert "Search also" not in page


@pytest.mark.parametrize(
    ("query", "standings"),
    [("text=a", ["listed", "unverified"]), ("text=a&standing=listed", ["listed"]), ("shortlist=shortlist-1", [])],
)
async def test_whom_the_brand_worked_with_is_asked_among_those_on_the_page(console, signed_in, query, standings):
    await signed_in["brand"].get(f"/creators?{query}")
    asked = [one.url.params for one in console.services.asked if one.url.params.get("worked_with_us") == "true"]
    assert [one.get_list("standing") for one in asked] == [standings]


async def test_explore_stands_while_campaigns_and_shortlists_are_away(console, signed_in):
    for name in ("campaigns/v1/campaigns", "discovery/v1/shortlists", "discovery/v1/personas"):
        console.services.answers[f"GET {name}"] = 503
    page = await signed_in["brand"].get(f"/creators?shortlist={sample_kept.SHORTLIST}")
    assert page.status_code == 200
    assert "Ana Moretti" in page.text


async def test_the_live_count_says_what_would_be_found_and_nothing_of_what_is_wrong(signed_in):
    browser = signed_in["brand"]
    assert (await browser.get("/creators/count?text=a&country=Italy")).json() == {"words": "Creators found: 1,482"}
    assert (await browser.get("/creators/count?country=Atlantis")).json() == {"words": ""}


async def test_text_is_shown_as_text(signed_in):
    evil = '"><script>alert(1)</script>'
    page = (await signed_in["brand"].get("/creators", params={"text": evil})).text
    assert "<script>alert" not in page


async def test_a_comparison_marks_the_best_in_words_and_says_what_is_missing(signed_in):
    page = (await signed_in["brand"].get(COMPARED)).text
    rows = rows_of(page)
    followers = next(cells for name, cells in rows.items() if name.startswith("Followers"))
    assert followers == ["1,240,000", "486,300", "92,700", "57,150", "2,310,000 best"]
    price = next(cells for name, cells in rows.items() if name.startswith("Price from"))
    assert price == ["€250.00 best", "€420.00", "not known", "$15,000.00", "€3,100.00"]
    on_time = next(cells for name, cells in rows.items() if name.startswith("Published on time"))
    assert on_time == ["91.67%", *["not known"] * 4], "nobody is best alone"
    others = next(cells for name, cells in rows.items() if name.startswith("Other brands now"))
    assert others == ["2", "0", "0", "0", "0"], "neither more nor fewer is better"


async def test_a_comparison_takes_five_and_says_who_is_left_out_or_gone(signed_in):
    page = await signed_in["brand"].get(f"{COMPARED}&id=profile-sixth")
    assert "1 creator is left out" in page.text
    page = await signed_in["brand"].get("/creators/compare?id=profile-ana&id=profile-gone")
    assert "1 creator is not here" in page.text
    assert "Choose who to compare" in page.text
    assert 'href="/creators/compare?"' not in page.text


async def test_a_comparison_judges_fit_by_the_chosen_persona(console, signed_in):
    page = await signed_in["brand"].get(f"{COMPARED}&persona={sample_kept.PERSONA}")
    asked = [json.loads(one.content) for one in console.services.asked if one.url.path.endswith("/fit")]
    assert {one["persona"] for one in asked} == {sample_kept.PERSONA}
    rows = rows_of(page.text)
    assert rows["Fit: Relevance"][0] == "39.1% to 40.1%"
    assert rows["Fit: Audience"][0] == "39.1% to 40.1%"
    viewers = next(cells for name, cells in rows.items() if name.startswith("Relevant viewers"))
    assert viewers[0] == "96,968 to 99,448 best"
    wrong = await signed_in["brand"].get(f"{COMPARED}&persona=foreign")
    assert wrong.status_code == 422
    assert "This persona is not there any more." in wrong.text


async def test_the_largest_page_stays_far_below_the_budget(console, signed_in):
    people = sample_creators.some_profiles()
    many = [people[0].model_copy(update={"id": f"profile-{number}"}) for number in range(PAGE)]
    found = sample_creators.found_by(httpx.Request("GET", "http://discovery.test/v1/creators")).json()
    found["items"] = [sample_creators.a_creator(one).model_dump(mode="json") for one in many]
    console.services.answers["GET discovery/v1/creators"] = found
    page = await signed_in["brand"].get("/creators")
    assert page.text.count('class="person"') == PAGE
    assert len(gzip.compress(page.content)) < 20 * 1024
