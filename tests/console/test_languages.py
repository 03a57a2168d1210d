"""In which language a page is, how a person changes it, and that it is whole."""

import httpx
import pytest

from console import catalogues
from tests.console import sample
from tests.console.kit import a_console

LANGUAGE = ("GET notifications/v1/contact", "PUT notifications/v1/contact")


@pytest.mark.parametrize(
    ("accepted", "chosen", "locale"),
    [
        pytest.param("", "", "en", id="nothing said"),
        pytest.param("it", "", "it", id="the browser's"),
        pytest.param("it-CH,de;q=0.8", "", "it_CH", id="with its country's formats"),
        pytest.param("de,it;q=0.4,en;q=0.6", "", "en", id="the best of those that there are"),
        pytest.param("it-ZZ", "", "it_IT", id="a country that nobody knows"),
        pytest.param("en-GB", "it", "it", id="the choice before the browser"),
        pytest.param(
            "en-GB,it-CH;q=0.2", "it", "it_CH", id="the choice, with the country that the browser names for it"
        ),
        pytest.param("it", "en", "en", id="back to English"),
        pytest.param("it", "tlh", "it", id="a choice that is not there"),
        pytest.param("it;q=nonsense,en", "", "en", id="a header that is broken"),
    ],
)
def test_the_language_is_the_chosen_one_else_the_browsers(accepted, chosen, locale):
    assert str(catalogues.negotiate(accepted, chosen)) == locale


def test_each_language_is_called_as_it_calls_itself():
    assert catalogues.names() == (("en", "English"), ("it", "Italiano"))


async def test_a_page_is_in_the_browsers_language_and_says_so(console):
    async with console.browser(**{"Accept-Language": "it-IT,it;q=0.9"}) as browser:
        page = (await browser.get("/sign-in")).text
    assert '<html lang="it">' in page
    assert "Inviami un codice" in page
    assert "Send me a code" not in page


async def test_a_choice_at_the_foot_of_the_page_stays_and_leads_back(console):
    async with console.browser() as browser:
        page = (await browser.get("/sign-in?next=/campaigns")).text
        assert 'name="back" value="/sign-in?next=%2Fcampaigns"' in page
        assert 'name="language" value="it" lang="it">Italiano<' in page
        changed = await browser.post("/language", data={"language": "it", "back": "/sign-in?next=%2Fcampaigns"})
        assert (changed.status_code, changed.headers["location"]) == (303, "/sign-in?next=%2Fcampaigns")
        cookie = changed.headers["set-cookie"]
        assert cookie.startswith("language=it;")
        assert "HttpOnly" in cookie
        assert 'lang="it" aria-current="true">Italiano<' in (await browser.get("/sign-in")).text


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "", "/a b", "/\\evil.example"])
async def test_a_choice_leads_to_no_other_site(console, back):
    async with console.browser() as browser:
        assert (await browser.post("/language", data={"language": "it", "back": back})).headers["location"] == "/"


async def test_a_language_that_is_not_there_changes_nothing(console):
    async with console.browser() as browser:
        changed = await browser.post("/language", data={"language": "tlh", "back": "/register"})
    assert changed.headers["location"] == "/register"
    assert "set-cookie" not in changed.headers


async def test_another_sites_form_cannot_choose(console):
    async with console.browser(Origin="https://evil.example") as browser:
        changed = await browser.post("/language", data={"language": "it", "back": "/"})
    assert changed.status_code == 403
    assert "set-cookie" not in changed.headers


async def test_the_code_is_mailed_in_the_pages_language(console):
    async with console.browser() as browser:
        await browser.post("/language", data={"language": "it", "back": "/"})
        await browser.post("/sign-in", data={"email": "ana@example.com"})
    assert console.mailbox.language == "it"


async def test_a_program_that_asks_for_a_code_names_the_language_as_a_browser_does(console):
    async with console.browser(**{"Accept-Language": "it-IT"}) as browser:
        answer = await browser.post("/v1/sign-ins", json={"address": "ana@example.com"})
    assert answer.is_success, answer.text
    assert console.mailbox.language == "it"


@pytest.mark.parametrize("role", ["brand", "creator", "operator"])
async def test_a_signed_in_persons_mails_follow(console, signed_in, role):
    had = {"language": "en-GB", "zone": "Europe/Rome", "preferences": {"first_sale": "never"}}
    told = []

    def put(request: httpx.Request) -> httpx.Response:
        told.append(request.read())
        return httpx.Response(200, content=told[-1])

    console.services.answers |= dict(zip(LANGUAGE, (had, put), strict=True))
    changed = await signed_in[role].post("/language", data={"language": "it", "back": "/?done=drafted"})
    assert changed.headers["location"] == "/?done=drafted"
    assert [httpx.Response(200, content=body).json() for body in told] == [had | {"language": "it"}]

    told.clear()
    await signed_in[role].post("/language", data={"language": "en", "back": "/"})
    assert told == [], "the mails are in that language already, in a country's own form"


async def test_while_mails_cannot_be_told_the_pages_change_and_the_person_reads_it(console, signed_in):
    console.services.answers[LANGUAGE[0]] = 503
    changed = await signed_in["creator"].post("/language", data={"language": "it", "back": "/links?cursor=x"})
    assert changed.headers["location"] == "/links?cursor=x&done=language-here-only"
    page = (await signed_in["creator"].get("/home?done=language-here-only")).text
    assert "Le tue email ancora no" in page


async def test_numbers_money_and_days_are_as_the_language_writes_them(signed_in):
    async with signed_in["brand"] as browser:
        english = (await browser.get(f"/campaigns/{sample.CAMPAIGN}")).text
        browser.cookies.set("language", "it")
        italian = (await browser.get(f"/campaigns/{sample.CAMPAIGN}")).text
    for words in ("€10,188.40", "14,377", "54.4%"):
        assert words in english
        assert words not in italian
    for words in ("10.188,40\N{NO-BREAK SPACE}€", "14.377", "54,4%"):
        assert words in italian


async def test_what_attribution_says_of_an_order_is_in_the_persons_language(signed_in):
    async with signed_in["brand"] as browser:
        browser.cookies.set("language", "it")
        page = (await browser.get(f"/campaigns/{sample.CAMPAIGN}")).text
    assert "Attribuito, ma adesso non paga niente. Non è ancora pagato." in page
    assert "Non attribuito a nessuno." in page
    assert "Nobody is credited." not in page


async def test_a_creators_public_page_reads_no_cookie(console, signed_in):
    async with console.browser() as browser:
        browser.cookies.set("language", "it")
        assert '<html lang="en">' in (await browser.get(f"/c/{sample.CREATOR}")).text


async def test_over_tls_the_choice_is_kept_for_this_host_only(mongo, database):
    origin = "https://console.test"
    async with (
        a_console(mongo.address, database, console_public_url=origin) as running,
        running.browser(Origin=origin) as browser,
    ):
        changed = await browser.post("/language", data={"language": "it", "back": "/"})
    assert changed.headers["set-cookie"].startswith("__Host-language=it;")
    assert "Secure" in changed.headers["set-cookie"]
