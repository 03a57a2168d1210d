"""An order as its store lives through it: what stood at each step, and what was known."""

from dataclasses import replace
from datetime import timedelta

from attribution.domain.decisions import Decision
from attribution.domain.facts import DEFAULT_POLICY, World
from attribution.domain.freezing import Recorded, Settled, accepted, settle
from attribution.domain.ledger import NOTHING, balances, posting
from attribution.domain.observations import Observation
from attribution.domain.verify import differences
from tests.attribution.builders import (
    DAY,
    MINUTE,
    NOON,
    SECOND,
    a_click,
    a_collaboration,
    a_world,
    an_observation,
    percent,
    some_terms,
)

PAID = NOON + MINUTE
FROZEN = PAID + 30 * DAY
MS = timedelta(milliseconds=1)

ANNA = a_collaboration(
    id="collaboration-2", creator="creator-2", campaign="campaign-2", terms=(some_terms(rates=(percent(2000),)),)
)


def known(fact, at):
    return replace(fact, known_at=at)


def seen(at=PAID, **changes) -> Observation:
    return an_observation(**{"seen_at": at, "paid_at": PAID, "version": NOON + SECOND, **changes})


def annas_click(at):
    """Later than the usual one, so it wins under last click; and known only from `at` on."""
    return known(
        a_click(id="click-2", at=NOON - MINUTE, collaboration=ANNA.id, creator="creator-2", campaign="campaign-2"), at
    )


class Life:
    """An order as the store lives through it: at each step the decision that stood, all that is known, the time."""

    def __init__(self, *facts) -> None:
        self.world = a_world(*(facts or (a_click(), a_collaboration())))
        self.observations: list[Observation] = []
        self.recorded: Recorded | None = None
        self.posted = NOTHING
        self.transactions: list = []
        self.settled: Settled | None = None

    def step(self, now, *observations: Observation, world: World | None = None) -> Settled:
        self.observations += observations
        self.world = world or self.world
        self.settled = settle(self.observations, self.world, DEFAULT_POLICY, now=now, recorded=self.recorded)
        self.record(self.settled.decision, now)
        return self.settled

    def record(self, decision: Decision, now) -> None:
        if self.recorded is not None and decision == self.recorded.decision:
            return
        self.recorded = Recorded(decision, now)
        transaction = posting(decision, self.posted, now)
        if transaction is not None:
            self.transactions.append(transaction)
            self.posted = self.posted.after(transaction)

    def accept(self, now) -> None:
        assert self.recorded is not None
        again = accepted(self.observations, self.world, DEFAULT_POLICY, now=now, recorded=self.recorded)
        self.record(again.decision, now)

    def earned(self) -> dict[str, int]:
        by = {account.split(":")[1]: amount for (account, _), amount in balances(self.transactions).items()}
        return {who: amount for who, amount in by.items() if who.startswith("creator") and amount}

    def differs(self, now) -> list:
        assert self.recorded is not None
        return differences(
            self.observations,
            self.recorded.decision,
            self.transactions,
            at=self.recorded.at,
            world=self.world,
            policy=DEFAULT_POLICY,
            now=now,
        )


def both(at) -> World:
    return a_world(a_click(), a_collaboration(), annas_click(at), ANNA)


TWO_CLICKS = {"click_ids": ("click-1", "click-2")}
