"""A creator is to be forgotten: account, sessions and the public page's name go, and nobody is let in as them (D12)."""

from chassis.testing import waiting
from console.store.accounts import page_name
from contracts.console import AccountEvent, ForgottenByConsole
from tests.console import sample
from tests.console.kit import BRAND_PERSON, Console, announced, settle
from tests.console.test_sign_in import REGISTRATION, ask_code, come_in
from tests.support.erasures import an_erasure


async def forget(console: Console, account: str, asked: int = 1) -> ForgottenByConsole:
    state = an_erasure(account, asked=asked).state
    assert state is not None
    await console.desk.transactions.run(lambda tx: tx.forget_creator(state))
    rows = [row for row in await waiting(console.desk.db) if row["topic"] == ForgottenByConsole.TOPIC.name]
    return ForgottenByConsole.from_body(bytes(rows[-1]["value"]))


async def everything(console: Console) -> str:
    """All that the database holds, as text; `outbox` waits for a relay, and `timers` for their time."""
    own = {"outbox", "forgotten", "timers"}
    names = [name for name in await console.desk.db.list_collection_names() if name not in own]
    return "\n".join([f"{name}: {row}" for name in names for row in await console.desk.db[name].find().to_list(None)])


async def test_account_sessions_proofs_and_the_pages_name_go(console: Console):
    cookies = await settle(console)
    before = await everything(console)
    assert sample.CREATOR in before
    assert "Ana Moretti" in before

    answer = await forget(console, sample.CREATOR)

    after = await everything(console)
    assert [word for word in (sample.CREATOR, "Ana Moretti") if word in after] == []
    assert {one.what.value: one.count for one in answer.went} == {"account": 1, "sessions": 1}
    assert answer.kept == ()
    async with console.browser() as browser:
        browser.cookies.set("session", cookies["creator"])
        assert (await browser.get("/home")).headers["location"].startswith("/sign-in")
    assert await page_name(console.desk.db, sample.CREATOR) is None
    (last,) = [
        AccountEvent.from_body(bytes(row["value"]))
        for row in await console.desk.db["outbox"].find({"key": sample.CREATOR}).sort("revision", -1).to_list(1)
    ]
    assert (last.fact, last.state, last.revision) == ("creator-erased", None, 2)


async def test_others_stay_signed_in(console: Console):
    cookies = await settle(console)
    await forget(console, sample.CREATOR)
    async with console.browser() as browser:
        browser.cookies.set("session", cookies["brand"])
        assert (await browser.get("/stores")).status_code == 200


async def test_a_brands_member_goes_on_as_one_and_is_no_creator_any_more(console: Console):
    async with console.browser() as browser:
        await come_in(console, browser)
        await browser.post("/register", data=REGISTRATION | {"email": "ana@example.com"})
        await browser.post("/sign-in/code", data={"code": console.mailbox.code})
        person = console.mailbox.accounts["ana@example.com"]
        answer = await forget(console, person)
        assert [(one.what, one.because) for one in answer.kept] == [("account", "another-role")]
        assert (await browser.get("/stores")).status_code == 200
    roles = await console.desk.transactions.run(lambda tx: tx.roles(person))
    assert [role.kind for role in roles] == ["brand"]
    async with console.browser() as browser:
        assert (await come_in(console, browser)).headers["location"] != "/home"
    roles = await console.desk.transactions.run(lambda tx: tx.roles(person))
    assert [role.kind for role in roles] == ["brand"]


async def test_a_code_that_was_asked_for_before_the_erasure_opens_nothing_after_it(console: Console):
    async with console.browser() as browser:
        await come_in(console, browser)
        await ask_code(browser)
        await forget(console, console.mailbox.accounts["ana@example.com"])
        refused = await browser.post("/sign-in/code", data={"code": console.mailbox.code})
        assert refused.status_code != 303
    async with console.browser() as browser:  # notifications has not let the address go yet
        refused = await come_in(console, browser)
        assert refused.status_code != 303
    assert (await announced(console)).count("console.creator-registered.v1") == 1


async def test_asked_again_it_answers_again_with_nothing(console: Console):
    await settle(console)
    await forget(console, sample.CREATOR)
    again = await forget(console, sample.CREATOR, asked=2)
    assert (again.asked, again.went) == (2, ())
    assert (await announced(console)).count("console.creator-erased.v1") == 1


async def test_only_whoever_is_named_is_forgotten(console: Console):
    await settle(console)
    answer = await forget(console, "somebody-else")
    assert answer.went == ()
    assert await page_name(console.desk.db, sample.CREATOR) == "Ana Moretti"
    assert await console.desk.db["sessions"].count_documents({"person": BRAND_PERSON}) == 1
