"""A collaboration's story told by clicking, as brand and as creator, with campaigns' own service behind the console."""

import pytest

from tests.campaigns import kit
from tests.console.both import both_services, press, reads
from tests.console.screens import WIDTHS
from tests.console.windows import NEEDS_CHROMIUM

pytestmark = [pytest.mark.browser, NEEDS_CHROMIUM]
CONCEPT = "The lamp wakes me instead of the phone."


@pytest.fixture
async def site(mongo, database):
    """A served console, and a campaign with an invitation to its creator."""
    async with both_services(mongo.address, database) as both:
        both.campaign = await both.published()
        invitation = {"profile": "p-1", "message": "We like your calm videos."}
        answer = await both.brand("POST", f"/v1/campaigns/{both.campaign}/invitations", invitation)
        both.collaboration = kit.found(answer, 201)["id"]
        yield both


@pytest.mark.parametrize("width", WIDTHS)
async def test_a_brand_and_a_creator_go_from_the_offer_to_the_publication(chromium, site, width):
    brand, creator = [await site.page(chromium, role, width) for role in ("brand", "creator")]
    await negotiate(site, brand, creator)
    await work(site, brand, creator)


async def negotiate(site, brand, creator):
    """A counter-offer races with the brand's own; the last one is agreed."""
    await creator.goto(f"{site.address}/my-work")
    await creator.get_by_role("link", name="Answer to the offer").click()
    await press(creator, "Make a counter-offer")
    await creator.fill("#fee", "300")
    await creator.fill("#note", "Two days of work.")
    await brand.goto(f"{site.address}/collaborations/{site.collaboration}/offer")
    await brand.fill("#fee", "250")
    await press(brand, "Make a counter-offer")
    await brand.wait_for_url("**?done=did-offer")
    await press(creator, "Make a counter-offer")
    await reads(
        creator, "Another offer is on the table now", "What you answered: offer 1", "On the table: offer 2", "€250.00"
    )
    assert await creator.input_value("#note") == "Two days of work."
    await press(creator, "Make a counter-offer")
    await creator.wait_for_url("**?done=did-offer")
    await reads(creator, "Nothing to do for you now", "Waits for the brand")
    await brand.goto(f"{site.address}/campaigns/{site.campaign}/board")
    await reads(brand, "Counter-offer", "Answer to the offer")
    await brand.get_by_role("link", name="Krista").click()
    await reads(brand, "€300.00", "Two days of work.")
    await press(brand, "Accept the offer")
    await brand.wait_for_url("**?done=did-accept")
    await reads(brand, "Waits for the creator", "Concept")


async def work(site, brand, creator):
    """Concept, changes, approval, another date, publication and its confirmation, each by the obvious next thing."""
    there, here = f"{site.address}/my-work/{site.collaboration}", f"{site.address}/collaborations/{site.collaboration}"
    await creator.goto(there)
    await press(creator, "Ask for another date")
    await creator.fill("#until", "2031-06-10")
    await press(creator, "Ask for another date")
    await brand.goto(here)
    await reads(brand, "asks you to agree", "Jun 11, 2031")  # the end of the creator's day, in Rome
    await press(brand, "Agree")
    await brand.wait_for_url("**?done=did-agree")
    await creator.goto(there)
    await press(creator, "Hand in the concept")
    await press(creator, "Hand in the concept")
    assert await creator.is_visible("#errors")
    await creator.fill("#text", CONCEPT)
    await press(creator, "Hand in the concept")
    await brand.goto(here)
    await reads(brand, CONCEPT)
    await press(brand, "Ask for changes")
    await brand.fill("#points", "Show the dimmer.")
    await press(brand, "Ask for changes")
    await creator.goto(there)
    await reads(creator, "Show the dimmer.")
    await press(creator, "Hand in the concept")
    await creator.fill("#text", f"{CONCEPT} With the dimmer.")
    await press(creator, "Hand in the concept")
    await brand.goto(here)
    await press(brand, "Approve the concept")
    await brand.goto(f"{here}/propose-cancellation")
    await reads(brand, "Owed if cancelled now", "€150.00")
    await creator.goto(there)
    await press(creator, "Hand in the work")
    await creator.fill("#url", "https://drive.example/preview/1")
    await press(creator, "Hand in the work")
    await brand.goto(here)
    await press(brand, "Approve the work")
    await creator.goto(there)
    await press(creator, "Say where it is live")
    await creator.fill("#url", "https://www.tiktok.com/@krista.makes/video/7301")
    await press(creator, "Say where it is live")
    await brand.goto(here)
    await press(brand, "Confirm the publication")
    await reads(brand, "All work is done.", "1 earlier version", "tiktok.com/@krista.makes/video/7301")
