import base64
import hashlib
import hmac

import pytest

from attribution.domain.webhooks import Accepted, Ping, Refused, receive
from attribution.domain.webhooks.signatures import is_signed, sign, woocommerce_keys
from contracts.console import StoreKind
from tests.attribution.webhooks.builders import (
    NOON,
    SECRET,
    SHOP,
    SITE,
    STORE,
    a_shopify_order,
    a_woo_order,
    raw_of,
    shopify_headers,
    woo_headers,
)

ORDER = raw_of(a_shopify_order())
WOO_ORDER = raw_of(a_woo_order())


def shopify(headers, raw=ORDER, secrets=(SECRET,), shop=SHOP):
    return receive(StoreKind.SHOPIFY, headers, raw, secrets=secrets, store=STORE, shop=shop, received_at=NOON)


def woo(headers, raw=WOO_ORDER, secrets=(SECRET,), shop=SITE):
    return receive(StoreKind.WOOCOMMERCE, headers, raw, secrets=secrets, store=STORE, shop=shop, received_at=NOON)


def is_unauthorised(verdict) -> bool:
    return isinstance(verdict, Refused) and verdict.status == 401


@pytest.mark.parametrize(
    ("secret", "raw", "signature"),
    [
        pytest.param(
            "shpss_test_secret",
            b'{"id":820982911946154508,"currency":"USD"}',
            "Jmx+shXikcIOnqrh15yfZuweRnJ4Px+MH5CPm28j7Bg=",
            id="Shopify",
        ),
        pytest.param(
            "wc_test_secret",
            b'{"id":727,"status":"processing"}',
            "oHKVUezLyoZGVtdMpzfwGW0pN6/LrcsobvG9OOnQluY=",
            id="WooCommerce",
        ),
    ],
)
def test_the_published_vectors_are_signed(secret, raw, signature):
    assert is_signed(raw, signature, [secret])
    assert sign(raw, secret) == signature


def test_the_vectors_pass_the_whole_way():
    raw = b'{"id":820982911946154508,"currency":"USD"}'
    headers = {
        "X-Shopify-Hmac-SHA256": "Jmx+shXikcIOnqrh15yfZuweRnJ4Px+MH5CPm28j7Bg=",
        "X-Shopify-Topic": "orders/create",
    }
    assert isinstance(shopify(headers, raw, ["shpss_test_secret"]), Accepted)
    raw = b'{"id":727,"status":"processing"}'
    headers = {"X-WC-Webhook-Signature": "oHKVUezLyoZGVtdMpzfwGW0pN6/LrcsobvG9OOnQluY="}
    assert isinstance(woo(headers, raw, ["wc_test_secret"]), Accepted)


def test_a_flipped_bit_anywhere_is_refused():
    headers = shopify_headers(ORDER, "orders/paid")
    for place in range(0, len(ORDER), 97):
        forged = bytearray(ORDER)
        forged[place] ^= 1
        assert is_unauthorised(shopify(headers, bytes(forged)))


def test_another_shops_secret_is_refused():
    assert is_unauthorised(shopify(shopify_headers(ORDER, "orders/paid", secret="another")))
    assert is_unauthorised(woo(woo_headers(WOO_ORDER, "order.created", secret="another")))


def test_the_secret_before_a_rotation_still_holds_and_an_older_one_does_not():
    headers = shopify_headers(ORDER, "orders/paid", secret="old")
    assert isinstance(shopify(headers, secrets=["new", "old"]), Accepted)
    assert is_unauthorised(shopify(headers, secrets=["newest", "new"]))


def test_an_empty_secret_signs_nothing():
    assert is_unauthorised(shopify(shopify_headers(ORDER, "orders/paid", secret=""), secrets=["", SECRET]))
    assert is_unauthorised(shopify(shopify_headers(ORDER, "orders/paid"), secrets=[]))


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param("", id="empty"),
        pytest.param("not base64!", id="not base64"),
        pytest.param("é" * 44, id="not ASCII"),
        pytest.param("\ud800", id="half a surrogate pair"),
        pytest.param("A" * 100_000, id="long"),
        pytest.param(hmac.new(SECRET.encode(), ORDER, hashlib.sha256).hexdigest(), id="in hexadecimal"),
        pytest.param(base64.b64encode(hashlib.sha256(ORDER).digest()).decode(), id="hash without key"),
    ],
)
def test_any_other_signature_is_refused_without_an_exception(signature):
    assert is_unauthorised(shopify({"X-Shopify-Hmac-SHA256": signature, "X-Shopify-Topic": "orders/paid"}))
    assert is_unauthorised(woo({"X-WC-Webhook-Signature": signature, "X-WC-Webhook-Topic": "order.created"}))


def test_no_signature_is_refused():
    assert is_unauthorised(shopify({"X-Shopify-Topic": "orders/paid"}))
    assert is_unauthorised(woo({"X-WC-Webhook-Topic": "order.created"}))


def test_the_signature_comes_before_the_json():
    assert is_unauthorised(shopify({}, b"{broken"))
    assert is_unauthorised(shopify(shopify_headers(b"{broken", "orders/paid", secret="x"), b"{broken"))


@pytest.mark.parametrize("prefix", ["X-Shopify-", "x-shopify-", "Shopify-", "SHOPIFY-"])
def test_both_spellings_of_shopifys_headers_are_read_in_any_case(prefix):
    headers = {f"{prefix}Hmac-Sha256": sign(ORDER, SECRET), f"{prefix}Topic": "orders/paid"}
    verdict = shopify(headers)
    assert isinstance(verdict, Accepted)
    assert len(verdict.observations) == 1


@pytest.mark.parametrize(
    ("claimed", "accepted"),
    [
        pytest.param("bergfein.myshopify.com", True, id="the shop"),
        pytest.param("BERGFEIN.myshopify.com", True, id="in capitals"),
        pytest.param("other.myshopify.com", False, id="another shop"),
        pytest.param("", False, id="empty"),
        pytest.param("http://[", False, id="no address"),
    ],
)
def test_a_webhook_that_names_another_shop_is_refused(claimed, accepted):
    verdict = shopify(shopify_headers(ORDER, "orders/paid", shop=claimed))
    assert isinstance(verdict, Accepted) if accepted else is_unauthorised(verdict)


@pytest.mark.parametrize(
    ("source", "accepted"),
    [
        pytest.param(f"https://{SITE}/", True, id="home address with slash"),
        pytest.param(f"http://www.{SITE}", True, id="with www"),
        pytest.param(f"https://{SITE}/blog/", True, id="in a folder"),
        pytest.param("https://evil.example/", False, id="another site"),
        pytest.param(f"https://{SITE}.evil.example/", False, id="a site that begins like it"),
    ],
)
def test_a_webhook_of_another_site_is_refused(source, accepted):
    verdict = woo(woo_headers(WOO_ORDER, "order.created", site=source))
    assert isinstance(verdict, Accepted) if accepted else is_unauthorised(verdict)


def test_woocommerce_decodes_its_secrets_entities_before_it_signs():
    signed = woo_headers(WOO_ORDER, "order.created", secret="a&b<c")
    assert isinstance(woo(signed, secrets=["a&amp;b&lt;c"]), Accepted)
    assert isinstance(woo(signed, secrets=["a&b<c"]), Accepted)
    assert woocommerce_keys(["a&notb"]) == ("a¬b", "a&notb")  # what is no entity to WordPress stays as it is, too


@pytest.mark.parametrize(
    ("raw", "is_ping"),
    [
        pytest.param(b"webhook_id=12", True, id="ping"),
        pytest.param(b"webhook_id=12&status=paid", False, id="more than a ping"),
        pytest.param(b"webhook_id=", False, id="no number"),
        pytest.param(b'{"webhook_id":12}', False, id="JSON"),
        pytest.param(b"", False, id="empty"),
    ],
)
def test_only_the_unsigned_trial_request_is_a_ping(raw, is_ping):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert isinstance(woo(headers, raw), Ping) is is_ping
    assert is_unauthorised(shopify(headers, raw))
    if not is_ping:
        assert is_unauthorised(woo(headers, raw))
