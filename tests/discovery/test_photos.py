"""Photos of creators: small, without anything but what is seen, shown to brands alone, and gone with their person."""

import io
import random
import struct
import zlib
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from chassis.http import Kind
from chassis.testing import a_token, calling
from discovery.api.photos import MOST_BYTES
from discovery.domain.photos import LEAST_SIDE, MOST_PIXELS, SIDE, NoPhotoError, photo_of
from tests.discovery.test_registrations import KRISTA, a_body, a_creator, state

WORDS = b"Zqsecret place"
RED, BLUE = (220, 30, 30), (30, 30, 220)


def a_picture(kind: str = "JPEG", size: tuple[int, int] = (400, 300), **how: Any) -> bytes:
    """Red on the left, blue on the right."""
    made = Image.new("RGB", size, RED)
    made.paste(BLUE, (size[0] // 2, 0, *size))
    written = io.BytesIO()
    made.save(written, kind, **how)
    return written.getvalue()


def with_words() -> dict[str, bytes]:
    exif = Image.Exif()
    exif[0x010E] = exif[0x8298] = WORDS.decode()
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text("Comment", WORDS.decode())
    chunks.add_itxt("Author", WORDS.decode())
    return {
        "jpeg": a_picture("JPEG", exif=exif, comment=WORDS, icc_profile=WORDS),
        "png": a_picture("PNG", pnginfo=chunks, exif=exif, icc_profile=WORDS),
        "webp": a_picture("WEBP", exif=exif, xmp=WORDS, icc_profile=WORDS),
    }


def a_bomb(width: int, height: int) -> bytes:
    """A PNG of some bytes that says it is as large as this."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def moving(kind: str) -> bytes:
    written = io.BytesIO()
    first, second = Image.new("RGB", (200, 200), RED), Image.new("RGB", (200, 200), BLUE)
    first.save(written, kind, save_all=True, append_images=[second], duration=100)
    return written.getvalue()


def seen(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content), formats=["WEBP"])
    picture.load()
    return picture


def is_red(pixel: Any) -> bool:
    return bool(pixel[0] > 150 and pixel[2] < 100)


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_what_is_kept_is_small_and_has_none_of_the_words_that_came_beside_the_picture(kind):
    content = with_words()[kind]
    assert WORDS in content or kind == "png", "else the test shows nothing"
    kept = photo_of(content)
    picture = seen(kept.content)
    assert (picture.size, len(kept.content) < 10_000) == ((SIDE, SIDE), True)
    assert WORDS not in kept.content
    assert not {"exif", "icc_profile", "xmp", "comment"} & set(picture.info)
    assert [is_red(picture.getpixel((x, 90))) for x in (10, 180)] == [True, False]
    assert photo_of(content) == kept, "the same picture has the same name"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("size", [(400, 300), (2000, 1500)], ids=["as it is", "shrunk first"])
def test_a_picture_that_a_phone_took_sideways_stands_upright(kind, size):
    turned = Image.Exif()
    turned[0x0112] = 6  # its top is at the right
    picture = seen(photo_of(a_picture(kind, size, exif=turned)).content)
    assert [is_red(picture.getpixel((96, y))) for y in (10, 180)] == [True, False]


def test_what_is_transparent_is_white_and_every_mode_is_taken():
    written = io.BytesIO()
    Image.new("RGBA", (200, 200), (0, 0, 0, 0)).save(written, "PNG")
    assert min(seen(photo_of(written.getvalue()).content).getpixel((96, 96))) > 250
    for mode, kind in (("L", "PNG"), ("1", "PNG"), ("P", "PNG"), ("CMYK", "JPEG"), ("L", "JPEG"), ("LA", "PNG")):
        written = io.BytesIO()
        Image.new(mode, (LEAST_SIDE, 9 * SIDE)).save(written, kind)
        assert seen(photo_of(written.getvalue()).content).size == (SIDE, SIDE)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "JPEG, PNG or WebP", id="nothing"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "JPEG, PNG or WebP", id="SVG"),
        pytest.param(b"%PDF-1.7", "JPEG, PNG or WebP", id="PDF"),
        pytest.param(a_picture("GIF"), "JPEG, PNG or WebP", id="GIF"),
        pytest.param(a_picture("TIFF"), "JPEG, PNG or WebP", id="TIFF"),
        pytest.param(a_picture("BMP"), "JPEG, PNG or WebP", id="BMP"),
        pytest.param(a_picture()[:600], "damaged", id="cut short"),
        pytest.param(a_picture(size=(400, LEAST_SIDE - 1)), "at least 96 pixels", id="too small"),
        pytest.param(a_bomb(60_000, 60_000), "at most 25 million pixels", id="a decompression bomb"),
        pytest.param(a_bomb(MOST_PIXELS // 1000 + 1, 1000), "at most 25 million pixels", id="one line too many"),
        pytest.param(moving("PNG"), "does not move", id="a PNG that moves"),
        pytest.param(moving("WEBP"), "does not move", id="a WebP that moves"),
    ],
)
async def test_what_is_no_photo_is_a_422_that_names_the_field(app, context, content, words):
    async with a_creator(app) as creator:
        await creator.put("/v1/me/profiles", json=a_body())
        answer = await creator.put(f"/v1/me/profiles/{KRISTA}/photo", content=content)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    (error,) = answer.json()["errors"]
    assert error["field"] == "photo"
    assert words in error["message"]
    assert await context.db["photos"].count_documents({}) == 0


async def test_a_picture_of_too_many_bytes_is_a_413_that_names_the_field(app):
    async with a_creator(app) as creator:
        await creator.put("/v1/me/profiles", json=a_body())
        answer = await creator.put(f"/v1/me/profiles/{KRISTA}/photo", content=a_picture() + b"\0" * MOST_BYTES)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (413, "photo")


def test_bytes_that_were_changed_are_a_picture_or_refused_and_never_anything_else():
    chance = random.Random(7)
    outcomes = set()
    for content in with_words().values():
        for _ in range(60):
            bad = bytearray(content)
            for _ in range(chance.randrange(1, 30)):
                bad[chance.randrange(len(bad))] = chance.randrange(256)
            try:
                outcomes.add(len(photo_of(bytes(bad)).content) > 0)
            except NoPhotoError:
                outcomes.add(False)
    assert outcomes == {True, False}


async def test_brands_see_the_photo_by_the_name_in_the_profile_and_nobody_sees_another(app, context):
    async with a_creator(app) as creator:
        assert (await creator.put(f"/v1/me/profiles/{KRISTA}/photo", content=a_picture())).status_code == 404
        await creator.put("/v1/me/profiles", json=a_body())
        own = (await creator.put(f"/v1/me/profiles/{KRISTA}/photo", content=a_picture())).json()
        kept = (await creator.put("/v1/me/profiles", json=a_body(city="Oulu"))).json()
        again = (await creator.put(f"/v1/me/profiles/{KRISTA}/photo", content=a_picture())).json()
        mine = await creator.get(f"/v1/me/profiles/{KRISTA}/photo/{own['photo']}")
    said = await state(context)
    assert said.photo == own["photo"] == kept["photo"] == again["photo"]
    path = f"/v1/creators/{KRISTA}/photo/{said.photo}"
    async with calling(app, a_token(Kind.BRAND, "b-1", audience="discovery")) as brand:
        shown = await brand.get(path)
        assert (await brand.get(f"/v1/creators/{KRISTA}/photo/other")).status_code == 404
        assert (await brand.get(f"/v1/creators/unknown/photo/{said.photo}")).status_code == 404
    assert (shown.status_code, shown.content, seen(shown.content).size) == (200, mine.content, (SIDE, SIDE))
    assert shown.headers["content-type"] == "image/webp"
    assert shown.headers["cache-control"] == "private, max-age=86400, immutable"
    assert shown.headers["x-content-type-options"] == "nosniff"
    for kind in (Kind.CREATOR, Kind.THIRD_PARTY, Kind.STORE):
        async with calling(app, a_token(kind, "x-1", audience="discovery")) as other:
            assert (await other.get(path)).status_code == 403
            assert (await other.get(f"/v1/me/profiles/{KRISTA}/photo/{said.photo}")).status_code in (403, 404)


async def test_another_claimants_photo_is_not_shown_until_they_have_proven_the_handle(app, context):
    async with a_creator(app, "a-1") as one, a_creator(app, "a-2") as two:
        await one.put("/v1/me/profiles", json=a_body())
        code = (await two.put("/v1/me/profiles", json=a_body())).json()["code"]
        theirs = (await two.put(f"/v1/me/profiles/{KRISTA}/photo", content=a_picture("PNG"))).json()["photo"]
        assert (await state(context)).photo is None
        async with calling(app, a_token(Kind.BRAND, "b-1", audience="discovery")) as brand:
            path = f"/v1/creators/{KRISTA}/photo/{theirs}"
            assert (await brand.get(path)).status_code == 404
            app.state.bios.shown["tiktok", "Krista.Makes"] = code
            await two.post(f"/v1/me/profiles/{KRISTA}/proof")
            assert (await brand.get(path)).status_code == 200
    assert (await state(context)).photo == theirs


async def test_a_photo_goes_when_it_is_replaced_or_taken_away(app, context):
    async with a_creator(app) as creator:
        await creator.put("/v1/me/profiles", json=a_body())
        first = (await creator.put(f"/v1/me/profiles/{KRISTA}/photo", content=a_picture())).json()["photo"]
        second = (await creator.put(f"/v1/me/profiles/{KRISTA}/photo", content=a_picture(size=(96, 500)))).json()[
            "photo"
        ]
        assert first != second
        assert [row["name"] for row in await context.db["photos"].find().to_list(None)] == [second]
        gone = await creator.delete(f"/v1/me/profiles/{KRISTA}/photo")
        assert (gone.status_code, gone.json()["photo"]) == (200, None)
        assert (await creator.get(f"/v1/me/profiles/{KRISTA}/photo/{second}")).status_code == 404
    assert (await state(context)).photo is None
    assert await context.db["photos"].count_documents({}) == 0


@pytest.mark.parametrize("fate", ["erased", "released"])
async def test_an_erasure_takes_the_photo_and_says_so(app, context, fate):
    async with a_creator(app) as creator:
        await creator.put("/v1/me/profiles", json=a_body())
        await creator.put(f"/v1/me/profiles/{KRISTA}/photo", content=a_picture())
        if fate == "released":
            await context.db["profiles"].update_one({"_id": KRISTA}, {"$push": {"claimed_by": "a-2"}})
        plan = (await creator.get("/v1/me/erasure")).json()
        assert (plan["profiles"][0]["fate"], "photos" in plan["goes"]) == (fate, True)
        asked = (await creator.post("/v1/me/erasure", json={"confirmed": True})).json()
    (own,) = [each for each in asked["answers"] if each["service"] == "discovery"]
    assert {"what": "photos", "count": 1} in own["went"]
    assert await context.db["photos"].count_documents({}) == 0
