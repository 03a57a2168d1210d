"""Links by the API: made, changed, paused, and ended with their collaboration, each change said once (A1)."""

import struct
import xml.etree.ElementTree as ET
import zlib

import pytest

from attribution.store.links import FOLLOW
from chassis.http import Kind
from contracts.attribution import LinkChanged, LinkCreated, LinkStatus
from contracts.campaigns import CollaborationStatus, CouponTerms
from contracts.console import StoreKind
from tests.attribution.builders import DAY, HOUR, LONG_AGO, SECOND, some_terms
from tests.attribution.service.kit import Attribution, a_brand_registered, a_store_changed, an_agreement, only

NEW = {"collaboration": "collaboration-1", "placement": "story"}


@pytest.fixture
async def ready(known: Attribution) -> Attribution:
    """An agreement with its link and a code that the store does not know yet."""
    await known.hear(an_agreement(terms=(some_terms(coupon=CouponTerms(code="KRISTA20", percent_off=2000)),)))
    return known


async def create(service: Attribution, client=None, key: str | None = None, **body):
    headers = {} if key is None else {"Idempotency-Key": key}
    async with client or service.brand() as http:
        return await http.post("/v1/links", json=NEW | body, headers=headers)


async def change(service: Attribution, link: dict, body: dict, client=None, tag: str | None = "now"):
    headers = {} if tag is None else {"If-Match": f'"{link["revision"]}"' if tag == "now" else tag}
    async with client or service.brand() as http:
        return await http.patch(f"/v1/links/{link['id']}", json=body, headers=headers)


async def links_of(client, query: str = "") -> list[dict]:
    async with client as http:
        return (await http.get(f"/v1/links{query}")).json()["items"]


async def problem(answer) -> tuple[int, str]:
    body = answer.json()
    return answer.status_code, body["errors"][0]["field"] if body.get("errors") else body["type"].rsplit("/", 1)[-1]


@pytest.mark.parametrize("kind", [Kind.BRAND, Kind.CREATOR])
async def test_brand_and_creator_make_links_of_their_collaboration(ready: Attribution, kind: Kind):
    client = ready.brand() if kind is Kind.BRAND else ready.creator("creator-1")
    answer = await create(ready, client, destination="https://eu.shop.example/lamp?a=1")
    assert answer.status_code == 201, answer.text
    link = answer.json()
    assert link["target"] == (
        "https://eu.shop.example/lamp?a=1"
        "&utm_source=creator&utm_medium=affiliate&utm_campaign=campaign-1&utm_content=story"
    )
    assert (link["placement"], link["status"], link["creator"], link["revision"]) == ("story", "active", "creator-1", 1)
    assert link["url"] == f"https://go.market.example/r/{link['code']}"
    said = (await ready.said(LinkCreated))[-1]
    assert (said.state.id, said.state.target, said.revision) == (link["id"], link["target"], 1)
    assert link["id"] in [one["id"] for one in await links_of(ready.creator("creator-1"), "?placement=story")]


async def test_a_link_without_more_leads_to_the_campaigns_page(ready: Attribution):
    assert (await create(ready)).json()["destination"] == "https://shop.example/"


async def test_a_link_that_is_made_twice_with_one_key_is_one(ready: Attribution):
    first, again = await create(ready, key="k-1"), await create(ready, key="k-1")
    assert (again.status_code, again.content) == (201, first.content)
    assert len(await links_of(ready.brand(), "?placement=story")) == 1


@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param({"destination": "https://evil.example/"}, (422, "destination"), id="off the brand's domains"),
        pytest.param({"destination": "http://shop.example/"}, (422, "destination"), id="http"),
        pytest.param({"code": "admin"}, (422, "code"), id="a reserved word"),
        pytest.param({"code": "abc"}, (422, "code"), id="too short a code"),
        pytest.param({"code": "a/../b"}, (422, "code"), id="a code that is a path"),
        pytest.param({"placement": "moon"}, (422, "placement"), id="no such placement"),
        pytest.param({"expires_at": "2020-01-01T00:00:00Z"}, (422, "expires_at"), id="expired already"),
        pytest.param({"coupon": "coupon-77"}, (422, "coupon"), id="no such coupon"),
        pytest.param({"collaboration": "collaboration-77"}, (409, "not-known-yet"), id="no such collaboration"),
    ],
)
async def test_what_is_not_right_is_named_and_nothing_is_made(ready: Attribution, body: dict, told: tuple):
    assert await problem(await create(ready, **body)) == told
    assert len(await ready.all_of("links")) == 1


async def test_a_chosen_code_is_unique_whatever_its_case(ready: Attribution):
    assert (await create(ready, code="Krista-Lamp")).json()["code"] == "krista-lamp"
    assert await problem(await create(ready, code="KRISTA-lamp")) == (409, "code-taken")


@pytest.mark.parametrize(("kind", "who"), [(Kind.BRAND, "brand-2"), (Kind.CREATOR, "creator-2")])
async def test_links_of_others_are_404_to_make_read_and_change(ready: Attribution, kind: Kind, who: str):
    link = (await create(ready)).json()

    def foreigner():
        return ready.brand(who) if kind is Kind.BRAND else ready.creator(who)

    assert await problem(await create(ready, foreigner())) == (404, "not-found")
    assert await problem(await change(ready, link, {"paused": True}, foreigner())) == (404, "not-found")
    async with foreigner() as http:
        for path in ("", "/qr.svg", "/qr.png"):
            assert (await http.get(f"/v1/links/{link['id']}{path}")).status_code == 404


async def test_a_change_leads_elsewhere_and_is_said_once(ready: Attribution):
    link = (await create(ready)).json()
    body = {
        "destination": "https://shop.example/new",
        "utm": {"source": "tiktok"},
        "expires_at": "2026-12-01T00:00:00Z",
    }
    changed = (await change(ready, link, body)).json()
    assert changed["target"].startswith("https://shop.example/new?utm_source=tiktok&utm_medium=affiliate")
    assert (changed["revision"], changed["expires_at"]) == (2, "2026-12-01T00:00:00Z")
    assert (await change(ready, changed, body)).json()["revision"] == 2, "the same again is no change"
    event = only(await ready.said(LinkChanged))
    assert (event.revision, event.state.target, event.entity) == (2, changed["target"], link["id"])
    assert (await change(ready, changed, {"expires_at": None})).json()["expires_at"] is None


@pytest.mark.parametrize(("tag", "status"), [(None, 428), ('"7"', 412)])
async def test_a_change_names_what_it_changes(ready: Attribution, tag: str | None, status: int):
    link = (await create(ready)).json()
    assert (await change(ready, link, {"paused": True}, tag=tag)).status_code == status
    assert await ready.said(LinkChanged) == []


async def test_reading_a_link_tells_the_tag_that_a_change_names(ready: Attribution):
    link = (await create(ready)).json()
    async with ready.brand() as http:
        answer = await http.get(f"/v1/links/{link['id']}")
    assert (answer.headers["etag"], answer.json()) == ('"1"', link)
    assert (await change(ready, link, {"paused": True}, tag=answer.headers["etag"])).json()["status"] == "paused"


async def test_a_person_pauses_and_resumes_a_link(ready: Attribution):
    link = (await create(ready)).json()
    paused = (await change(ready, link, {"paused": True}, ready.creator("creator-1"))).json()
    assert (paused["status"], paused["paused"]) == ("paused", True)
    assert (await change(ready, paused, {"paused": False})).json()["status"] == "active"
    assert [event.state.status for event in await ready.said(LinkChanged)] == ["paused", "active"]


async def test_a_link_carries_the_collaborations_code_as_its_store_takes_it(ready: Attribution):
    coupon = only(await ready.all_of("coupons"))["_id"]
    target = (await create(ready, coupon=coupon)).json()["target"]
    assert target.startswith("https://shop.example/discount/KRISTA20?redirect=/%3Futm_source%3Dcreator")
    await ready.hear(a_store_changed(kind=StoreKind.WOOCOMMERCE, revision=2))
    link = (await create(ready, coupon=coupon)).json()
    assert (link["coupon_way"], link["target"].rpartition("&")[2]) == ("parameter", "coupon=KRISTA20")
    body = {"coupon_way": "parameter", "coupon_parameter": "wt_coupon"}
    assert (await change(ready, link, body)).json()["target"].endswith("&wt_coupon=KRISTA20")


async def test_a_creator_puts_no_code_into_a_link_before_the_store_knows_it(ready: Attribution):
    coupon = only(await ready.all_of("coupons"))["_id"]
    assert await problem(await create(ready, ready.creator("creator-1"), coupon=coupon)) == (422, "coupon")
    async with ready.brand() as http:
        assert (await http.post(f"/v1/coupons/{coupon}/confirm")).status_code == 200
    assert (await create(ready, ready.creator("creator-1"), coupon=coupon)).status_code == 201


async def test_a_code_that_ends_leaves_the_links_that_carry_it(ready: Attribution):
    coupon = only(await ready.all_of("coupons"))["_id"]
    link = (await create(ready, coupon=coupon)).json()
    async with ready.brand() as http:
        await http.post(f"/v1/coupons/{coupon}/end")
    event = only(await ready.said(LinkChanged))
    assert (event.entity, event.state.coupon) == (link["id"], None)
    assert event.state.target.startswith("https://shop.example/?utm_source=creator")


async def statuses(service: Attribution) -> set[str]:
    return {row["status"] for row in await service.all_of("links")}


async def test_links_pause_resume_and_end_with_their_collaboration(ready: Attribution):
    """MONEY 6: what cannot earn leads nowhere, so nobody works for nothing."""
    link = (await create(ready)).json()
    now = ready.now()
    await ready.hear(an_agreement(revision=3, active=[(LONG_AGO, now - HOUR)]))
    assert await statuses(ready) == {"paused"}
    await ready.hear(an_agreement(revision=4, active=[(LONG_AGO, now - HOUR), (now - SECOND,)]))
    assert await statuses(ready) == {"active"}
    await ready.hear(an_agreement(revision=5, status=CollaborationStatus.CANCELLED))
    assert await statuses(ready) == {"ended"}
    mine = [event for event in await ready.said(LinkChanged) if event.entity == link["id"]]
    assert [(event.revision, event.state.status) for event in mine] == [(2, "paused"), (3, "active"), (4, "ended")]
    ended = mine[-1].state.model_dump(mode="json") | {"revision": 4}
    assert await problem(await change(ready, ended, {"paused": False})) == (409, "link-ended")
    assert await problem(await create(ready)) == (409, "collaboration-not-active")


async def test_a_link_that_a_person_paused_stays_so_when_the_collaboration_resumes(ready: Attribution):
    await change(ready, (await create(ready)).json(), {"paused": True})
    now = ready.now()
    await ready.hear(an_agreement(revision=3, active=[(LONG_AGO, now - HOUR)]))
    await ready.hear(an_agreement(revision=4, active=[(LONG_AGO, now - HOUR), (now - SECOND,)]))
    assert sorted([row["status"] for row in await ready.all_of("links")]) == ["active", "paused"]


async def test_a_pause_that_was_announced_comes_at_its_time_and_once(ready: Attribution):
    at = ready.now() + DAY
    await ready.hear(an_agreement(revision=3, active=[(LONG_AGO, at)]))
    assert await statuses(ready) == {"active"}
    assert {row["purpose"] for row in await ready.all_of("timers")} == {FOLLOW}
    assert await ready.parts.timers.tick() == 0
    ready.at(at + SECOND)
    assert await ready.parts.timers.tick() == 1
    assert await statuses(ready) == {"paused"}
    assert len(await ready.said(LinkChanged)) == 1


async def test_links_end_when_the_campaigns_end_and_window_are_over(ready: Attribution):
    end = ready.now() + DAY
    await ready.hear(an_agreement(revision=3, campaign_end=end))
    ready.at(end + 30 * DAY - SECOND)
    assert await ready.parts.timers.tick() == 0
    ready.later(2 * SECOND)
    assert await ready.parts.timers.tick() == 1
    assert only(await ready.said(LinkChanged)).state.status is LinkStatus.ENDED


async def test_a_brand_that_nobody_has_heard_of_yet_can_be_asked_again(service: Attribution):
    await service.hear(an_agreement())
    assert await problem(await create(service)) == (409, "not-known-yet")
    await service.hear(a_brand_registered())
    assert (await create(service)).status_code == 201


async def test_lists_are_filtered(ready: Attribution):
    await ready.hear(an_agreement(id="collaboration-2", creator="creator-2", campaign="campaign-2"))
    await create(ready, code="the-one")

    async def codes(query: str) -> set[str]:
        return {link["placement"] + "/" + link["collaboration"] for link in await links_of(ready.brand(), query)}

    assert await codes("?placement=story") == {"story/collaboration-1"}
    assert await codes("?collaboration=collaboration-2") == {"bio/collaboration-2"}
    assert await codes("?campaign=campaign-2") == {"bio/collaboration-2"}
    assert await codes("?status=paused") == set()
    assert len(await codes("?status=active")) == 3


async def test_qr_codes_are_pictures_of_the_links_address(ready: Attribution):
    link = (await create(ready)).json()
    async with ready.creator("creator-1") as http:
        svg = await http.get(f"/v1/links/{link['id']}/qr.svg")
        png = await http.get(f"/v1/links/{link['id']}/qr.png", params={"scale": 3})
        assert (await http.get(f"/v1/links/{link['id']}/qr.png", params={"scale": 4000})).status_code == 422
    assert svg.headers["content-type"] == "image/svg+xml"
    root = ET.fromstring(svg.content)  # noqa: S314 - our own
    side = int(root.attrib["viewBox"].split()[2])
    assert png.headers["content-type"] == "image/png"
    assert png.content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png.content[16:24])
    assert (width, height) == (3 * side, 3 * side), "the same code, three pixels a square"
    assert zlib.crc32(png.content[12:29]) == struct.unpack(">I", png.content[29:33])[0]
    assert "max-age" in svg.headers["cache-control"]


async def test_placements_come_with_their_hints(ready: Attribution):
    async with ready.creator("creator-1") as http:
        items = (await http.get("/v1/placements")).json()["items"]
    assert len(items) == 10
    assert all(item["hint"] and item["utm"]["content"] == item["placement"] for item in items)
