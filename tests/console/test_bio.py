"""A creator's public page (A2): active links and codes only, light, cached, no cookie, also while others are away."""

import asyncio
import re
from datetime import timedelta

import httpx
import pytest

from console.bios import AGAIN, MOST, USABLE
from console.domain.sessions import chosen, hashed
from console.entry import random_cookie
from console.pages.assets import BIO_STYLE
from console.pages.bio import ROWS, shelves_of
from contracts.attribution import Placement
from contracts.http.attribution import BioCoupon, BioLink, BioOut
from tests.console import sample
from tests.console.kit import settle
from tests.support.erasures import an_erasure

PATH = f"/c/{sample.CREATOR}"
ROUTE = f"GET attribution/v1/bio/{sample.CREATOR}"
LIGHT = 30 * 1024


@pytest.fixture
async def follower(console):
    """Somebody without an account, on a console where the creator has one."""
    console.services.answers = sample.answers()
    await settle(console)
    async with console.browser() as browser:
        yield browser


def asked(console) -> int:
    return sum(request.url.path.startswith("/v1/bio/") for request in console.services.asked)


async def test_the_page_shows_the_creator_s_links_and_codes_to_everybody(follower):
    page = await follower.get(PATH)
    assert page.status_code == 200
    for words in (
        "<h1>Ana Moretti</h1>",
        "Advertising",
        "Lumea Skincare",
        "ANA15",
        "15% off",
        "Nordlys Running",
        "€10",
    ):
        assert words in page.text, words
    assert 'href="https://go.example/r/k0Xw7Qp" rel="sponsored noopener"' in page.text
    assert "https://go.example/r/ana-run" in page.text, "a campaign without a link for the bio shows its other ones"
    assert "https://go.example/r/ana-glow" not in page.text, "links of other places stay away where one is for the bio"


async def test_no_cookie_is_set_or_read_and_no_token_sent(console, follower):
    follower.cookies.set("session", "somebody's")
    page = await follower.get(PATH)
    assert "set-cookie" not in page.headers
    assert "cookie" not in page.headers["vary"].lower()
    [request] = console.services.asked
    assert "authorization" not in request.headers
    assert page.text == (await httpx_without_cookies(console)).text


async def httpx_without_cookies(console) -> httpx.Response:
    async with console.browser() as browser:
        return await browser.get(PATH)


async def test_the_page_may_be_cached_and_answers_304_to_whoever_has_it(follower):
    first = await follower.get(PATH)
    assert first.headers["cache-control"].startswith("public, max-age=60")
    tag = first.headers["etag"]
    for known in (tag, f'"other", W/{tag}'):
        again = await follower.get(PATH, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["cache-control"] == first.headers["cache-control"]
    assert (await follower.get(PATH, headers={"If-None-Match": '"other"'})).status_code == 200


async def test_a_changed_page_has_another_tag(console, follower):
    before = await follower.get(PATH)
    console.services.answers[ROUTE] = sample.a_page([]) | BioOut(creator=sample.CREATOR).model_dump(mode="json")
    console.later(timedelta(minutes=1))
    after = await follower.get(PATH, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert "There is nothing here at the moment." in after.text
    assert "ANA15" not in after.text


async def test_a_crowd_costs_one_call(console, follower):
    pages = await asyncio.gather(*(follower.get(PATH) for _ in range(20)))
    assert {page.status_code for page in pages} == {200}
    await follower.get(PATH)
    assert asked(console) == 1
    console.later(timedelta(minutes=1))
    await follower.get(PATH)
    assert asked(console) == 2


@pytest.mark.parametrize("trouble", [503, 429, 500], ids=["away", "too busy", "broken"])
async def test_while_attribution_is_away_the_last_known_page_stands_for_a_day(console, follower, trouble):
    known = await follower.get(PATH)
    console.services.answers[ROUTE] = trouble
    console.later(timedelta(hours=1))
    assert (await follower.get(PATH)).text == known.text
    console.later(USABLE)
    page = await follower.get(PATH)
    assert page.status_code == 503
    assert "Come back in a minute." in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["retry-after"] == "30"


@pytest.mark.parametrize("later", [timedelta(seconds=1), timedelta(hours=1)], ids=["fresh", "attribution away"])
async def test_a_creator_whom_another_process_has_erased_has_no_page_at_once(console, follower, later):
    assert (await follower.get(PATH)).status_code == 200
    console.services.answers[ROUTE] = 503
    erasure = an_erasure(sample.CREATOR).state
    await console.desk.transactions.run(lambda tx: tx.forget_creator(erasure))
    console.later(later)
    assert (await follower.get(PATH)).status_code == 404


async def test_while_attribution_does_not_answer_nobody_waits_long_and_it_is_left_alone_for_a_while(console, follower):
    known = await follower.get(PATH)
    answer = asyncio.Event()

    async def at_last(_request: httpx.Request) -> httpx.Response:
        await answer.wait()
        return httpx.Response(200, json=BioOut(creator=sample.CREATOR).model_dump(mode="json"))

    console.services.answers[ROUTE] = at_last
    console.later(timedelta(minutes=1))
    async with asyncio.timeout(60):
        assert (await follower.get(PATH)).text == known.text, "after a moment's patience"
        assert (await follower.get(PATH)).text == known.text, "at once"
    assert asked(console) == 2
    answer.set()
    console.later(AGAIN)
    async with asyncio.timeout(60):
        while "There is nothing here" not in (await follower.get(PATH)).text:
            console.later(timedelta(seconds=1))
    assert asked(console) == 2, "the call that was under way has brought the answer"


async def test_a_page_that_fails_once_is_not_asked_for_by_the_whole_crowd(console, follower):
    await follower.get(PATH)
    console.services.answers[ROUTE] = 503
    console.later(timedelta(minutes=1))
    for _ in range(5):
        assert (await follower.get(PATH)).status_code == 200
    assert asked(console) == 2
    console.later(AGAIN)
    await follower.get(PATH)
    assert asked(console) == 3


async def test_an_unknown_creator_is_a_calm_404_that_nobody_is_asked_about(console, follower):
    for path in ("/c/nobody", f"/c/{sample.BRAND}"):
        page = await follower.get(path)
        assert page.status_code == 404
        assert "The address may be wrong, or the creator has left." in page.text
        assert page.headers["cache-control"] == "no-store"
    assert asked(console) == 0


async def test_a_creator_without_links_has_an_empty_page(console, follower):
    console.services.answers[ROUTE] = 404
    page = await follower.get(PATH)
    assert page.status_code == 200
    assert "There is nothing here at the moment." in page.text


async def test_what_others_wrote_is_text_and_never_markup(console, follower):
    evil = '"><script>alert(1)</script>'
    shown = BioOut(
        creator=sample.CREATOR,
        links=(BioLink(url=f"https://go.example/r/a{evil}", brand="b", brand_name=evil, campaign="c", title=evil),),
        coupons=(BioCoupon(code=evil, brand="b", brand_name=evil, campaign="c"),),
    )
    console.services.answers[ROUTE] = shown.model_dump(mode="json")
    page = await follower.get(PATH)
    assert "<script" not in page.text
    assert "Enter this code at checkout" in page.text


async def test_the_fullest_page_is_below_30_kb_uncompressed_with_its_style(console, follower):
    """200 links and 200 codes, each of another brand, and names as long as they may be."""
    links = [
        BioLink(
            url=f"https://links.marketplace.example/r/{number:012}",
            brand=f"b{number}",
            brand_name=f"{number} {'Wonderfully long ' * 20}",
            campaign=f"c{number}",
            host=f"shop-{number}.{'long.' * 30}example",
            title=f"{number} {'An even longer title ' * 20}",
        )
        for number in range(200)
    ]
    coupons = [
        BioCoupon(code=f"CODE{number}", brand=f"b{number}", brand_name="B", campaign="c", percent_off=1250)
        for number in range(200)
    ]
    shown = BioOut(creator=sample.CREATOR, links=tuple(links), coupons=tuple(coupons))
    console.services.answers[ROUTE] = shown.model_dump(mode="json")
    page = await follower.get(PATH)
    assert page.text.count("<li>") + page.text.count("<li class") == ROWS
    assert "CODE0" in page.text
    assert len(page.content) + len(BIO_STYLE.content) < LIGHT


async def test_only_so_many_pages_stay_in_memory(console, follower):
    bios = console.desk.bios
    await follower.get(PATH)
    kept = bios._kept[sample.CREATOR]
    for number in range(MOST):
        bios._kept[f"creator-{number}"] = kept
    console.later(timedelta(minutes=1))
    await follower.get(PATH)
    assert len(bios._kept) == MOST
    assert sample.CREATOR in bios._kept, "the newest stays"


def test_links_of_other_places_show_where_a_campaign_has_none_for_the_bio():
    def a_link(code: str, campaign: str, placement: Placement) -> BioLink:
        return BioLink(
            url=f"https://go.example/r/{code}", brand="b", brand_name="B", campaign=campaign, placement=placement
        )

    shown = BioOut(
        creator="c",
        links=(
            a_link("one", "1", Placement.BIO),
            a_link("two", "1", Placement.STORY),
            a_link("three", "2", Placement.STORY),
        ),
    )
    [shelf] = shelves_of(shown)
    assert [re.sub(".*/", "", link.url) for link in shelf.links] == ["one", "three"]


async def test_a_creator_names_the_page_and_sees_it_at_once(console, follower):
    cookies = await settle_again(console)
    assert "Ana Moretti" in (await follower.get(PATH)).text
    async with console.browser() as browser:
        browser.cookies.set("session", cookies)
        answer = await browser.post("/links/page", data={"page_name": "Ana  from Rome"})
        assert answer.headers["location"] == "/links?done=page-named"
        assert "<h1>Ana  from Rome</h1>" in (await browser.get(PATH)).text
        for wrong in ("x" * 61, "two\nlines", "\u202eright to left"):
            refused = await browser.post("/links/page", data={"page_name": wrong})
            assert refused.status_code == 422, wrong
        await browser.post("/links/page", data={"page_name": ""})
        assert "<h1>Links and codes</h1>" in (await browser.get(PATH)).text


async def settle_again(console) -> str:
    """A session cookie of the creator who is there."""
    cookie = random_cookie()

    async def begin(tx) -> None:
        role = chosen(await tx.roles(sample.CREATOR))
        await tx.begin_session(hashed(cookie), sample.CREATOR, role, tx.now + timedelta(days=1))

    await console.desk.transactions.run(begin)
    return cookie
