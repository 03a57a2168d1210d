"""Addresses of profiles: handle and network are the page's, and what is no profile's page is refused by its line."""

import pytest

from tests.discovery.builders import handles, read

CHANNEL = "UCX6OQ3DkcsbYNE6H8uQQuVA"


@pytest.mark.parametrize(
    ("address", "network", "handle"),
    [
        ("https://www.tiktok.com/@anna?lang=en", "tiktok", "anna"),
        ("www.tiktok.com/@anna", "tiktok", "anna"),
        ("tiktok.com/@anna", "tiktok", "anna"),
        ("//m.tiktok.com/@anna/", "tiktok", "anna"),
        ("HTTPS://WWW.TikTok.com:443/@Anna.Bakes/video/7301", "tiktok", "Anna.Bakes"),
        ("https://www.instagram.com/anna/", "instagram", "anna"),
        ("instagram.com/anna/reels/", "instagram", "anna"),
        ("https://www.instagram.com/stories/anna/3301", "instagram", "anna"),
        ("https://www.youtube.com/@anna/videos", "youtube", "anna"),
        (f"youtube.com/channel/{CHANNEL}/videos", "youtube", CHANNEL),
        ("https://youtube.com/c/anna/about", "youtube", "anna"),
        ("https://m.youtube.com/user/anna", "youtube", "anna"),
        ("https://www.youtube.com/anna", "youtube", "anna"),
        ("https://www.youtube.com/@%C3%B3scar", "youtube", "óscar"),
        ("https://www.twitch.tv/anna/clips?range=7d", "twitch", "anna"),
        ("https://twitter.com/anna", "x", "anna"),
        ("https://mobile.twitter.com/anna/status/17", "x", "anna"),
        ("x.com/anna", "x", "anna"),
        ("https://www.facebook.com/anna.bakes/reels", "facebook", "anna.bakes"),
        ("https://www.facebook.com/profile.php?v=1&id=100064", "facebook", "100064"),
        ("https://de-de.facebook.com/people/Anna/61550/", "facebook", "61550"),
        ("https://www.snapchat.com/add/anna", "snapchat", "anna"),
        ("https://www.pinterest.co.uk/anna/cakes/", "pinterest", "anna"),
        ("https://fi.linkedin.com/in/anna/", "linkedin", "anna"),
        ("https://www.threads.net/@anna", "threads", "anna"),
    ],
)
@pytest.mark.parametrize("given", ["tiktok", "twitch"])
def test_an_address_tells_handle_and_network_whatever_network_is_given(address, network, handle, given):
    good, bad, _ = read(f"handle,followers\n{address},1\nplain,2\n", network=given)
    assert [(row.network, row.handle) for row in good] == [(network, handle), (given, "plain")]
    assert bad == []


NO_PROFILE = "is not a profile's address"
UNKNOWN = "is not an address of a network that is known here"


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("https://example.com/anna", UNKNOWN),
        ("anna.example/about", UNKNOWN),
        ("https://nottiktok.com/@anna", UNKNOWN),
        ("https://vm.tiktok.com/ZM8/", NO_PROFILE),
        ("https://www.tiktok.com/discover/cakes", NO_PROFILE),
        ("https://www.tiktok.com", NO_PROFILE),
        ("tiktok.com", NO_PROFILE),
        ("https://www.instagram.com/p/Cx1/", NO_PROFILE),
        ("instagram.com/reel/Cx1", NO_PROFILE),
        ("https://www.youtube.com/watch?v=dQw4", NO_PROFILE),
        ("https://www.youtube.com/anna/videos", NO_PROFILE),
        ("https://www.facebook.com/groups/12", NO_PROFILE),
        ("https://www.facebook.com/profile.php", NO_PROFILE),
        ("https://x.com/hashtag/cakes", NO_PROFILE),
        ("https://www.instagram.com/a%2Fb", NO_PROFILE),
        ("https://[::1", NO_PROFILE),
    ],
)
def test_an_address_of_something_else_is_refused_by_its_line(address, reason):
    good, bad, _ = read(f"handle,followers\ngood,1\n{address},1\n")
    assert handles(good) == ["good"]
    assert bad == [f'line 3: handle: "{address}" {reason}']


def test_pages_of_several_creators_stay_several_creators():
    rows = "".join(f"https://www.youtube.com/channel/UC{n:022}/videos,{n}\n" for n in range(5))
    good, _, _ = read(f"Wo,Fans\n{rows}")
    assert len({row.profile for row in good}) == 5


def test_a_network_column_that_contradicts_the_address_is_refused_and_other_names_of_it_are_not():
    lines = [
        "tiktok.com/@anna,Tik Tok",
        "twitter.com/bert,Twitter",
        "https://youtu.be/x1,YouTube",
        "instagram.com/carl,YouTube",
        "instagram.com/dora,",
    ]
    good, bad, _ = read("handle,network\n" + "\n".join(lines) + "\n", network="tiktok")
    assert [(row.network, row.handle) for row in good] == [("tiktok", "anna"), ("x", "bert"), ("instagram", "dora")]
    assert bad == [
        f'line 4: handle: "https://youtu.be/x1" {UNKNOWN}',
        'line 5: network: "youtube" is not "instagram", of which the handle is an address',
    ]


def test_what_only_looks_a_little_like_an_address_stays_a_handle():
    good, bad, _ = read("handle,followers\nAC/DC,1\nanna.bakes,2\n@bert.com,3\nmr. x,4\n")
    assert (handles(good), bad) == (["AC/DC", "anna.bakes", "bert.com", "mr. x"], [])
