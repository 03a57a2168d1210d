from collections import Counter
from importlib.metadata import version
from pathlib import Path

import pytest

from attribution.redirect.bots import BotRule, fetched_ahead

LOG = Path(__file__).parents[3].parent / "shared" / "data" / "clicks" / "apache_access_2015.log"
RULE = BotRule()
PIXEL = (
    "Mozilla/5.0 (Linux; Android 13; Pixel 7 Build/TQ3A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/116.0 Mobile Safari/537.36 Instagram 300.0.0.29.110 Android (33/13; 420dpi; 1080x2201; Google/google; "
    "Pixel 7; panther; panther; en_US; 520702000)"
)


def is_bot(user_agent: str = PIXEL, method: str = "GET", **headers: str) -> bool:
    sent = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    return RULE.marks(method=method, user_agent=user_agent, fetched_ahead=fetched_ahead(sent))


def test_the_rule_says_its_version() -> None:
    assert RULE.name == f"crawler-user-agents/{version('crawler-user-agents')}+2"


@pytest.mark.parametrize(
    "user_agent",
    [
        "Googlebot/2.1 (+http://www.google.com/bot.html)",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "WhatsApp/2.23.20.0 A",
        "TelegramBot (like TwitterBot)",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        "http.rb/5.1.1 (Mastodon/4.2.0; +https://mastodon.example/)",
        "Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)",
        "Mozilla/5.0 (iPhone) thirdLandingPageFeInfra",
        "Mozilla/5.0 (Macintosh) Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
        "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
        "facebookexternalhit/1.1;line-poker/1.0",
        "Zoom.Link-Preview/1.0",
        "Mozilla/5.0 (compatible; Bitrix link preview)",
        "Snap URL Preview Service; bot; snapchat; https://developers.snap.com/robots",
        "Misskey/2026.9.0 (https://misskey.example)",
        "Pleroma 2.6.0; https://pleroma.example <admin@pleroma.example>",
        "Akkoma 3.10.4-0; https://akkoma.example",
        "WordPress/6.4; https://blog.example; ActivityPub",
        "Dalvik/2.1.0 (Linux; U; Android 13; Pixel 7)",
        "TheShop/4.2 CFNetwork/1410.0.3 Darwin/22.6.0",
        "curl/8.5.0",
        "python-requests/2.31",
        "",
        "-",
        "  ",
    ],
)
def test_programs_and_previews_are_marked(user_agent: str) -> None:
    assert is_bot(user_agent)


@pytest.mark.parametrize(
    "user_agent",
    [
        pytest.param(PIXEL, id="Instagram on a Pixel says Google/google (WEBHOOKS 3.7)"),
        pytest.param("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1", id="a phone"),
        pytest.param("Mozilla/5.0 (iPhone) AppleWebKit/605 [FBAN/FBIOS;FBAV/430.0]", id="Facebook's app"),
        pytest.param("Mozilla/5.0 (Linux; Android 14) BytedanceWebview/d8a21c6 musical_ly_2023", id="TikTok's app"),
        pytest.param("Mozilla/5.0 (iPhone) Instagram 300.0 (iPhone14,5; iOS 17_0; en_US)", id="Instagram's app"),
        pytest.param("Mozilla/5.0 (iPhone) [Pinterest/iOS]", id="Pinterest's app"),
        pytest.param("Mozilla/5.0 (iPhone) Snapchat/12.60 (like Safari/604.1)", id="Snapchat's app"),
        pytest.param(
            "Mozilla/5.0 (Linux; Android 13; wv) Chrome/118 Mobile Safari/537.36 WhatsApp/2.24", id="inside WhatsApp"
        ),
        pytest.param(
            "Mozilla/5.0 (Linux; Android 12; wv) Chrome/118 Mobile Safari/537.36 Viber/20.8", id="inside Viber"
        ),
        pytest.param("Mozilla/5.0 (Linux; Android 9; CUBOT_X19) Chrome/88 Mobile Safari/537.36", id="a Cubot phone"),
        pytest.param(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/1 "
            "musical_ly_32.4.0 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/en BytedanceWebview/d8a",
            id="TikTok's app on a phone with iOS",
        ),
        pytest.param("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0", id="a computer"),
    ],
)
def test_people_are_not_marked(user_agent: str) -> None:
    assert not is_bot(user_agent)


@pytest.mark.parametrize(
    "headers",
    [{"purpose": "prefetch"}, {"sec_purpose": "prefetch;prerender"}, {"x_moz": "prefetch"}, {"x_purpose": "preview"}],
)
def test_what_is_fetched_before_anybody_clicks_is_marked(headers: dict[str, str]) -> None:
    assert is_bot(**headers)


def test_a_head_request_is_marked() -> None:
    assert is_bot(method="HEAD")


def test_a_thousand_servers_that_fetch_a_preview_of_one_post_are_all_marked() -> None:
    """A4: as after a post on Mastodon, each from an address and with a name of its own."""
    assert all(is_bot(f"http.rb/5.1.1 (Mastodon/4.{n % 4}.{n}; +https://m{n}.example/)") for n in range(1_000))


def test_endless_agents_are_neither_searched_to_their_end_nor_all_remembered() -> None:
    assert not is_bot("Mozilla/5.0 " + "x" * 600 + " Googlebot/2.1")
    assert RULE._known.cache_info().maxsize == 20_000


def test_bots_in_a_real_log() -> None:
    if not LOG.exists():
        pytest.skip(f"{LOG.name} is not on this machine")
    agents = Counter(line.rsplit('"', 2)[-2] for line in LOG.read_text(errors="replace").splitlines())
    bots = sum(count for agent, count in agents.items() if is_bot(agent))
    print(f"{bots} of {agents.total()} requests come from bots by {RULE.name}")  # noqa: T201 - a figure to be seen
    assert agents.total() == 10_000
    assert 1_900 <= bots <= 2_300
