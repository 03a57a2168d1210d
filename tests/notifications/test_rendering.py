import re
from datetime import UTC, datetime

import pytest
from babel import Locale

from contracts.campaigns import (
    CouponTerms,
    CustomerKind,
    Plan,
    Rate,
)
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
