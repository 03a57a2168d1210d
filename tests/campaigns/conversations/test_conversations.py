"""Messages between a brand and a creator (C8)."""

import asyncio

import pytest

from contracts.campaigns import MessageSent, MessagesRead
from tests.campaigns.builders import a_profile
from tests.campaigns.kit import Campaigns, fields, found, problem


async def write(service: Campaigns, conversation: str, text: str, *, creator: str | None = None, **more):
    path = f"/v1/conversations/{conversation}/messages"
    body = {"text": text} | more
    return await (
        service.brand("POST", path, body) if creator is None else service.creator(creator, "POST", path, body)
    )


async def begun(service: Campaigns, text: str = "Hello") -> str:
    """By the brand, to who claims the profile."""
    answer = await service.brand("POST", "/v1/conversations", {"profile": "p-claimed", "text": text})
    return str(found(answer, 201)["conversation"])


async def seen(service: Campaigns, conversation: str, creator: str | None = None):
    path = f"/v1/conversations/{conversation}"
    return found(await (service.brand("GET", path) if creator is None else service.creator(creator, "GET", path)))


async def test_either_side_begins_before_any_collaboration_and_there_is_one_conversation(service: Campaigns):
    first = await begun(service)
    answer = await service.creator("a-7", "POST", "/v1/conversations", {"brand": "b-1", "text": "Hello back"})
    assert found(answer, 201)["conversation"] == first
    for items in (
        found(await service.brand("GET", "/v1/conversations"))["items"],
        found(await service.creator("a-7", "GET", "/v1/conversations"))["items"],
    ):
        assert [(item["id"], item["last"]["text"], item["brand_name"]) for item in items] == [
            (first, "Hello back", "Lumen")
        ]
    messages = found(await service.brand("GET", f"/v1/conversations/{first}/messages"))["items"]
    assert [(m["sender"], m["text"]) for m in messages] == [("creator", "Hello back"), ("brand", "Hello")]


async def test_what_was_read_is_seen_by_both_and_never_goes_back(service: Campaigns):
    conversation = await begun(service, "one")
    second = found(await write(service, conversation, "two"), 201)["id"]
    third = found(await write(service, conversation, "three"), 201)["id"]
    assert (await seen(service, conversation, "a-7"))["unread"] == 3
    assert (await seen(service, conversation))["unread"] == 0
    path = f"/v1/conversations/{conversation}/read"
    for up_to, left in ((second, 1), (third, 0), (second, 0)):
        answer = await service.creator("a-7", "PUT", path, {"up_to": up_to})
        assert answer.status_code == 204
        assert (await seen(service, conversation, "a-7"))["unread"] == left
    messages = found(await service.brand("GET", f"/v1/conversations/{conversation}/messages"))["items"]
    assert [m["read"] for m in messages] == [True, True, True]
    found(await write(service, conversation, "four"), 201)
    newest = found(await service.brand("GET", f"/v1/conversations/{conversation}/messages"))["items"][0]
    assert (newest["text"], newest["read"]) == ("four", False)
    assert problem(await service.creator("a-7", "PUT", path, {"up_to": "x"}), 404)


async def test_messages_at_the_same_moment_are_all_counted(service: Campaigns):
    conversation = await begun(service)
    answers = await asyncio.gather(*(write(service, conversation, f"m{n}") for n in range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert (await seen(service, conversation, "a-7"))["unread"] == 9


async def test_the_event_names_ids_and_no_word(service: Campaigns):
    conversation = await begun(service, "SECRET-WORD <b>bold</b>")
    (row,) = await service.db["outbox"].find({"topic": MessageSent.TOPIC.name}).to_list(None)
    event = MessageSent.from_body(bytes(row["value"]))
    assert (event.conversation, event.brand, event.creator, event.sender) == (conversation, "b-1", "a-7", "brand")
    assert b"SECRET" not in bytes(row["value"])


async def test_what_was_read_is_said_once_and_only_where_something_was_unread(service: Campaigns):
    conversation = await begun(service)
    second = found(await write(service, conversation, "two"), 201)["id"]
    path = f"/v1/conversations/{conversation}/read"
    for _ in range(2):
        assert (await service.creator("a-7", "PUT", path, {"up_to": second})).status_code == 204
    assert (await service.brand("PUT", path, {"up_to": second})).status_code == 204

    rows = await service.db["outbox"].find({"topic": MessagesRead.TOPIC.name}).to_list(None)
    values = [bytes(row["value"]) for row in rows]
    (read,) = (MessagesRead.from_body(value) for value in values if b'"reader"' in value)
    assert (read.conversation, read.brand, read.creator) == (conversation, "b-1", "a-7")
    assert (read.reader, read.up_to) == ("creator", second)


async def test_markup_emoji_and_direction_come_back_as_text(service: Campaigns):
    text = "<img src=x onerror=alert(1)> \u202e\u05d0\u05d1\u05d2 🦄"
    conversation = await begun(service, text)
    assert (await seen(service, conversation, "a-7"))["last"]["text"] == text


async def test_a_conversation_is_shown_with_its_collaboration(service: Campaigns):
    sent = await service.invited(await service.published())
    path = f"/v1/collaborations/{sent['id']}/conversation"
    assert problem(await service.brand("GET", path), 404)
    to = {"collaboration": sent["id"], "text": "Hi"}
    assert fields(await service.brand("POST", "/v1/conversations", to)) == ["collaboration"]
    found(await service.accept(sent["id"]))
    told = found(await service.brand("POST", "/v1/conversations", to), 201)
    found(await service.creator("a-1", "POST", "/v1/conversations", to), 201)
    for answer in (await service.brand("GET", path), await service.creator("a-1", "GET", path)):
        assert found(answer)["id"] == told["conversation"]


async def test_links_are_kept_if_they_are_https(service: Campaigns):
    conversation = await begun(service)
    links = ["https://files.example/cut-2?x=1"]
    assert found(await write(service, conversation, "look", links=links), 201)["links"] == links


@pytest.mark.parametrize(
    ("body", "field"),
    [
        pytest.param({"text": ""}, "text", id="nothing"),
        pytest.param({"text": "   "}, "text", id="blanks"),
        pytest.param({"text": "x" * 5_001}, "text", id="too long"),
        pytest.param({"text": {"$ne": ""}}, "text", id="an operator"),
        pytest.param({}, "text", id="absent"),
        pytest.param({"text": "x", "links": ["http://files.example/"]}, "links.0", id="not https"),
        pytest.param({"text": "x", "links": ["javascript:alert(1)"]}, "links.0", id="no link"),
        pytest.param({"text": "x", "links": ["https://a.example"] * 11}, "links", id="too many"),
    ],
)
async def test_what_is_no_message_is_refused_by_its_field(service: Campaigns, body, field):
    conversation = await begun(service)
    path = f"/v1/conversations/{conversation}/messages"
    assert fields(await service.creator("a-7", "POST", path, body)) == [field]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        pytest.param({}, "body", id="nobody"),
        pytest.param({"profile": "p-claimed", "brand": "b-1"}, "body", id="two"),
        pytest.param({"brand": "b-2"}, "brand", id="a brand to a brand"),
        pytest.param({"profile": "p-1"}, "profile", id="nobody claims it"),
        pytest.param({"profile": {"$ne": None}}, "profile", id="an operator"),
    ],
)
async def test_a_brand_names_the_creator_once(service: Campaigns, body, field):
    assert fields(await service.brand("POST", "/v1/conversations", {"text": "x"} | body)) == [field]


async def test_a_creator_names_a_brand_that_there_is(service: Campaigns):
    start = "/v1/conversations"
    assert fields(await service.creator("a-7", "POST", start, {"profile": "p-1", "text": "x"})) == ["profile"]
    unknown = await service.creator("a-7", "POST", start, {"brand": "b-9", "text": "x"})
    assert problem(unknown, 409)["code"] == "not-known-yet"
    foreign = await service.creator("a-7", "POST", start, {"collaboration": "x", "text": "x"})
    assert problem(foreign, 404)


async def test_conversations_come_in_pages_by_their_last_message(service: Campaigns):
    for number in range(3):
        await service.hear(a_profile(f"p-m{number}", claimed_by=(f"a-m{number}",)))
        body = {"profile": f"p-m{number}", "text": f"to {number}"}
        found(await service.brand("POST", "/v1/conversations", body), 201)
    found(await service.creator("a-m0", "POST", "/v1/conversations", {"brand": "b-1", "text": "again"}), 201)
    first = found(await service.brand("GET", "/v1/conversations?limit=2"))
    rest = found(await service.brand("GET", f"/v1/conversations?limit=2&cursor={first['next_cursor']}"))
    assert [item["last"]["text"] for item in first["items"] + rest["items"]] == ["again", "to 2", "to 1"]
    assert rest["next_cursor"] is None


async def test_conversations_with_something_new_are_counted_for_each_side(service: Campaigns):
    async def unread(creator: str | None = None, brand: str = "b-1") -> int:
        path = "/v1/conversations/unread"
        answer = service.brand("GET", path, brand=brand) if creator is None else service.creator(creator, "GET", path)
        return int(found(await answer)["conversations"])

    conversation = await begun(service)
    found(await write(service, conversation, "two"), 201)
    found(await service.creator("a-8", "POST", "/v1/conversations", {"brand": "b-1", "text": "Hello"}), 201)
    assert [await unread("a-7"), await unread("a-8"), await unread(), await unread(brand="b-2")] == [1, 0, 1, 0]
    last = (await seen(service, conversation, "a-7"))["last"]["id"]
    read = await service.creator("a-7", "PUT", f"/v1/conversations/{conversation}/read", {"up_to": last})
    assert read.status_code == 204
    assert await unread("a-7") == 0
