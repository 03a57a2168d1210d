"""Addresses: one spelling to send to, one to look up by."""

from email_validator import EmailNotValidError, validate_email


class AddressError(ValueError):
    """This is no e-mail address; the message says what is wrong and never repeats the address."""


def normalise(text: str) -> str:
    """The address to send to: NFC, the domain in lower case and, where the local part allows, as xn--.

    Raises `AddressError` for anything that is no single, plain address: line breaks, several, quoted or routed ones.
    """
    try:
        valid = validate_email(text.strip(" "), check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError:
        raise AddressError("this is no e-mail address") from None
    return valid.ascii_email or valid.normalized


def lookup_key(address: str) -> str:
    """How normalised addresses compare: without regard to case. Mails still go to the spelling that was kept."""
    return address.lower()
