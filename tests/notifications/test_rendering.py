import re
from datetime import UTC, datetime

import pytest
from babel import Locale

from console.pages.routes import PAGES
from contracts.campaigns import (
    CouponTerms,
    CustomerKind,
    DeliverableStatus,
    InvitationKind,
    Outcome,
    Plan,
    Rate,
    SampleStatus,
    Side,
)
from contracts.http.console import RoleKind
from contracts.money import Money
from notifications.domain import letters
from notifications.domain.letters import Known, Letter, SignInLetter, one_line
from notifications.rendering.formats import Formats
from notifications.rendering.message import compose
from notifications.rendering.render import Renderer, Written
from tests.notifications.builders import (
    NOON,
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

RENDERER = Renderer()
SIGN_IN = SignInLetter(site="Creator Marketplace", code="482913", minutes=10)
LETTERS: dict[str, Letter] = {
    "invitation": letters.invitation(all_known(), a_collaboration(), PLACES),
    "agreement": letters.agreement(all_known(), an_agreed_collaboration(), PLACES),
    "first sale": letters.first_sale(all_known(), Money(amount=1234, currency="EUR"), PLACES),
    "sign-in code": SIGN_IN,
}
NAMELESS: dict[str, Letter] = {
    "invitation": letters.invitation(Known(), a_collaboration(), PLACES),
    "agreement": letters.agreement(Known(), an_agreed_collaboration(), PLACES),
    "first sale": letters.first_sale(Known(), Money(amount=1234, currency="EUR"), PLACES),
}


def written(letter: Letter, language: str = "en", zone: str = "Europe/Rome") -> Written:
    return RENDERER.write(letter, language=language, zone=zone)


def visible(html: str) -> str:
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(style|title)\b.*?</\1>", " ", html)))


def test_the_invitation_says_who_what_how_much_and_until_when() -> None:
    mail = written(LETTERS["invitation"])

    assert mail.subject == "Northern Kitchen invites you to Autumn knives"
    for part in (mail.text, visible(mail.html)):
        for said in ("Krista", "Northern Kitchen", "Autumn knives", "€250.00", "10% of sales", "KRISTA20", "20% off"):
            assert said in part
        assert "Monday, November 30, 2026, 1:00\u202fPM (Europe/Rome)" in part
        assert "Would you try our knife" in part
    assert "https://market.example/invitations/invitation-1" in mail.text


def test_an_agreement_brings_the_link_the_code_and_the_terms_in_words() -> None:
    mail = written(LETTERS["agreement"])

    for part in (mail.text, visible(mail.html)):
        assert "https://go.market.example/r/Kx7fQ2" in part
        assert "KRISTA20" in part
        assert "Orders within 30 days of a click" in part
        assert "30 days after the order was paid" in part
        assert "The brand still has to enter your code" in part


def test_a_code_that_the_store_knows_needs_no_warning() -> None:
    ready = letters.agreement(all_known(coupon_is_ready=True), an_agreed_collaboration(), PLACES)

    assert "still has to enter" not in written(ready).text


def test_the_first_sale_shows_the_commission() -> None:
    mail = written(LETTERS["first sale"])

    assert "€12.34" in mail.text
    assert "€12.34" in visible(mail.html)


def test_the_code_stands_alone_on_its_line_and_not_in_the_subject_or_preview() -> None:
    mail = written(SIGN_IN)

    assert "482913" in mail.text.splitlines()
    assert "482913" not in mail.subject
    assert visible(mail.html).count("482913") == 1


@pytest.mark.parametrize("name", NAMELESS)
def test_a_mail_without_names_is_still_whole(name: str) -> None:
    mail = written(NAMELESS[name])

    assert "None" not in mail.text + mail.html
    assert "  " not in mail.text.replace("\n", "")
    assert not re.search(r"\s[.,:]", visible(mail.html))
    assert "Hello" not in mail.text


@pytest.mark.parametrize("name", LETTERS)
def test_every_mail_keeps_to_the_one_layout(name: str) -> None:
    mail = written(LETTERS[name])

    assert mail.html.count("<h1") == 1
    assert 'lang="en"' in mail.html
    assert 'width="600"' in mail.html
    assert "prefers-color-scheme: dark" in mail.html
    assert "<img" not in mail.html
    assert "<script" not in mail.html
    assert 'style="' in mail.html
    assert mail.html.index("display: none") < mail.html.index("<h1")
    assert mail.html.count('class="button"') == (0 if name == "sign-in code" else 1)
    assert "You got this mail because" in mail.text
    assert "You got this mail because" in visible(mail.html)


@pytest.mark.parametrize("name", LETTERS)
def test_the_text_part_is_for_people(name: str) -> None:
    text = written(LETTERS[name]).text

    assert not re.search(r"<\w+|&\w+;", text)
    assert "\n\n\n" not in text
    assert text == text.strip() + "\n"


def test_what_people_wrote_is_escaped_in_html_and_plain_in_text() -> None:
    wild = '<script>alert("x")</script> & Söhne'
    letter = letters.invitation(
        all_known(brand=wild, campaign=wild, creator=wild),
        a_collaboration(invitation=an_invitation(message=f"{wild}\n<a href=http://evil.example>here</a>")),
        PLACES,
    )

    mail = written(letter)

    assert "<script" not in mail.html
    assert "<a href=http" not in mail.html
    assert "evil.example" in visible(mail.html)
    assert wild in mail.text
    assert wild in mail.subject


@pytest.mark.parametrize("name", ["&amp;", "100% wool", "%(brand)s", "{{ brand }}", "{% raw %}"])
def test_names_are_never_taken_for_templates(name: str) -> None:
    mail = written(letters.invitation(all_known(brand=name), a_collaboration(), PLACES))

    assert mail.subject == f"{name} invites you to Autumn knives"
    assert f"{name} would like to work with you" in mail.text


def test_rates_are_told_with_what_they_are_for() -> None:
    terms = a_terms_version(
        fee=Money(amount=0, currency="EUR"),
        coupon=CouponTerms(code="FIVE", amount_off=Money(amount=500, currency="EUR")),
        rates=(
            Rate(plan=Plan.FIXED, per_unit=Money(amount=250, currency="EUR"), product="p-1"),
            Rate(plan=Plan.PERCENT, basis_points=1250, customer=CustomerKind.NEW),
            Rate(plan=Plan.PERCENT, basis_points=333, customer=CustomerKind.RETURNING),
        ),
        window_hours=25,
        hold_days=0,
    )

    text = written(letters.agreement(all_known(), an_agreed_collaboration(terms=(terms,)), PLACES)).text

    rates = "€2.50 for each item sold (chosen products); 12.5% of sales (new customers); "
    assert f"Commission: {rates}3.33% of sales (returning customers)" in text
    assert "€5.00 off with the code FIVE" in text
    assert "Orders within 25 hours of a click" in text
    assert "As soon as the order was paid" in text
    assert "Fee:" not in text


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "shown"),
    [
        (1234, "EUR", "en", "€12.34"),
        (1234, "JPY", "en", "¥1,234"),
        (12345, "KWD", "en", "KWD\xa012.345"),
        (1234567, "EUR", "it", "12.345,67\xa0€"),
        (1000, "USD", "en_GB", "US$10.00"),
        (2**63 - 1, "EUR", "en", "€92,233,720,368,547,758.07"),
    ],
)
def test_amounts_have_the_digits_of_iso_4217(amount: int, currency: str, locale: str, shown: str) -> None:
    formats = Formats(Locale.parse(locale), "UTC")

    assert formats.money(Money(amount=amount, currency=currency)) == shown


def test_times_are_the_recipients_own() -> None:
    at = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)

    assert Formats(Locale.parse("en"), "Asia/Ho_Chi_Minh").day(at) == "Tuesday, November 24, 2026"
    assert Formats(Locale.parse("en_GB"), "Europe/Rome").time(at) == "00:30"
    assert Formats(Locale.parse("en"), "America/New_York").zone_name == "America/New York"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Northern\r\nBcc: all@victims.example", "Northern Bcc: all@victims.example"),
        ("a\u2028b\x85c\x0bd", "a b c d"),
        ("evil\u202egnp.exe", "evil gnp.exe"),
        ("  two   spaces ", "two spaces"),
        ("chef \U0001f469\u200d\U0001f373", "chef \U0001f469\u200d\U0001f373"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
    ],
)
def test_a_name_is_one_line_and_otherwise_as_it_was_given(name: str, kept: str) -> None:
    assert one_line(name) == kept


INJECTIONS = ["\r\nBcc: all@victims.example", "\nBcc: all@victims.example", "\rBcc: x", "\u2028Bcc: x", "\x85Bcc: x"]


def composed(**changes):
    values = {
        "mail_id": "abc",
        "id_domain": "market.example",
        "sender": "mail@market.example",
        "sender_name": "Creator Marketplace",
        "recipient": "krista@creators.example",
        "at": NOON,
        **changes,
    }
    return compose(values.pop("written", None) or written(SIGN_IN), **values)


@pytest.mark.parametrize("injected", INJECTIONS)
@pytest.mark.parametrize("field", ["mail_id", "id_domain", "sender", "sender_name", "recipient", "subject"])
def test_no_header_takes_a_line_break(field: str, injected: str) -> None:
    """The guard behind the guards: addresses are validated and names made one line long before."""
    good = written(SIGN_IN)
    changes = (
        {"written": Written(good.language, f"Hi{injected}", good.text, good.html)}
        if field == "subject"
        else {field: {"sender": "mail@market.example", "recipient": "k@creators.example"}.get(field, "abc") + injected}
    )
    try:
        raw = composed(**changes).as_bytes()
    except (ValueError, IndexError):
        return
    head = raw.split(b"\r\n\r\n", 1)[0]
    assert not re.search(rb"(?im)^bcc:", head)


@pytest.mark.parametrize("injected", INJECTIONS)
def test_a_brand_whose_name_holds_line_breaks_gets_its_mail_out_with_one_subject(injected: str) -> None:
    mail = written(letters.invitation(all_known(brand=f"Evil{injected}"), a_collaboration(), PLACES))

    raw = composed(written=mail).as_bytes()

    head = raw.split(b"\r\n\r\n", 1)[0]
    assert not re.search(rb"(?im)^bcc:", head)
    assert len(re.findall(rb"(?im)^subject:", head)) == 1


def test_the_message_has_its_own_id_both_parts_and_says_that_it_is_automatic() -> None:
    message = composed(written=written(LETTERS["invitation"]))

    assert message["Message-ID"] == "<abc@market.example>"
    assert message["To"] == "krista@creators.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "en"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert max(len(line) for line in message.as_bytes().split(b"\r\n")) <= 998


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
