"""Mails about a collaboration's steps and about other things, in each language that is shipped (N1, N2)."""

import re

import pytest

from console.pages.routes import PAGES
from contracts.campaigns import (
    CouponTerms,
    DeliverableStatus,
    InvitationKind,
    Outcome,
    SampleStatus,
    Side,
)
from contracts.http.console import RoleKind
from notifications.domain import letters
from tests.notifications.builders import (
    PLACES,
    a_collaboration,
    a_terms_version,
    all_known,
    an_agreed_collaboration,
    an_invitation,
)
from tests.notifications.sample_others import KNOWN, OTHER_LETTERS, letter_of
from tests.notifications.sample_steps import (
    STATES,
    STEP_LETTERS,
    a_deliverable,
    a_review,
    a_version,
    an_offer,
    at_work,
    letters_of,
    with_sample,
)
from tests.notifications.test_rendering import visible, written

STEPS = STEP_LETTERS | OTHER_LETTERS


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("language", ["en", "it"])
def test_every_mail_about_a_step_is_whole_in_each_language(name: str, language: str) -> None:
    mail = written(STEPS[name], language)

    assert mail.language == language
    assert mail.subject in visible(mail.html)
    assert mail.html.count("<h1") == 1
    assert mail.html.count('class="button"') == 1
    assert STEPS[name].action_url in mail.text
    for part in (mail.text, visible(mail.html)):
        assert "None" not in part
        assert not re.search(r"<\w+|&lt;|%\(|\{\{", part)
        assert ("You got this mail because" if language == "en" else "Ricevi questa email perché") in part
    assert "\n\n\n" not in mail.text


@pytest.mark.parametrize("name", STATES)
def test_a_mail_about_a_step_goes_without_names_too(name: str) -> None:
    for letter in letters_of(STATES[name], brand=None, campaign=None, creator=None):
        mail = written(letter, "it")
        assert mail.subject
        assert "None" not in mail.text + mail.html
        assert "Ciao" not in mail.text


@pytest.mark.parametrize("name", KNOWN)
def test_a_mail_about_other_things_goes_without_names_too(name: str) -> None:
    mail = written(letter_of(KNOWN[name], brand=None, campaign=None, creator=None), "it")

    assert mail.subject
    assert "None" not in mail.text + mail.html
    assert "Ciao" not in mail.text


WILD = '<script>alert("x")</script>'


def test_a_coupons_code_brings_no_tags_into_a_mail() -> None:
    terms = a_terms_version(coupon=CouponTerms(code=WILD, percent_off=2000))

    mail = written(letters.invitation(all_known(), a_collaboration(terms=(terms,)), PLACES))

    assert "<script" not in mail.html
    assert WILD in mail.text


@pytest.mark.parametrize("language", ["en", "it"])
def test_nothing_that_people_wrote_is_taken_for_html_in_a_mail_about_a_step(language: str) -> None:
    sample = with_sample(SampleStatus.SHIPPED, carrier=WILD, tracking=WILD, answer=WILD)
    offer = a_collaboration(status="countered", offers=(an_offer(Side.CREATOR, note=WILD),))
    points = a_review(Outcome.CHANGES_ASKED).model_copy(update={"points": (WILD,)})
    asked = at_work(a_deliverable(DeliverableStatus.CONCEPT, concepts=(a_version(review=points),)))
    for state in (sample, offer, asked):
        for letter in letters_of(state, brand=WILD, campaign=WILD, creator=WILD):
            mail = written(letter, language)
            assert "<script" not in mail.html
            assert WILD in mail.text


def test_a_notice_of_new_terms_tells_what_changes_and_from_when() -> None:
    (letter,) = (one for one in letters_of(STATES["terms-worse"]) if not one.to_brand)

    text = written(letter).text

    assert "They come into force on Wednesday, December 23, 2026" in text
    assert "Commission: Before: 10% of sales. From then on: 8% of sales." in text
    assert "Can be paid out: Before: 30 days after the order was paid. From then on: 45 days" in text
    assert "What counts" not in text


@pytest.mark.parametrize("name", STEPS)
def test_the_one_action_of_a_mail_leads_to_a_page_of_the_console_that_its_reader_may_see(name: str) -> None:
    letter = STEPS[name]
    path = "/" + letter.action_url.removeprefix(f"{PLACES.console}/")
    reader = RoleKind.BRAND if letter.to_brand else RoleKind.CREATOR
    pages = [
        re.sub(r"\{\w+\}", "[^/]+", page.path)
        for page in PAGES
        if page.method == "GET" and (reader in {page.role, *page.roles} or not (page.role or page.roles))
    ]
    assert any(re.fullmatch(page, path) for page in pages), path


def test_the_brand_reads_who_applies_with_what_idea_at_what_price() -> None:
    mail = written(OTHER_LETTERS["application-received"])

    assert mail.subject == "Krista applies to your program"
    for words in ("A week of suppers with one knife.", "Fee asked for: €300.00", "Commission asked for: 12.5%"):
        assert words in mail.text
    assert "asked for:" not in written(OTHER_LETTERS["application-at-the-programs-price"]).text


def test_the_creator_reads_why_an_application_was_declined() -> None:
    mail = written(OTHER_LETTERS["application-declined"])

    assert mail.subject == "Northern Kitchen declined your application"
    assert "Reason: It does not fit the campaign" in mail.text
    assert "> We look for pastry this time." in mail.text
    assert "Reason" not in written(OTHER_LETTERS["application-declined-without-a-word"]).text


def test_a_mail_about_messages_says_how_many_wait_and_no_word_of_them() -> None:
    one, two = written(OTHER_LETTERS["message-to-the-brand"]), written(OTHER_LETTERS["messages-to-the-creator"])

    assert one.subject == "Krista wrote to you"
    assert "1 message waits for you." in one.text
    assert two.subject == "Northern Kitchen wrote to you"
    assert "2 messages wait for you." in two.text


def test_a_refused_agreement_tells_what_it_needed_and_what_is_left() -> None:
    text = written(OTHER_LETTERS["budget-refused"]).text

    for words in ("Budget: €5,000.00", "Committed: €4,100.00", "Left: €900.00", "Needed for the agreement: €1,250.00"):
        assert words in text


def test_a_budget_that_has_run_out_tells_when_the_campaign_pauses() -> None:
    text = written(OTHER_LETTERS["budget-run-out"]).text

    assert "The campaign pauses on Wednesday, November 25, 2026, 1:00" in text


@pytest.mark.parametrize("language", ["en", "it"])
@pytest.mark.parametrize("name", KNOWN)
def test_nothing_that_people_wrote_is_taken_for_html_in_other_mails(name: str, language: str) -> None:
    known = KNOWN[name]
    if known.application is not None:
        wild = {"idea": WILD, "note": WILD}
        known = known.model_copy(update={"application": known.application.model_copy(update=wild)})
    mail = written(letter_of(known, brand=WILD, campaign=WILD, creator=WILD), language)

    assert "<script" not in mail.html
    assert WILD in mail.text


@pytest.mark.parametrize("language", ["en", "it"])
def test_an_approved_application_is_told_as_such_and_not_as_an_accepted_invitation(language: str) -> None:
    asked = an_invitation(kind=InvitationKind.APPLICATION)
    agreed = written(letters.agreement(all_known(), an_agreed_collaboration(invitation=asked), PLACES), language)
    countered = written(letters.invitation(all_known(), a_collaboration(invitation=asked), PLACES), language)

    if language == "en":
        assert agreed.subject == "Northern Kitchen approved your application: your link is ready"
        assert countered.subject == "Northern Kitchen answers your application with another offer"
    for mail in (agreed, countered):
        for part in (mail.text, visible(mail.html)):
            assert "because you accepted" not in part
            assert ("because you applied" if language == "en" else "perché hai inviato una candidatura") in part
