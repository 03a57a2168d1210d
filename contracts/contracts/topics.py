"""Every topic: who writes it, who reads it, how it is keyed and how long it lives. This table is the whole truth."""

from dataclasses import dataclass, field
from enum import StrEnum

DAY_MS = 24 * 60 * 60 * 1000


class Cleanup(StrEnum):
    """How Kafka forgets: entity topics keep each key's newest record, fact topics forget by age."""

    COMPACT = "compact"
    DELETE = "delete"


@dataclass(frozen=True)
class Topic:
    """One stream. `retention_days` is for fact topics; entity topics are compacted within 7 to 8 days."""

    name: str
    owner: str
    readers: tuple[str, ...]
    key: str
    partitions: int
    cleanup: Cleanup
    retention_days: int | None = None
    about: str = ""
    public_writers: tuple[str, ...] = field(default=())

    @property
    def is_entity(self) -> bool:
        """Whether each record carries its entity's whole public state."""
        return self.cleanup is Cleanup.COMPACT

    def config(self) -> dict[str, str]:
        """The Kafka topic configuration that follows from this row; times in milliseconds."""
        if self.is_entity:
            return {
                "cleanup.policy": "compact",
                "min.compaction.lag.ms": str(7 * DAY_MS),
                "max.compaction.lag.ms": str(8 * DAY_MS),
                "retention.ms": "-1",
            }
        if self.retention_days is None:
            raise ValueError(f"topic {self.name} is deleted by age but names no retention_days")
        return {"cleanup.policy": "delete", "retention.ms": str(self.retention_days * DAY_MS)}


def _answers(owner: str) -> Topic:
    """Where a service says that it has forgotten whom an erasure names."""
    about = "That a service has forgotten a person: what went, what stays and why, in numbers."
    return Topic(f"{owner}.erasures.v1", owner, ("discovery",), "erasure", 1, Cleanup.DELETE, 400, about)


def _entity(name: str, owner: str, readers: tuple[str, ...], about: str, partitions: int = 6) -> Topic:
    return Topic(name, owner, readers, "id", partitions, Cleanup.COMPACT, None, about)


ACCOUNTS = _entity(
    "console.accounts.v1",
    "console",
    ("campaigns", "attribution", "notifications"),
    "Brands, creator accounts and stores, without addresses.",
)
CREATORS = _entity(
    "discovery.creators.v1",
    "discovery",
    ("campaigns", "notifications", "discovery search"),
    "Creator profiles: the only topic with people's names.",
)
ERASURES = _entity(
    "discovery.erasures.v1",
    "discovery",
    ("campaigns", "attribution", "notifications", "console"),
    "Persons who are to be forgotten, by ids alone; every reader answers on a topic of its own.",
    partitions=1,
)
CAMPAIGNS = _entity(
    "campaigns.campaigns.v1",
    "campaigns",
    ("notifications", "discovery", "internal teams"),
    "Campaigns with goal and brief.",
)
COLLABORATIONS = _entity(
    "campaigns.collaborations.v1",
    "campaigns",
    ("discovery", "attribution", "notifications", "internal teams"),
    "One creator in one campaign, with every version of the terms.",
)
APPLICATIONS = _entity(
    "campaigns.applications.v1",
    "campaigns",
    ("notifications", "internal teams"),
    "Creators' applications to programs.",
)
MESSAGES = Topic(
    "campaigns.messages.v1",
    "campaigns",
    ("notifications", "internal teams"),
    "conversation",
    3,
    Cleanup.DELETE,
    30,
    "That a brand and a creator wrote to each other, and read it; never what.",
)
LINKS = _entity(
    "attribution.links.v1",
    "attribution",
    ("attribution redirect", "notifications"),
    "Short links; the redirect's table is made from this topic.",
)
COUPONS = _entity(
    "attribution.coupons.v1",
    "attribution",
    ("notifications", "internal teams"),
    "Coupon codes per brand.",
)
ORDERS = Topic(
    "stores.orders.v1",
    "upstream stores",
    ("attribution", "campaigns"),
    "order",
    12,
    Cleanup.DELETE,
    30,
    "The public way in: what a store says of an order.",
    public_writers=("upstream stores", "attribution"),
)
CLICKS = Topic(
    "attribution.clicks.v1",
    "attribution",
    ("attribution", "internal teams"),
    "id",
    12,
    Cleanup.DELETE,
    30,
    "Every click that the redirect answered, bots marked and kept.",
)
CONVERSIONS = Topic(
    "attribution.conversions.v1",
    "attribution",
    ("notifications", "campaigns", "discovery", "internal teams"),
    "order",
    12,
    Cleanup.DELETE,
    400,
    "Who was credited for each order, and what was posted.",
)
MAILS = Topic(
    "notifications.mails.v1",
    "notifications",
    ("internal teams",),
    "id",
    3,
    Cleanup.DELETE,
    30,
    "Mails that went out, bounced or were not sent, without addresses.",
)

CAMPAIGNS_ERASURES = _answers("campaigns")
ATTRIBUTION_ERASURES = _answers("attribution")
NOTIFICATIONS_ERASURES = _answers("notifications")
CONSOLE_ERASURES = _answers("console")

ALL: tuple[Topic, ...] = (
    ACCOUNTS,
    CREATORS,
    ERASURES,
    CAMPAIGNS,
    COLLABORATIONS,
    APPLICATIONS,
    MESSAGES,
    LINKS,
    COUPONS,
    ORDERS,
    CLICKS,
    CONVERSIONS,
    MAILS,
    CAMPAIGNS_ERASURES,
    ATTRIBUTION_ERASURES,
    NOTIFICATIONS_ERASURES,
    CONSOLE_ERASURES,
)


def owned_by(service: str) -> tuple[Topic, ...]:
    """The topics that a service's `setup` creates; attribution also makes the stores' public way in."""
    return tuple(t for t in ALL if t.owner == service or service in t.public_writers)
