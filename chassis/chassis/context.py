"""What a running service hands to its APIs and jobs."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from chassis import mongo
from chassis.clock import Clock
from chassis.handlers import Handlers
from chassis.settings import ServiceSettings
from chassis.tx import Transactions, Tx

T = TypeVar("T", bound=Tx)


@dataclass(frozen=True)
class Context(Generic[T]):
    """One service's settings, clock, store and transactions, built once by `chassis.service`."""

    name: str
    settings: ServiceSettings
    clock: Clock
    client: mongo.Client
    db: mongo.Database
    transactions: Transactions[T]
    handlers: Handlers
