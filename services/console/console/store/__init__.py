"""All of the console's collections, with their indexes, and every query of them."""

from chassis.mongo import CollectionSpec, IndexModel
from console.store.accounts import ConsoleTx, OwnStores
from console.store.credentials import Clients, Keys
from console.store.entry import Entry, Limits
from console.store.forgetting import ACCOUNTS
from console.store.readings import READINGS, Readings
from console.store.third_parties import THIRD_PARTIES, ThirdParties

COLLECTIONS = (
    CollectionSpec(
        ACCOUNTS,
        indexes=[
            IndexModel([("members", 1), ("registered_at", 1)]),
            IndexModel([("store.brand", 1), ("registered_at", 1)]),
            IndexModel([("store.brand", 1), ("store.kind", 1), ("store.shop", 1)], unique=True, sparse=True),
        ],
    ),
    CollectionSpec("operators"),
    CollectionSpec(
        "sign_ins", indexes=[IndexModel([("forget_at", 1)], expireAfterSeconds=0), IndexModel([("contact", 1)])]
    ),
    CollectionSpec(
        "sessions", indexes=[IndexModel([("expires_at", 1)], expireAfterSeconds=0), IndexModel([("person", 1)])]
    ),
    CollectionSpec("proofs", indexes=[IndexModel([("person", 1), ("at", -1)])]),
    CollectionSpec("limits", indexes=[IndexModel([("forget_at", 1)], expireAfterSeconds=0)]),
    CollectionSpec("signing_keys", indexes=[IndexModel([("signs_until", 1)])]),
    CollectionSpec("clients", indexes=[IndexModel([("store", 1)])]),
    CollectionSpec(READINGS, indexes=[IndexModel([("forget_at", 1)], expireAfterSeconds=0)]),
    CollectionSpec(THIRD_PARTIES, indexes=[IndexModel([("created_at", -1), ("_id", -1)])]),
)

__all__ = ["COLLECTIONS", "Clients", "ConsoleTx", "Entry", "Keys", "Limits", "OwnStores", "Readings", "ThirdParties"]
