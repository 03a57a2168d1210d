"""Who bought, without knowing who: pseudonyms of stores' references, and whether a customer is new (MONEY 13)."""

import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from attribution.domain.facts import CustomerRead, World
from attribution.domain.orders import Order
from contracts.campaigns import CustomerKind
from contracts.stores import OrderObserved

NOBODY = "0"
"""What WooCommerce calls a guest: no customer, by whichever way it comes."""
ERASED = "~"
"""How the random values begin that take the place of pseudonyms (ARCHITECTURE 6); it sorts after every pseudonym."""
PREFIX = "customer:"
_DIGITS = 32

REVISIONS: Mapping[CustomerKind, int] = {CustomerKind.NEW: 1, CustomerKind.RETURNING: 2}
"""The revision of a customer's fact: the answer itself, so that it changes only when a decision would read another."""


def pseudonym(key: bytes, store: str, reference: str) -> str:
    """HMAC-SHA-256 of store and reference by the brand's key, 128 bits in hex (ARCHITECTURE 6, Retention)."""
    return hmac.digest(key, f"{store}|{reference}".encode(), "sha256").hex()[:_DIGITS]


def pseudonymised(observed: OrderObserved, keys: Mapping[str, bytes]) -> OrderObserved:
    """The observation as it may be kept: the sender's reference replaced by its pseudonym; `keys` by store.

    A reference that means nobody is taken out. An observation without a customer comes back as it is.
    """
    reference = reference_of(observed)
    if observed.snapshot is None or observed.snapshot.customer is None:
        return observed
    value = None if reference is None else pseudonym(keys[observed.store], observed.store, reference)
    return observed.model_copy(update={"snapshot": observed.snapshot.model_copy(update={"customer": value})})


def reference_of(observed: OrderObserved) -> str | None:
    """The customer that an observation names; None for a guest (MONEY 13)."""
    return somebody(None if observed.snapshot is None else observed.snapshot.customer)


def somebody(reference: str | None) -> str | None:
    """A store's reference to a customer, None if it means nobody."""
    return None if reference is None or reference.strip() == NOBODY else reference


def erased_value(secret: bytes, value: str) -> str:
    """What takes the place of a pseudonym: random for everybody once `secret` is destroyed, the same in every row."""
    return ERASED + hmac.digest(secret, value.encode(), "sha256").hex()[: _DIGITS - 1]


def is_erased(value: str | None) -> bool:
    """Whether a customer's value is one that took the place of a pseudonym."""
    return value is not None and value.startswith(ERASED)


def customer_id(order: Order) -> str | None:
    """Who bought, within all stores: `<store>|<pseudonym>`; None if unknown."""
    return None if order.customer is None else f"{order.store}|{order.customer}"


def customer_key(customer: str, placed_at: datetime) -> str:
    """The fact that a decision reads of a customer: whether there is an earned order before that second.

    Keys of one customer sort by time, so the orders whose answer a change can turn are one range of the index.
    """
    return f"{PREFIX}{customer}|{whole_second(placed_at).isoformat()}"


def parts_of(key: str) -> tuple[str, datetime]:
    """The customer and the second that a key names."""
    customer, _, at = key.removeprefix(PREFIX).rpartition("|")
    return customer, datetime.fromisoformat(at)


def store_of_key(key: str) -> str:
    """The store of the customer that a key names; a pseudonym holds no `|`."""
    return parts_of(key)[0].rpartition("|")[0]


def whole_second(at: datetime) -> datetime:
    """The second in which it was, in UTC."""
    return at.astimezone(UTC).replace(microsecond=0)


def earned_at(order: Order) -> datetime | None:
    """The second of an order that makes its customer a returning one: it earns by its present state, and is no test."""
    if order.sale is None or order.sale.test or not order.earns:
        return None
    return whole_second(order.sale.placed_at)


def kind_at(first: datetime | None, placed_at: datetime) -> CustomerKind:
    """Returning if the customer's first earned order is of a strictly smaller second (MONEY, reading 13)."""
    return CustomerKind.RETURNING if first is not None and first < whole_second(placed_at) else CustomerKind.NEW


def read_customer(order: Order, world: World, collaborations: Iterable[str]) -> CustomerRead | None:
    """What a decision reads of the order's customer; None where the customer is unknown or no terms ask.

    `collaborations` are those of the order's touches. An absent answer is `new`: nobody knows of an earlier order.
    """
    customer = customer_id(order)
    known = (world.collaborations.get(one) for one in collaborations)
    if customer is None or order.sale is None or not any(one is not None and one.asks_customer for one in known):
        return None
    key = customer_key(customer, order.sale.placed_at)
    read = world.customers.get(key)
    if read is None or read.kind is CustomerKind.NEW:
        return CustomerRead(key, CustomerKind.NEW)
    return read


def later_orders(customer: str, after: datetime, until: datetime | None) -> tuple[str, str]:
    """The keys (exclusive, inclusive) of a customer's orders after one second up to another, or to the end of time."""
    last = f"{PREFIX}{customer}|{ERASED}" if until is None else customer_key(customer, until)
    return customer_key(customer, after), last
