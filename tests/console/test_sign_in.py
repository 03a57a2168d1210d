"""Coming in through the forms, as a browser without JavaScript does, and everything that must not work."""

import re
from datetime import timedelta

import pytest

from chassis.http import load_key
from chassis.http.tokens import key_id, verify
from console.app import welcome_operator
from console.domain.sessions import hashed
from console.entry import OPERATOR
from console.pages.routes import PAGES
from tests.console.kit import ORIGIN, a_console, announced, settle

REGISTRATION = {
    "name": "Lumea Skincare",
    "email": "owner@lumea.example",
    "currency": "EUR",
    "zone": "Europe/Rome",
    "domains": "lumea.example\nshop.lumea.example",
}


async def ask_code(browser, address="ana@example.com", **form):
    return await browser.post("/sign-in", data={"email": address, **form})


async def come_in(console, browser, address="ana@example.com", **form):
    await ask_code(browser, address, **form)
    return await browser.post("/sign-in/code", data={"code": console.mailbox.code})


async def test_a_creator_gets_an_account_with_the_first_code(console):
    async with console.browser() as browser:
        asked = await ask_code(browser)
        assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in/code")
        assert (await browser.get("/sign-in/code")).status_code == 200
        entered = await browser.post("/sign-in/code", data={"code": console.mailbox.code})
        assert (entered.status_code, entered.headers["location"]) == (303, "/home")
        assert (await browser.get("/")).headers["location"] == "/home"
    assert await announced(console) == ["console.creator-registered.v1"]


async def test_coming_in_again_makes_no_second_account(console):
    for _ in range(2):
        async with console.browser() as browser:
            assert (await come_in(console, browser)).status_code == 303
    assert await announced(console) == ["console.creator-registered.v1"]


async def test_a_brand_registers_by_a_form_and_its_code_activates_it(console):
    async with console.browser() as browser:
        asked = await browser.post("/register", data=REGISTRATION)
        assert asked.headers["location"] == "/sign-in/code"
        assert await announced(console) == []
        entered = await browser.post("/sign-in/code", data={"code": console.mailbox.code})
        assert entered.headers["location"] == "/stores?done=registered"
        page = await browser.get("/stores?done=registered")
        assert "Your brand is registered." in page.text
        assert "Lumea Skincare" in page.text
    assert await announced(console) == ["console.brand-registered.v1"]
    kept = await console.desk.db["accounts"].find_one({"kind": "brand"})
    assert kept["brand"]["domains"] == ["lumea.example", "shop.lumea.example"]


async def test_no_address_is_kept_in_the_console_s_store(console):
    async with console.browser() as browser:
        await browser.post("/register", data=REGISTRATION)
        await browser.post("/sign-in/code", data={"code": console.mailbox.code})
        await ask_code(browser, "somebody-else@example.com")
    for name in await console.desk.db.list_collection_names():
        async for doc in console.desk.db[name].find():
            assert "@" not in str(doc), name


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "nobody", "Enter an e-mail address"),
        ("name", " ", "Enter your brand&#39;s name"),
        ("currency", "XYZ", "Choose a currency"),
        ("zone", "Mars/Olympus", "Choose a time zone"),
        ("domains", "", "Enter at least one domain"),
        ("domains", "not a host!", "Enter host names only"),
        ("phone", "1" * 41, "Enter at most 40 characters"),
    ],
)
async def test_a_registration_says_what_is_wrong_and_keeps_the_rest(console, field, value, words):
    async with console.browser() as browser:
        answer = await browser.post("/register", data={**REGISTRATION, field: value})
    assert answer.status_code == 422
    assert answer.text.count(words) == 2, "beside the field and in the summary"
    assert f'href="#{field}"' in answer.text
    kept = "name" if field != "name" else "email"
    assert REGISTRATION[kept] in answer.text
    assert console.mailbox.sent == []


async def test_a_code_opens_nothing_in_another_browser(console):
    async with console.browser() as browser, console.browser() as thief:
        await ask_code(browser)
        answer = await thief.post("/sign-in/code", data={"code": console.mailbox.code})
        assert answer.status_code == 422
        assert "session" not in thief.cookies
        await ask_code(thief, "thief@example.com")
        answer = await thief.post("/sign-in/code", data={"code": console.mailbox.sent[0][1]})
        assert "This code is not right" in answer.text
        assert (await browser.post("/sign-in/code", data={"code": console.mailbox.sent[0][1]})).status_code == 303


async def test_a_code_works_once(console):
    async with console.browser() as browser:
        await ask_code(browser)
        cookie = browser.cookies["sign-in"]
        assert (await browser.post("/sign-in/code", data={"code": console.mailbox.code})).status_code == 303
        browser.cookies.set("sign-in", cookie)
        answer = await browser.post("/sign-in/code", data={"code": console.mailbox.code})
    assert answer.status_code == 422
    assert "This code has expired. Ask for a new one." in answer.text


async def test_a_code_expires_after_ten_minutes(console):
    async with console.browser() as browser:
        await ask_code(browser)
        console.later(timedelta(minutes=10))
        answer = await browser.post("/sign-in/code", data={"code": console.mailbox.code})
    assert "This code has expired" in answer.text


async def test_five_wrong_tries_end_a_code(console):
    async with console.browser() as browser:
        await ask_code(browser)
        wrong = "000000" if console.mailbox.code != "000000" else "111111"
        answers = [await browser.post("/sign-in/code", data={"code": wrong}) for _ in range(5)]
        assert ["not right" in answer.text for answer in answers] == [True, True, True, True, False]
        answer = await browser.post("/sign-in/code", data={"code": console.mailbox.code})
    assert "tried too often" in answer.text


async def test_a_new_code_ends_the_old_one(console):
    async with console.browser() as browser:
        await ask_code(browser)
        await browser.post("/sign-in/another")
        old, new = (code for _, code in console.mailbox.sent)
        if old != new:
            assert (await browser.post("/sign-in/code", data={"code": old})).status_code == 422
        assert (await browser.post("/sign-in/code", data={"code": new})).status_code == 303


async def test_known_and_unknown_addresses_get_the_same_page(console):
    async with console.browser() as browser:
        await come_in(console, browser, "known@example.com")
    pages = []
    for address in ("known@example.com", "unknown@example.com"):
        async with console.browser() as browser:
            asked = await ask_code(browser, address)
            pages.append((asked.status_code, asked.headers["location"], (await browser.get("/sign-in/code")).text))
    assert pages[0] == pages[1]


async def test_a_browser_may_ask_for_five_codes_in_a_quarter_of_an_hour(console):
    async with console.browser() as browser:
        for _ in range(5):
            assert (await ask_code(browser)).status_code == 303
        refused = await ask_code(browser)
        assert "Too many codes were asked for" in refused.text
        assert len(console.mailbox.sent) == 5
        console.later(timedelta(minutes=15, seconds=1))
        assert (await ask_code(browser)).status_code == 303


async def test_many_browsers_can_not_guess_at_one_contact(console):
    for _ in range(5):
        async with console.browser() as browser:
            await ask_code(browser)
    async with console.browser() as browser:
        answer = await come_in(console, browser)
    assert answer.status_code == 422, "the sixth code of this contact opens nothing"


async def test_one_network_address_may_ask_for_a_bounded_number_of_codes(mongo, database):
    async with a_console(mongo.address, database, codes_per_client=2) as console:
        answers = []
        for number in range(3):
            async with console.browser() as browser:
                answers.append((await ask_code(browser, f"person-{number}@example.com")).status_code)
        assert answers == [303, 303, 422]
        async for doc in console.desk.db["limits"].find():
            assert "127.0.0.1" not in doc["_id"]


async def test_mail_that_can_not_be_sent_is_said_calmly(console):
    console.mailbox.is_away = True
    async with console.browser() as browser:
        answer = await ask_code(browser)
    assert answer.status_code == 503
    assert "Not possible at the moment" in answer.text


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None, f"{ORIGIN}.evil.example"])
async def test_no_form_from_elsewhere_does_anything(console, origin):
    cookies = await settle(console)
    forms = [page for page in PAGES if page.method == "POST"]
    assert len(forms) > 10
    async with console.browser() as browser:
        del browser.headers["Origin"]
        headers = {} if origin is None else {"Origin": origin}
        for page in forms:
            browser.cookies.set("session", cookies.get(page.role or "", "none"))
            path = re.sub(r"{[^}]+}", "x", page.path)
            answer = await browser.post(path, data={**REGISTRATION, "code": "123456"}, headers=headers)
            assert answer.status_code == 403, page.path
            assert "This was not sent from our pages" in answer.text
    assert console.mailbox.sent == []
    assert console.services.asked == []


async def test_nobody_is_sent_to_another_host_after_sign_in(console):
    async with console.browser() as browser:
        page = await browser.get("/sign-in", params={"next": "//evil.example/x"})
        assert "//evil.example" not in page.text, "nor is it ever an address: only a page of ours is remembered"
        answer = await come_in(console, browser, next="https://evil.example")
        assert answer.headers["location"] == "/home"


async def test_a_page_of_ours_follows_sign_in(console):
    async with console.browser() as browser:
        sent = await browser.get("/earnings")
        assert sent.headers["location"] == "/sign-in?next=/earnings"
        answer = await come_in(console, browser, next="/earnings")
        assert answer.headers["location"] == "/earnings"


async def test_a_session_that_somebody_planted_is_not_taken_over(console):
    async with console.browser() as browser:
        browser.cookies.set("session", "planted", domain="console.test")
        await come_in(console, browser)
        cookies = [cookie.value for cookie in browser.cookies.jar if cookie.name == "session"]
        assert "planted" not in cookies or len(set(cookies)) > 1
    assert await console.desk.db["sessions"].find_one({"_id": hashed("planted")}) is None


async def test_signing_in_again_ends_the_session_before(console):
    async with console.browser() as browser:
        await come_in(console, browser)
        first = browser.cookies["session"]
        await come_in(console, browser)
    assert await console.desk.db["sessions"].find_one({"_id": hashed(first)}) is None


async def test_signing_out_ends_the_session_for_good(console):
    async with console.browser() as browser:
        await come_in(console, browser)
        cookie = browser.cookies["session"]
        assert (await browser.post("/sign-out")).headers["location"] == "/sign-in"
        browser.cookies.set("session", cookie)
        assert (await browser.get("/home")).headers["location"].startswith("/sign-in")


async def test_a_session_ends_by_itself(console):
    async with console.browser() as browser:
        await come_in(console, browser)
        console.later(timedelta(days=14))
        assert (await browser.get("/home")).status_code == 303


async def test_cookies_are_for_the_server_only_and_secure_where_tls_is(mongo, database):
    async with a_console(mongo.address, database, console_public_url="https://console.test") as console:
        async with console.browser(Origin="https://console.test") as browser:
            asked = await ask_code(browser)
        cookie = asked.headers["set-cookie"]
        assert cookie.startswith("__Host-sign-in=")
        for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
            assert part.lower() in cookie.lower()


async def test_the_store_keeps_cookies_and_codes_hashed_only(console):
    async with console.browser() as browser:
        await ask_code(browser)
        waiting = await console.desk.db["sign_ins"].find_one()
        assert console.mailbox.code not in str(waiting)
        assert browser.cookies["sign-in"] not in str(waiting)
        await browser.post("/sign-in/code", data={"code": console.mailbox.code})
        assert browser.cookies["session"] not in str(await console.desk.db["sessions"].find_one())


async def test_an_invitation_s_mail_brings_an_account_that_has_proved_it(console):
    console.mailbox.invitations["invitation-9"] = "linh@example.com"
    async with console.browser() as browser:
        page = await browser.get("/invitations/invitation-9")
        assert "You are invited to a campaign" in page.text
        asked = await browser.post("/invitations/invitation-9/sign-in")
        assert asked.headers["location"] == "/sign-in/code"
        entered = await browser.post("/sign-in/code", data={"code": console.mailbox.code})
        assert entered.headers["location"] == "/invitations/invitation-9"
        token = await browser.post("/v1/session/token", json={"audience": "campaigns", "invitation": "invitation-9"})
        other = await browser.post("/v1/session/token", json={"audience": "campaigns", "invitation": "invitation-8"})
        jwks = (await browser.get("/.well-known/jwks.json")).json()["keys"]
    bearer = token.json()["access_token"]
    claims = verify(
        bearer,
        next(load_key(jwk) for jwk in jwks if jwk["kid"] == key_id(bearer)),
        audience="campaigns",
        now=console.clock.now(),
    )
    assert claims.invitation == "invitation-9"
    assert claims.sub == console.mailbox.accounts["linh@example.com"] != "invitation-9"
    assert other.status_code == 404
    assert await announced(console) == ["console.creator-registered.v1"]


async def test_an_invitation_to_a_known_address_leads_to_that_account(console):
    async with console.browser() as browser:
        await come_in(console, browser, "linh@example.com")
    account = console.mailbox.accounts["linh@example.com"]
    console.mailbox.invitations["invitation-9"] = "linh@example.com"
    async with console.browser() as browser:
        await browser.post("/invitations/invitation-9/sign-in")
        await browser.post("/sign-in/code", data={"code": console.mailbox.code})
        session = (await browser.get("/v1/session")).json()
    assert session["role"]["id"] == account
    assert session["invitations"] == ["invitation-9"]
    assert await announced(console) == ["console.creator-registered.v1"]


async def test_an_invitation_that_is_not_there_looks_like_one_that_is(console):
    async with console.browser() as browser:
        asked = await browser.post("/invitations/unknown/sign-in")
        assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in/code")
        answer = await browser.post("/sign-in/code", data={"code": "123456"})
    assert "This code is not right" in answer.text


async def test_somebody_with_two_roles_can_act_in_either(console):
    async with console.browser() as browser:
        await browser.post("/register", data=REGISTRATION)
        await browser.post("/sign-in/code", data={"code": console.mailbox.code})
        console.mailbox.invitations["invitation-9"] = REGISTRATION["email"]
        await browser.post("/invitations/invitation-9/sign-in")
        await browser.post("/sign-in/code", data={"code": console.mailbox.code})
        brand = await console.desk.db["accounts"].find_one({"kind": "brand"})
        assert (await browser.get("/stores")).status_code == 403
        acted = await browser.post("/act-as", data={"kind": "brand", "id": brand["_id"]})
        assert acted.headers["location"] == "/campaigns"
        assert (await browser.get("/stores")).status_code == 200
        await browser.post("/act-as", data={"kind": "operator", "id": OPERATOR})
        assert (await browser.get("/dead-letters")).status_code == 403


async def test_the_first_operator_signs_in_by_the_address_of_the_environment(mongo, database):
    async with a_console(mongo.address, database, operator_email="ops@example.com") as console:
        await welcome_operator(console.desk)
        await welcome_operator(console.desk)
        async with console.browser() as browser:
            entered = await come_in(console, browser, "ops@example.com")
            assert entered.headers["location"] == "/dead-letters"
            assert (await browser.get("/v1/session")).json()["role"] == {"kind": "operator", "id": OPERATOR, "name": ""}
        assert await announced(console) == []


async def test_the_api_signs_in_like_the_forms(console):
    async with console.browser() as browser:
        body = {**REGISTRATION, "domains": ["lumea.example"]}
        assert (await browser.post("/v1/brands", json=body)).json() == {"expires_in": 600}
        wrong = await browser.post("/v1/session", json={"code": "nonsense"})
        assert (wrong.status_code, wrong.json()["type"]) == (403, "/problems/code-wrong")
        session = await browser.post("/v1/session", json={"code": console.mailbox.code})
        assert session.status_code == 201
        assert session.json()["role"]["name"] == "Lumea Skincare"
        token = (await browser.post("/v1/session/token", json={"audience": "console"})).json()["access_token"]
        brand = await browser.get("/v1/brand", headers={"Authorization": f"Bearer {token}"})
        assert brand.json()["id"] == session.json()["role"]["id"]
        assert (await browser.delete("/v1/session")).status_code == 204
        assert (await browser.get("/v1/session")).status_code == 401


async def test_a_session_gives_no_token_to_other_origins_or_strangers(console):
    cookies = await settle(console)
    async with console.browser() as browser:
        assert (await browser.post("/v1/session/token", json={"audience": "campaigns"})).status_code == 401
        browser.cookies.set("session", cookies["brand"])
        foreign = await browser.post(
            "/v1/session/token", json={"audience": "campaigns"}, headers={"Origin": "https://evil.example"}
        )
        assert foreign.status_code == 403
        assert (await browser.post("/v1/session/token", json={"audience": "elsewhere"})).status_code == 422


async def test_a_mailbox_that_was_sent_too_many_codes_is_told_as_such(console):
    console.mailbox.is_full = True
    async with console.browser() as browser:
        answer = await ask_code(browser)
    assert answer.status_code == 422
    assert "Too many codes were asked for. Wait a quarter of an hour and try again." in answer.text
    assert "set-cookie" not in answer.headers
