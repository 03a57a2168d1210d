"""Photos on the console's pages: from here alone, with words for who does not see them, and sent by their owner."""

import re
from pathlib import Path

import httpx
import pytest

from console.pages.photos import BODY, SENTENCES
from discovery.domain import photos
from tests.console import sample_kept
from tests.console.kit import sent
from tests.console.sample_people import CAMPAIGN, PHOTO

PLACE = f"/photos/profile-ana/{PHOTO}"
A_FILE = {"photo": ("me.jpg", b"a picture", "image/jpeg")}


def faces(page: str) -> list[dict[str, str]]:
    """The images of a page, by their attributes."""
    return [dict(re.findall(r'([\w-]+)="([^"]*)"', tag)) for tag in re.findall(r"<img[^>]*>", page)]


@pytest.mark.parametrize(
    ("role", "path", "others"),
    [
        ("brand", "/creators", {"LN", "JL", "AK", "MO"}),
        ("brand", "/creators/profile-ana", set()),
        ("brand", "/creators/compare?id=profile-ana&id=profile-linh", {"LN"}),
        ("brand", f"/shortlists/{sample_kept.SHORTLIST}", {"LN", "\N{EN DASH}"}),
        ("brand", f"/campaigns/{CAMPAIGN}/invite/profile-ana", set()),
        ("creator", "/profile", set()),
    ],
)
async def test_a_photo_stands_beside_its_creators_name_and_initials_where_there_is_none(signed_in, role, path, others):
    page = (await signed_in[role].get(path)).text
    shown = faces(page)
    assert [(one["src"], one["alt"], one["loading"]) for one in shown] == [(PLACE, "Photo of Ana Moretti", "lazy")]
    assert shown[0]["width"] == shown[0]["height"], "its place is kept while it loads"
    assert set(re.findall(r'<span class="avatar[^"]*" aria-hidden="true">([^<]+)<', page)) == others
    photo = await signed_in[role].get(PLACE)
    assert (photo.status_code, photo.headers["content-type"]) == (200, "image/webp")
    assert photo.content.startswith(b"RIFF")
    assert photo.headers["cache-control"] == "private, max-age=86400, immutable"
    assert photo.headers["x-content-type-options"] == "nosniff"


async def test_a_creator_reads_their_own_photo_and_a_brand_what_the_profile_shows(console, signed_in):
    await signed_in["creator"].get(PLACE)
    assert len(console.services.asked) == 1, "a picture has no menu, so nobody is asked what is new"
    sent(console, "GET", f"/v1/me/profiles/profile-ana/photo/{PHOTO}")
    await signed_in["brand"].get(PLACE)
    sent(console, "GET", f"/v1/creators/profile-ana/photo/{PHOTO}")
    assert (await signed_in["brand"].get("/photos/profile-ana/other")).status_code == 404


async def test_a_chosen_picture_is_handed_on_as_it_is(console, signed_in):
    answer = await signed_in["creator"].post("/profile/profile-ana/photo", files=A_FILE)
    assert answer.headers["location"] == "/profile?profile=profile-ana&done=photo-kept"
    asked = sent(console, "PUT", "/v1/me/profiles/profile-ana/photo")
    assert (asked.content, asked.headers["content-type"]) == (b"a picture", "image/jpeg")
    answer = await signed_in["creator"].post("/profile/profile-ana/photo/remove")
    assert answer.headers["location"] == "/profile?profile=profile-ana&done=photo-gone"
    sent(console, "DELETE", "/v1/me/profiles/profile-ana/photo")


async def test_what_is_wrong_with_a_picture_stands_beside_its_field(console, signed_in):
    refusal = {"title": "x", "errors": [{"field": "photo", "message": "Choose a JPEG, PNG or WebP picture."}]}
    console.services.answers["PUT discovery/v1/me/profiles/profile-ana/photo"] = httpx.Response(422, json=refusal)
    for files, status, words in (
        (A_FILE, 422, "Choose a JPEG, PNG or WebP picture."),
        ({"photo": ("", b"", "image/jpeg")}, 422, "Choose a picture."),
        ({"photo": ("me.jpg", b"\0" * BODY, "image/jpeg")}, 413, "Choose a picture of at most 10 MB."),
    ):
        page = await signed_in["creator"].post("/profile/profile-ana/photo", files=files)
        assert page.status_code == status, words
        assert re.search(rf'id="photo-error">.*<span>{re.escape(words)}</span>', page.text)
        assert 'value="Ana Moretti"' in page.text
    assert (await signed_in["creator"].post("/profile/foreign/photo", files={})).status_code == 404


def test_what_discovery_says_of_pictures_is_in_the_catalogues():
    """Each sentence as it is told, so that a page shows it in the reader's language."""
    told = re.findall(r'NoPhotoError\(f?"([^"]+)"\)', Path(photos.__file__).read_text(encoding="utf-8"))
    values = {"MOST_PIXELS // 1_000_000": photos.MOST_PIXELS // 1_000_000, "LEAST_SIDE": photos.LEAST_SIDE}
    for name, value in values.items():
        told = [one.replace(f"{{{name}}}", str(value)) for one in told]
    assert sorted(told) == sorted(SENTENCES)
