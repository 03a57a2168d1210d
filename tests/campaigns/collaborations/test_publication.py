"""What is live is checked for form and platform, by how people paste addresses (C6)."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.domain.collaborations.publication import FORMS, must_be_live
from campaigns.domain.refusals import Refused
from contracts.campaigns import Platform

GOOD = [
    (Platform.TIKTOK, "https://www.tiktok.com/@krista.makes/video/7301234567890123456?is_from_webapp=1"),
    (Platform.TIKTOK, "https://vm.tiktok.com/ZMabc123/"),
    (Platform.YOUTUBE, "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=3s"),
    (Platform.YOUTUBE, "https://m.youtube.com/watch?feature=share&v=dQw4w9WgXcQ"),
    (Platform.YOUTUBE, "https://youtu.be/dQw4w9WgXcQ?si=abc"),
    (Platform.YOUTUBE, "https://youtube.com/shorts/dQw4w9WgXcQ"),
    (Platform.INSTAGRAM, "https://www.instagram.com/reel/C1abc-_9/?igsh=xyz"),
    (Platform.INSTAGRAM, "https://www.instagram.com/krista/p/C1abc/"),
    (Platform.INSTAGRAM, "https://instagram.com/stories/krista/3123456789/"),
    (Platform.FACEBOOK, "https://www.facebook.com/krista/videos/1234567890/"),
    (Platform.FACEBOOK, "https://m.facebook.com/story.php?story_fbid=1&id=2"),
    (Platform.FACEBOOK, "https://fb.watch/abc123/"),
    (Platform.X, "https://x.com/krista/status/1700000000000000000"),
    (Platform.X, "https://twitter.com/krista/status/1700000000000000000/video/1"),
    (Platform.SNAPCHAT, "https://www.snapchat.com/spotlight/W7_abc"),
    (Platform.PINTEREST, "https://it.pinterest.com/pin/12345/"),
    (Platform.PINTEREST, "https://pin.it/abc"),
    (Platform.LINKEDIN, "https://www.linkedin.com/posts/krista_lamp-activity-7000-abcd"),
    (Platform.TWITCH, "https://www.twitch.tv/videos/123456789"),
    (Platform.OTHER, "https://krista.example/blog/lamp"),
]
BAD = [
    pytest.param(Platform.TIKTOK, "https://www.tiktok.com/@krista.makes", id="a profile"),
    pytest.param(Platform.TIKTOK, "https://www.youtube.com/watch?v=dQw4w9WgXcQ", id="another platform"),
    pytest.param(Platform.TIKTOK, "https://tiktok.com.evil.example/@a/video/1", id="a host that begins like it"),
    pytest.param(Platform.TIKTOK, "https://eviltiktok.com/@a/video/1", id="a host that ends like it"),
    pytest.param(Platform.TIKTOK, "https://evil.example/www.tiktok.com/@a/video/1", id="its host in the path"),
    pytest.param(Platform.TIKTOK, "http://www.tiktok.com/@a/video/1", id="not https"),
    pytest.param(Platform.TIKTOK, "https://www.tiktok.com:8443/@a/video/1", id="a port"),
    pytest.param(Platform.TIKTOK, "https://www.tiktok.com@evil.example/@a/video/1", id="a user name"),
    pytest.param(Platform.TIKTOK, "https://www.tiktok.com/@a/video/1 2", id="a space"),
    pytest.param(Platform.TIKTOK, "https://www.tiktok.com/@a/video/1\u202e", id="a direction mark"),
    pytest.param(Platform.TIKTOK, "https:\\\\www.tiktok.com/@a/video/1", id="backslashes"),
    pytest.param(Platform.YOUTUBE, "https://www.youtube.com/@krista", id="a channel"),
    pytest.param(Platform.YOUTUBE, "https://www.youtube.com/watch?list=abc", id="a list"),
    pytest.param(Platform.INSTAGRAM, "https://www.instagram.com/krista/", id="a profile there"),
    pytest.param(Platform.X, "https://x.com/krista", id="an account"),
    pytest.param(Platform.OTHER, "https://localhost/a", id="no public host"),
    pytest.param(Platform.OTHER, "https://[::1]/a", id="an address of a machine"),
    pytest.param(Platform.OTHER, "https:///a", id="no host"),
    pytest.param(Platform.OTHER, "javascript:alert(1)", id="a script"),
    pytest.param(Platform.OTHER, "", id="nothing"),
]


@pytest.mark.parametrize(("platform", "url"), GOOD)
def test_what_people_paste_is_taken_as_it_is(platform, url):
    assert must_be_live(url, platform) == url


@pytest.mark.parametrize(("platform", "url"), BAD)
def test_what_can_not_be_the_publication_is_refused(platform, url):
    with pytest.raises(Refused) as refused:
        must_be_live(url, platform)
    assert refused.value.field == "url"


def test_every_platform_has_its_forms_and_an_address_that_is_tried():
    assert set(FORMS) == set(Platform) == {platform for platform, _ in GOOD}


@given(url=st.text(max_size=200) | st.text(max_size=80).map(lambda text: f"https://{text}"))
def test_no_text_whatever_breaks_it(url):
    for platform in Platform:
        with suppress(Refused):
            assert must_be_live(url, platform).startswith("https://")
