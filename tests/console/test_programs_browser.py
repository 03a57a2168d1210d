"""From the directory of programs to the work, and a conversation: told by clicking, as creator and as brand."""

from datetime import timedelta

import pytest

from tests.console.both import both_services, press, reads
from tests.console.kit import PHONE_AND_DESK
from tests.console.windows import NEEDS_CHROMIUM

pytestmark = [pytest.mark.browser, pytest.mark.long, NEEDS_CHROMIUM]
PROGRAM = {
    "eligibility": {"min_followers": 5_000, "min_age": 18, "countries": ["IT"]},
    "questions": [{"id": "why", "text": "Why does a lamp suit your followers?"}],
}
HOSTILE = "<script>document.title = 'owned'</script> & <b>bold</b>"


@pytest.fixture
async def site(mongo, database):
    """A served console with one open program, and one whose rules refuse the creator."""
    known = {"followers": 84_200, "country": "IT", "categories": ["home"]}
    async with both_services(mongo.address, database, **known) as both:
        both.campaign = await both.published(
            program=PROGRAM, brief={"product": "Reading lamp", "category": "home", "channels": ["tiktok"]}
        )
        both.refusing = await both.published(name="Big names", program={"eligibility": {"min_followers": 150_000}})
        yield both


@PHONE_AND_DESK
async def test_from_the_directory_to_the_work_and_a_conversation(chromium, site, width, script):
    brand, creator = [await site.page(chromium, role, width, script=script) for role in ("brand", "creator")]
    await find_and_apply(site, creator)
    await answer(site, brand)
    await agree_and_work(site, brand, creator)
    await talk(site, brand, creator)


async def find_and_apply(site, creator):
    """What suits comes first, with reasons; a rule that refuses is named; a missing answer is asked for."""
    await creator.goto(f"{site.address}/programs")
    await reads(creator, "2 open programs", "Your category: Living", "One of its rules is not met")
    names = await creator.locator("tbody .lead").all_inner_texts()
    assert names == ["Autumn lamps", "Big names"]
    await creator.get_by_role("link", name="Big names").click()
    await reads(creator, "You can't apply to this program", "65,800 more followers are needed.")
    assert await creator.locator("main form").count() == 0
    await creator.goto(f"{site.address}/programs?for_me=1")
    await reads(creator, "1 open program", "whose rules I don't fail")
    await creator.get_by_role("link", name="Autumn lamps").click()
    await press(creator, "Apply")
    assert await creator.is_visible("#errors")
    await creator.fill("#q-why", "They ask me for lamps every week.")
    await creator.fill("#idea", "A week of reading in bed.")
    await creator.fill("#fee", "250")
    await press(creator, "Apply")
    await creator.wait_for_url("**?done=applied")
    await reads(creator, "Waits for an answer", "They ask me for lamps every week.", "€250.00")


async def answer(site, brand):
    """The brand reads the answers and makes a counter-offer."""
    await brand.goto(f"{site.address}/programs")
    await reads(brand, "1 waits for you")
    await brand.get_by_role("link", name="Autumn lamps", exact=True).click()
    await brand.get_by_role("link", name="Krista").click()
    await reads(brand, "They ask me for lamps every week.", "instead of €200.00", "Not known")
    await brand.get_by_text("Make a counter-offer", exact=True).click()
    await brand.fill("#fee", "220")
    await brand.fill("#message", "We meet in the middle?")
    await press(brand, "Send the counter-offer")
    await brand.wait_for_url("**?done=application-countered")
    site.collaboration = brand.url.rsplit("/", 1)[1].split("?")[0]


async def agree_and_work(site, brand, creator):
    """The creator finds the offer in the own work, agrees, and hands in; the brand's board says so."""
    await creator.goto(f"{site.address}/my-work")
    await creator.get_by_role("link", name="Answer to the offer").click()
    await reads(creator, "€220.00")
    await press(creator, "Accept the offer")
    await creator.wait_for_url("**?done=did-accept")
    await creator.goto(f"{site.address}/my-work")
    await creator.get_by_role("link", name="Concept").click()
    await press(creator, "Hand in the concept")
    await creator.fill("#text", "The lamp wakes me instead of the phone.")
    await press(creator, "Hand in the concept")
    await brand.goto(f"{site.address}/campaigns/{site.campaign}/board")
    await reads(brand, "Concept in review", "1 waits for you")
    await brand.get_by_role("link", name="Waits for you").first.click()
    await brand.get_by_role("link", name="Krista").click()
    await press(brand, "Approve the concept")
    await brand.wait_for_url("**?done=did-approve-concept")
    await brand.goto(f"{site.address}/campaigns/{site.campaign}/budget")
    await reads(brand, "€220.00", "Krista", "1 agreement")
    await creator.goto(f"{site.address}/my-work")
    await reads(creator, "The work")


async def talk(site, brand, creator):
    """A message there and one back: shown as text, counted as new, and told as read."""
    await brand.goto(f"{site.address}/collaborations/{site.collaboration}")
    await brand.get_by_role("link", name="Write a message").click()
    await brand.fill("#text", HOSTILE)
    await press(brand, "Send")
    await brand.wait_for_url("**?done=message-sent#write")
    await reads(brand, HOSTILE, "not read yet")
    site.console.later(timedelta(seconds=30))
    await creator.goto(f"{site.address}/messages")
    assert await creator.locator("nav .count.hot").text_content() == "New: 1"
    await creator.get_by_role("link", name="Lumea Skincare").first.click()
    await reads(creator, HOSTILE)
    assert await creator.title() != "owned"
    assert await creator.locator(".bubble b, .bubble script").count() == 0
    await creator.get_by_text("Add links").click()
    await creator.fill("#text", "Here is the cut.")
    await creator.fill("#links", "https://files.example/cut-1")
    await press(creator, "Send")
    await creator.wait_for_url("**?done=message-sent#write")
    await brand.reload()
    await reads(brand, "Here is the cut.", "https://files.example/cut-1", "read")
    assert "not read yet" not in await brand.locator("main").inner_text()
    await creator.goto(f"{site.address}/my-work/{site.collaboration}")
    await reads(creator, "Here is the cut.", "Open the conversation")
