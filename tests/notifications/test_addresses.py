import pytest

from notifications.domain.addresses import AddressError, lookup_key, normalise


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        pytest.param("krista@creators.example", "krista@creators.example", id="plain"),
        pytest.param("  Krista@CREATORS.Example ", "Krista@creators.example", id="the domain in lower case"),
        pytest.param(
            "krista@b\u00fccher.example", "krista@xn--bcher-kva.example", id="a domain that servers understand"
        ),
        pytest.param("Kri\u0301sta@creators.example", "Kr\u00edsta@creators.example", id="composed (NFC)"),
        pytest.param("krista+tag@creators.example", "krista+tag@creators.example", id="a tag is part of it"),
    ],
)
def test_an_address_is_kept_in_one_spelling(typed: str, kept: str) -> None:
    assert normalise(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("krista", id="no domain"),
        pytest.param("krista@creators.example\r\nBcc: all@victims.example", id="CR LF and a header"),
        pytest.param("krista\n@creators.example", id="LF inside"),
        pytest.param("krista\r@creators.example", id="CR inside"),
        pytest.param("krista@creators.example\n", id="LF at the end"),
        pytest.param("krista@creators.example\u2028x", id="a line separator"),
        pytest.param("krista@creators.example\x00", id="NUL"),
        pytest.param("a@creators.example,b@creators.example", id="two addresses"),
        pytest.param("Krista <krista@creators.example>", id="with a name"),
        pytest.param('"kri sta"@creators.example', id="quoted"),
        pytest.param("krista@[127.0.0.1]", id="an address literal"),
        pytest.param("krista@localhost", id="this very machine"),
        pytest.param("k" * 65 + "@creators.example", id="too long"),
    ],
)
def test_what_is_no_plain_address_is_refused_without_being_repeated(typed: str) -> None:
    with pytest.raises(AddressError) as refused:
        normalise(typed)
    assert "creators" not in str(refused.value)


def test_addresses_compare_without_regard_to_case() -> None:
    assert lookup_key(normalise("KRISTA@creators.example")) == lookup_key(normalise("krista@Creators.Example"))
