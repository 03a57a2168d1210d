"""A creator's own profile: all fields, the proof, the rules with what is missing; and the operator's rules (D1, D2)."""

import json
import re
from html import unescape

import httpx
import pytest

from console.pages.profile import FIELDS
from contracts.http.discovery import EligibilityPolicy, RegistrationIn
from tests.console import sample, sample_kept
from tests.console.kit import sent
from tests.console.test_explore import text_of

SAID = {
    "key": "k-1",
    "network": "tiktok",
    "handle": "@ana.moretti",
    "display_name": "Ana Moretti",
    "country": "IT",
    "city": "Torino",
    "languages": "italian, EN",
    "categories": ["beauty", "lifestyle"],
    "bio": "Honest skin care.\nIn daylight.",
    "rate_kind_0": "short-video",
    "rate_amount_0": "900",
    "rate_currency_0": "eur",
    "rate_kind_1": "short-video",
    "rate_amount_1": "999.50",
    "rate_currency_1": "USD",
    "rate_kind_2": "story",
    "rate_amount_2": "",
    "rate_currency_2": "EUR",
    "availability": "limited",
    "social_links": "https://ana.example/portfolio\nhttps://ana.example/shop",
    "birth_date": "2004-02-29",
    "phone": "+39 011 555 0100",
    "shipping_country": "CH",
    "shipping_name": "Ana Moretti",
    "shipping_lines": "Via Po 12\nScala B",
    "shipping_postcode": "10124",
    "shipping_city": "Torino",
}


async def test_everything_is_registered_with_the_private_part(console, signed_in):
    answer = await signed_in["creator"].post("/profile", data=SAID)
    assert answer.headers["location"] == "/profile?profile=profile-ana&done=profile-kept"
    asked = sent(console, "PUT", "/v1/me/profiles")
    assert asked.headers["Idempotency-Key"] == "k-1"
    said = RegistrationIn.model_validate_json(asked.content)
    assert json.loads(said.model_dump_json()) == {
        "network": "tiktok",
        "handle": "@ana.moretti",
        "display_name": "Ana Moretti",
        "country": "IT",
        "city": "Torino",
        "languages": ["it", "en"],
        "categories": ["beauty", "lifestyle"],
        "bio": "Honest skin care.\nIn daylight.",
        "rates": [
            {"deliverable": "short-video", "amount": 90_000, "currency": "EUR"},
            {"deliverable": "short-video", "amount": 99_950, "currency": "USD"},
        ],
        "availability": "limited",
        "shipping_country": "CH",
        "social_links": ["https://ana.example/portfolio", "https://ana.example/shop"],
        "birth_date": "2004-02-29",
        "phone": "+39 011 555 0100",
        "shipping": {
            "name": "Ana Moretti",
            "lines": ["Via Po 12", "Scala B"],
            "postcode": "10124",
            "city": "Torino",
        },
    }


async def test_the_form_says_what_was_said_and_saving_it_again_changes_nothing(console, signed_in):
    page = (await signed_in["creator"].get("/profile")).text
    answer = await signed_in["creator"].post(
        "/profile", data=as_sent(page[page.index('action="/profile" novalidate') :])
    )
    assert answer.status_code == 303, answer.text
    said = RegistrationIn.model_validate_json(sent(console, "PUT", "/v1/me/profiles").content)
    was = sample_kept.a_registration()
    assert said == RegistrationIn(**{name: getattr(was, name) for name in RegistrationIn.model_fields})


def as_sent(form):
    """What a browser would send of a form as it stands."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        told = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if told.get("type") != "checkbox":
            found[told["name"]] = unescape(told.get("value", ""))
        elif " checked" in tag:
            found.setdefault(told["name"], []).append(told["value"])
    for name, options in re.findall(r'<select[^>]* name="(\w+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    for name, text in re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL):
        found[name] = unescape(text)
    return found


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"handle": ""}, "Enter your handle, such as @anna."),
        ({"handle": "two words"}, "Enter the handle alone"),
        ({"handle": "tiktok.com/@ana"}, "Enter the handle alone"),
        ({"categories": []}, "Choose one to five categories."),
        ({"categories": ["art", "beauty", "books", "comedy", "dance", "food"]}, "Choose at most 5 categories."),
        ({"social_links": "https://a.example\nana.example"}, "Enter whole addresses that begin with https://"),
        ({"rate_amount_1": "-5"}, "Enter a number, such as 12.5."),
        ({"rate_amount_1": "1.234"}, "Enter an amount that USD has"),
        ({"rate_currency_1": "XXQ"}, "Choose a currency from the list."),
        ({"rate_currency_1": "EUR"}, "There is a rate for this deliverable in this currency already."),
        ({"birth_date": "yesterday"}, "Enter a date as year, month and day"),
        ({"birth_date": "2099-01-01"}, "Enter a day that is behind us."),
        ({"phone": "call me"}, "Enter digits, spaces and + only."),
        ({"languages": "Elvish"}, "We know no language called Elvish."),
        ({"country": "ZZ"}, "Choose a country."),
        ({"shipping_lines": "1\n2\n3\n4\n5\n6"}, "Enter at most 5 lines."),
        ({"bio": "a" * 2001}, "Enter at most 2,000 characters."),
    ],
)
async def test_what_is_wrong_is_told_and_what_was_typed_is_kept(console, signed_in, change, words):
    page = await signed_in["creator"].post("/profile", data=SAID | change)
    assert page.status_code == 422
    assert words in page.text
    assert 'value="+39 011 555 0100"' in page.text or "phone" in change
    assert "Some fields need another look" in page.text
    assert not any(one.method == "PUT" for one in console.services.asked)


async def test_rules_say_which_one_fails_and_by_how_much(signed_in):
    words = text_of((await signed_in["creator"].get("/profile")).text)
    for told in (
        "Not listed",
        "Followers Not met You have 47,880 of 50,001: 2,121 missing.",
        "Age Met You have 27, 18 are enough.",
        "Views in 30 days Not known yet 1,001 or more are asked for; nobody knows yours yet.",
        "Finland Listed",
        "Whoever is not listed can still be invited",
    ):
        assert told in words, told


async def test_a_code_that_is_not_there_yet_is_told_with_what_to_do(console, signed_in):
    page = (await signed_in["creator"].get("/profile")).text
    assert "ccm-4f1d2a9c0b" in page
    detail = "Put ccm-4f1d2a9c0b into your bio on tiktok, then try again."
    refusal = {"title": "The code is not in the bio", "detail": detail, "type": "https://x/problems/not-proven"}
    console.services.answers["POST discovery/v1/me/profiles/profile-ana/proof"] = httpx.Response(409, json=refusal)
    page = await signed_in["creator"].post("/profile/profile-ana/proof")
    assert page.status_code == 409
    told = "The code is not in the bio, or the bio could not be read. Put it there, then try again."
    assert page.text.count(told) == 2, "at the top and beside the button"
    assert "ccm-4f1d2a9c0b" in page.text
    assert 'value="Ana Moretti"' in page.text


async def test_a_code_that_is_there_proves_the_handle(console, signed_in):
    answer = await signed_in["creator"].post("/profile/profile-ana/proof")
    assert answer.headers["location"] == "/profile?profile=profile-ana&done=proven"
    proven = sample_kept.a_registration(proven=True, proven_at=sample.NOON).model_dump(mode="json")
    console.services.answers["GET discovery/v1/me/profiles"] = {"profiles": [proven]}
    page = (await signed_in["creator"].get(answer.headers["location"])).text
    assert "Your handle is proven." in page
    assert "Look for the code" not in page


async def test_a_code_is_offered_only_where_the_installation_can_look_for_it(console, signed_in):
    other = sample_kept.a_registration(network="twitch", provable=False).model_dump(mode="json")
    console.services.answers["GET discovery/v1/me/profiles"] = {"profiles": [other], "provable_networks": ["tiktok"]}
    page = (await signed_in["creator"].get("/profile")).text
    words = text_of(page)
    assert "Look for the code" not in page
    assert "ccm-4f1d2a9c0b" not in page
    assert "This site can't look at profiles on Twitch, so the handle stays marked as not proven." in words
    assert "Handles can be proven on: TikTok. If people follow you there too, add that handle." in words
    assert "Handles can be proven on: TikTok." in text_of((await signed_in["creator"].get("/profile/new")).text)
    console.services.answers["GET discovery/v1/me/profiles"] = {"profiles": [other]}
    page = (await signed_in["creator"].get("/profile")).text
    assert "Handles can be proven on" not in page, "where no network is"


async def test_a_profile_that_an_invitation_led_to_is_shown_to_be_filled_in(console, signed_in):
    claimed = {"profile": "profile-9", "network": "tiktok", "handle": "ana_2", "display_name": "Ana on a list"}
    console.services.answers["GET discovery/v1/me/profiles"] = {"profiles": [claimed | {"code": "", "proven": False}]}
    page = (await signed_in["creator"].get("/profile")).text
    assert 'value="Ana on a list"' in page
    assert "An invitation led you to this profile." in page
    assert "Look for the code" not in page
    assert "Your photo" not in page, "there is nobody yet whose photo it would be"
    answer = await signed_in["creator"].post(
        "/profile", data=as_sent(page[page.index('action="/profile" novalidate') :]) | {"categories": ["art"]}
    )
    assert answer.status_code == 303, answer.text
    said = RegistrationIn.model_validate_json(sent(console, "PUT", "/v1/me/profiles").content)
    assert (said.network, said.handle, said.display_name) == ("tiktok", "ana_2", "Ana on a list")


async def test_a_handle_that_another_account_proved_is_said(console, signed_in):
    taken = sample_kept.a_registration(proven_by_another=True).model_dump(mode="json")
    console.services.answers["GET discovery/v1/me/profiles"] = {"profiles": [taken]}
    assert "Another account proved this handle" in (await signed_in["creator"].get("/profile")).text


async def test_the_first_visit_is_the_form_of_a_handle(console, signed_in):
    console.services.answers["GET discovery/v1/me/profiles"] = {"profiles": []}
    page = (await signed_in["creator"].get("/profile")).text
    assert "Register the handle" in page
    assert "Prove your handle" not in page


async def test_several_handles_each_have_their_own_form(console, signed_in):
    both = [
        sample_kept.a_registration().model_dump(mode="json"),
        sample_kept.a_registration(profile="profile-2", network="youtube", handle="ana").model_dump(mode="json"),
    ]
    console.services.answers["GET discovery/v1/me/profiles"] = {"profiles": both}
    page = (await signed_in["creator"].get("/profile?profile=profile-2")).text
    assert 'href="/profile?profile=profile-2" aria-current="page"' in page
    assert 'name="network" value="youtube"' in page
    assert (await signed_in["creator"].get("/profile?profile=foreign")).status_code == 404


async def test_a_refusal_by_discovery_stands_beside_its_field(console, signed_in):
    problem = {"title": "x", "errors": [{"field": "birth_date", "message": "Nobody was born on that day."}]}
    console.services.answers["PUT discovery/v1/me/profiles"] = httpx.Response(422, json=problem)
    page = await signed_in["creator"].post("/profile", data=SAID)
    assert 'id="birth_date-error"' in page.text


def test_every_part_of_a_registration_has_its_field():
    assert set(FIELDS) == set(RegistrationIn.model_fields)


async def test_an_operator_sets_a_market_s_rules_and_takes_them_back(console, signed_in):
    browser = signed_in["operator"]
    words = text_of((await browser.get("/eligibility")).text)
    assert (
        "Every other market As it came with the installation from 18 more than 50,000 from 3 more than 1,000" in words
    )
    assert "Finland from 18 not asked not asked not asked" in words
    assert (await browser.post("/eligibility", data={"country": "Finland"})).headers["location"] == "/eligibility/FI"
    assert (await browser.post("/eligibility", data={"country": "Atlantis"})).status_code == 422
    data = {"min_age": "18", "more_than_followers": "10,000", "min_videos_30d": "", "more_than_views_30d": "0"}
    answer = await browser.post("/eligibility/FI", data=data | {"key": "k-2"})
    assert answer.headers["location"] == "/eligibility?done=rules-kept"
    said = EligibilityPolicy.model_validate_json(sent(console, "PUT", "/v1/eligibility-policies/FI").content)
    assert said == EligibilityPolicy(min_age=18, more_than_followers=10_000, more_than_views_30d=0)
    wrong = await browser.post("/eligibility/FI", data=data | {"min_age": "121"})
    assert wrong.status_code == 422
    assert 'value="121"' in wrong.text
    assert (await browser.get("/eligibility/ZZ")).status_code == 404
    await browser.post("/eligibility/FI/remove")
    sent(console, "DELETE", "/v1/eligibility-policies/FI")


async def test_creators_see_their_own_figures_as_brands_do(console, signed_in):
    words = text_of((await signed_in["creator"].get("/profile")).text)
    for told in (
        "Growth in 30 days +4.12% May 3, 2031 collector",
        "Sales by 1,000 views (GPM) €31.20 May 3, 2031 Reckoned here",
        "Net sales by 1,000 views (net GPM) €26.14",
        "You work with 3 brands now.",
        "Of 12 pieces of work here, 91.67% were published on time.",
        "You answered 13 of 14 invitations, within 5 hours at the median.",
    ):
        assert told in words, told
    sent(console, "GET", "/v1/me/profiles/profile-ana/figures")


@pytest.mark.parametrize("status", [404, 503])
async def test_the_profile_stands_without_its_figures(console, signed_in, status):
    console.services.answers["GET discovery/v1/me/profiles/profile-ana/figures"] = status
    page = await signed_in["creator"].get("/profile")
    assert page.status_code == 200
    assert "prove it to see its figures" in page.text
    assert "Growth in 30 days" not in page.text
