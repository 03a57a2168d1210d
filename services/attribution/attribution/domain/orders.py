"""An order as its observations add up (MONEY 19)."""

from datetime import datetime
from enum import StrEnum

from attribution.domain.values import frozen
from contracts.campaigns import CustomerKind
from contracts.console import StoreKind
from contracts.stores import Discount, OrderLine, OrderState, Refund, Way


class Waiting(StrEnum):
    """Why an order can't be decided yet (I2)."""

    REFUND_BEFORE_ORDER = "refund-before-order"
    ORDER_NOT_SEEN = "order-not-seen"
    STORE_UNKNOWN = "store-unknown"


@frozen
class Sale:
    """What was sold, by the observation that won; `paid_at` is None as long as nothing says that it was paid.

    `customer` is added where a decision reads it: new or returning, None for unknown (MONEY 13).
    """

    state: OrderState
    test: bool
    placed_at: datetime
    paid_at: datetime | None
    currency: str
    prices_include_tax: bool
    lines: tuple[OrderLine, ...]
    discounts: tuple[Discount, ...]
    customer: CustomerKind | None = None


@frozen
class Order:
    """The state that an order's observations fold into, whatever subset, order and repetition they came in.

    `earns`: its state earns now (MONEY 10). `refunds` are those that stand; `all_back`: everything went back, and no
    refund says how. `unread_refunds` name refunds whose lines the store must still be asked for (MONEY 17).
    `poll` names why the store should be asked for the order's state; the same name needs no second poll.
    """

    id: str
    store: str
    sale: Sale | None
    waiting: Waiting | None
    earns: bool
    deleted: bool
    click_ids: tuple[str, ...]
    codes: tuple[str, ...]
    customer: str | None
    refunds: tuple[Refund, ...]
    all_back: bool
    all_back_at: datetime | None
    unread_refunds: tuple[str, ...]
    first_seen_at: datetime
    first_way: Way
    kind: StoreKind | None
    poll: str | None
