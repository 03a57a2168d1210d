"""A store's poll on its page: its state, asking for one, and keys that go to attribution and nowhere else (A5, A13)."""

import httpx
import pytest

from console.pages.labels import POLL
from contracts.http.attribution import PollFault, StoreCredentials
from tests.console import sample, sample_desk
from tests.console.kit import Console, sent

STORE, WOO = f"/stores/{sample.STORE}", "/stores/store-2"
TOKEN, KEY, SECRET = "shpat_of_lumea_1234", "ck_of_lumea_1234", "cs_of_lumea_1234"


def poll_is(console: Console, **values) -> None:
    console.services.answers[f"GET attribution/v1{STORE}/poll"] = sample_desk.a_poll(**values).model_dump(mode="json")


async def kept_anywhere(console: Console, secret: str) -> list[str]:
    """The console's collections in which the secret stands."""
    found = []
    for name in await console.desk.db.list_collection_names():
        found += [name async for doc in console.desk.db[name].find() if secret in str(doc)]
    return found


async def test_a_shopify_token_goes_to_attribution_and_is_shown_and_kept_nowhere(console, signed_in):
    answer = await signed_in["brand"].post(f"{STORE}/api", data={"access_token": f" {TOKEN} "})
    assert answer.headers["location"] == f"{STORE}?done=keys-taken"
    request = sent(console, "PUT", f"/internal{STORE}/credentials")
    assert StoreCredentials.model_validate_json(request.content) == StoreCredentials(access_token=TOKEN)
    page = (await signed_in["brand"].get(answer.headers["location"])).text
    assert "The keys are saved." in page
    assert TOKEN not in page
    assert await kept_anywhere(console, TOKEN) == []


async def test_woocommerce_has_two_keys_and_perhaps_an_address(console, signed_in):
    form = {"consumer_key": KEY, "consumer_secret": SECRET, "address": "https://shop.lumea.example/blog"}
    answer = await signed_in["brand"].post(f"{WOO}/api", data=form)
    assert answer.headers["location"] == f"{WOO}?done=keys-taken"
    asked = StoreCredentials.model_validate_json(sent(console, "PUT", f"/internal{WOO}/credentials").content)
    assert asked == StoreCredentials(**form)
    page = (await signed_in["brand"].get(WOO)).text
    assert "Webhooks get lost." in page, "what it is for stands where there are no keys yet"
    assert "Ask the store now" not in page


@pytest.mark.parametrize(
    ("store", "form", "field"),
    [
        pytest.param(STORE, {}, "access_token", id="no token"),
        pytest.param(STORE, {"access_token": "tiny-1"}, "access_token", id="too short"),
        pytest.param(STORE, {"access_token": "with a space in it"}, "access_token", id="a space"),
        pytest.param(STORE, {"access_token": "x" * 501}, "access_token", id="too long"),
        pytest.param(STORE, {"consumer_key": KEY, "consumer_secret": SECRET}, "access_token", id="of another shop"),
        pytest.param(WOO, {"consumer_key": KEY}, "consumer_secret", id="half a pair"),
        pytest.param(
            WOO, {"consumer_key": KEY, "consumer_secret": SECRET, "address": "ftp://x"}, "address", id="no address"
        ),
        pytest.param(
            WOO,
            {"consumer_key": KEY, "consumer_secret": SECRET, "address": "https://u@x.example"},
            "address",
            id="a user in the address",
        ),
    ],
)
async def test_keys_that_cannot_be_right_are_told_beside_their_field_and_never_repeated(
    console, signed_in, store, form, field
):
    answer = await signed_in["brand"].post(f"{store}/api", data=form)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    for name in ("access_token", "consumer_key", "consumer_secret"):
        assert form.get(name, "nothing") not in answer.text, name
    assert not [one for one in console.services.asked if one.method == "PUT"]


async def test_while_attribution_is_away_nothing_changes_and_the_page_says_so(console, signed_in):
    console.services.answers[f"PUT attribution/internal{STORE}/credentials"] = 503
    answer = await signed_in["brand"].post(f"{STORE}/api", data={"access_token": TOKEN})
    assert answer.status_code == 503
    assert "Nothing changed." in answer.text
    assert TOKEN not in answer.text


async def test_only_stores_of_the_brand_that_have_an_api_take_keys(console, signed_in):
    for store in ("store-3", "store-of-somebody", "%00"):
        answer = await signed_in["brand"].post(f"/stores/{store}/api", data={"access_token": TOKEN})
        assert answer.status_code == 404, store
        assert (await signed_in["brand"].post(f"/stores/{store}/api/forget")).status_code == 404
    assert not [one for one in console.services.asked if "credentials" in one.url.path]
    assert (await signed_in["creator"].post(f"{STORE}/api", data={"access_token": TOKEN})).status_code == 403


async def test_forgetting_the_keys_tells_attribution(console, signed_in):
    answer = await signed_in["brand"].post(f"{STORE}/api/forget")
    assert answer.headers["location"] == f"{STORE}?done=keys-forgotten"
    sent(console, "DELETE", f"/internal{STORE}/credentials")


async def test_the_page_tells_how_the_poll_goes_and_asks_for_one(console, signed_in):
    page = (await signed_in["brand"].get(STORE)).text
    for words in ("Complete until", "Last asked", "3 minutes ago", "in 2 minutes", "Working", "Replace the keys"):
        assert words in page, words
    answer = await signed_in["brand"].post(f"{STORE}/poll")
    assert answer.headers["location"] == f"{STORE}?done=poll-asked"
    sent(console, "POST", f"/v1{STORE}/poll")


@pytest.mark.parametrize("fault", PollFault)
async def test_what_is_wrong_is_told_in_plain_words_with_what_to_do(console, signed_in, fault):
    poll_is(console, failures=3, error="the store answered 401", error_code=fault)
    page = (await signed_in["brand"].get(STORE)).text
    for words in POLL[fault]:
        assert words.replace("'", "&#39;") in page
    assert "the store answered 401" in page
    assert "Failures in a row" in page


async def test_a_poll_that_is_refused_says_why(console, signed_in):
    console.services.answers[f"POST attribution/v1{STORE}/poll"] = httpx.Response(
        409, json={"title": "No", "status": 409, "detail": "The store's API is not known: hand its keys over first."}
    )
    answer = await signed_in["brand"].post(f"{STORE}/poll")
    assert answer.status_code == 409
    assert "hand its keys over first" in answer.text


async def test_the_store_stands_while_its_poll_is_not_known(console, signed_in):
    console.services.answers[f"GET attribution/v1{STORE}/poll"] = 503
    page = await signed_in["brand"].get(STORE)
    assert page.status_code == 200
    assert "not available right now" in page.text
