"""Bios of a real HTTP server: the code counts in the profile's own bio, and nowhere else on its page (decision 28)."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from html import escape

import pytest
from pydantic import ValidationError

from chassis.http.outward import Outward
from discovery.bio_pages import NoBioError, bio_in
from discovery.bios import MOST_BYTES, NoSuchBioError, Pages
from discovery.domain.registration import is_proven_by
from discovery.settings import TIKTOK, BioPage

CODE = "cm-0123456789"
PATIENCE = 0.4


def a_page(bio: str = "", handle: str = "krista.makes", comment: str = "", other: str = "") -> bytes:
    """A TikTok page as its server writes one: what others wrote stands in it, too."""
    scope = {
        "webapp.app-context": {"language": "en"},
        "webapp.user-detail": {"userInfo": {"user": {"uniqueId": handle, "nickname": "K", "signature": bio}}},
        "webapp.recommended": [{"uniqueId": "other", "signature": other}],
        "comments": [{"user": "other", "text": comment}],
    }
    state = json.dumps({"__DEFAULT_SCOPE__": scope}).replace("<", "\\u003c")
    return f"""<!DOCTYPE html><html><head><meta property="og:description" content="{escape(bio)}">
        <script>var a = "{CODE if comment else ""}";</script>
        <script id="__UNIVERSAL_DATA_FOR_REHYDRATION__" type="application/json">{state}</script></head>
        <body><p>{escape(comment)}</p><p>{escape(other)}</p></body></html>""".encode()


@asynccontextmanager
async def a_network(answer: Callable[[str], bytes | None]) -> AsyncIterator[str]:
    """A server on this machine; `answer` makes the whole answer to a path, None lets it wait."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
        said = answer(path)
        if said is None:
            await asyncio.sleep(3 * PATIENCE)
        else:
            writer.write(said)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def http(body: bytes, status: str = "200 OK", headers: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}Connection: close\r\n\r\n"
    return head.encode() + body


async def read(answer: Callable[[str], bytes | None], handle: str = "krista.makes") -> str:
    async with a_network(answer) as address:
        page = TIKTOK.model_copy(update={"page": f"{address}/@{{handle}}"})
        outward = Outward(private_too=True, seconds=PATIENCE)
        try:
            return await Pages({"tiktok": page}, outward).read("tiktok", handle)
        finally:
            await outward.close()


@pytest.mark.parametrize(
    ("page", "proven"),
    [
        pytest.param(a_page(bio=f"Knits </script> & mends. {CODE}"), True, id="in the bio"),
        pytest.param(a_page(bio="Knits.", comment=f"my code is {CODE}"), False, id="in somebody's comment"),
        pytest.param(a_page(bio="Knits.", other=CODE), False, id="in the bio of a recommended profile"),
        pytest.param(a_page(bio="Knits."), False, id="nowhere"),
        pytest.param(a_page(bio=""), False, id="no bio at all"),
    ],
)
async def test_a_code_proves_in_the_profiles_own_bio_alone(page, proven):
    assert is_proven_by(CODE, await read(lambda _: http(page))) is proven


@pytest.mark.parametrize(
    "around",
    [
        pytest.param("<img alt='{}'>", id="in an attribute"),
        pytest.param("<!-- {} -->", id="in a comment"),
        pytest.param("<title>{}</title>", id="in the title"),
        pytest.param("<textarea>{}</textarea>", id="in a text to be edited"),
        pytest.param("<noscript><style>{}</style></noscript>", id="in a style"),
        pytest.param("<script>var said = '{}'", id="in another script"),
    ],
)
async def test_what_looks_like_the_place_of_the_bio_and_is_somebodys_text_is_not_it(around):
    element = a_page(bio=CODE).decode().partition("</script>")[2].partition("</head>")[0]
    assert CODE in element
    faked = around.format(element.strip()).encode() + b"</script>" * around.startswith("<script>")
    page = a_page(bio="Knits.").replace(b"<head>", b"<head>" + faked)
    assert await read(lambda _: http(page)) == "Knits."


async def test_it_asks_for_the_handles_page_and_takes_no_other_profiles():
    asked = []

    def answer(path: str) -> bytes:
        asked.append(path)
        return http(a_page(bio=CODE, handle="Krista.Makes"))

    assert await read(answer) == CODE, "a handle is the same in any case"
    with pytest.raises(NoSuchBioError, match="does not show a bio of this profile"):
        await read(answer, "kr\N{LATIN SMALL LETTER I WITH DIAERESIS}s/ta")
    assert asked == ["/@krista.makes", "/@kr%C3%AFs%2Fta"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(http(b"", "302 Found", "Location: /@krista.makes?again\r\n"), "does not show", id="a redirect"),
        pytest.param(http(a_page(bio=CODE), "404 Not Found"), "does not show", id="404"),
        pytest.param(http(a_page(bio=CODE) + b" " * MOST_BYTES), "does not answer", id="too large"),
        pytest.param(None, "does not answer", id="too slow"),
        pytest.param(b"", "does not answer", id="hangs up"),
        pytest.param(http(b""), "does not show a bio", id="nothing"),
        pytest.param(http(b"<html><body>" + CODE.encode()), "does not show a bio", id="a page without the element"),
        pytest.param(http(a_page(bio=CODE).replace(b'"userInfo"', b'"who"')), "does not show a bio", id="other JSON"),
        pytest.param(http(a_page(bio=CODE).replace(b'{"__DEF', b"{__DEF")), "does not show a bio", id="no JSON"),
        pytest.param(http(b"<![nothing[ " + CODE.encode()), "does not show a bio", id="no HTML"),
    ],
)
async def test_what_is_no_page_of_the_profile_proves_nothing(answer, words):
    asked = []

    def served(path: str) -> bytes | None:
        asked.append(path)
        return answer

    with pytest.raises(NoSuchBioError, match=words):
        await read(served)
    assert asked == ["/@krista.makes"], "and no redirect is followed"


def test_a_bio_may_stand_in_a_meta_element_or_in_an_answer_of_json():
    meta = BioPage(page="https://video.example/{handle}", meta="og:description")
    assert bio_in(meta, a_page(bio='"Knits" & mends').decode(), "krista.makes") == '"Knits" & mends'
    api = BioPage(page="https://video.example/api/{handle}", handle="/users/0/na~1me", bio="/users/0/about")
    assert bio_in(api, json.dumps({"users": [{"na/me": "@K", "about": "Knits"}]}), "k") == "Knits"
    for said in ('{"users": []}', '{"users": [{"na/me": "@k", "about": 7}]}', "[" * 100_000):
        with pytest.raises(NoBioError):
            bio_in(api, said, "k")


@pytest.mark.parametrize(
    "wrong",
    [
        {"page": "https://video.example/{handle}"},
        {"page": "https://video.example/{handle}", "bio": "/bio"},
        {"page": "https://video.example/{handle}", "meta": "description", "bio": "/bio", "handle": "/handle"},
        {"page": "https://video.example/", "meta": "description"},
        {"page": "file:///{handle}", "meta": "description"},
    ],
)
def test_a_setting_says_one_place_of_the_bio(wrong):
    with pytest.raises(ValidationError):
        BioPage(**wrong)
