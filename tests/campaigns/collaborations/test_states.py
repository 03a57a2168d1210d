"""The table of states: every pair of state and action, by each actor, is allowed or refused with what is possible."""

from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest

from campaigns.domain.collaborations.states import (
    COLLABORATION,
    CONDITIONS,
    DELIVERABLE,
    SAMPLE,
    Action,
    Condition,
    Place,
)
from campaigns.domain.refusals import NotNow
from contracts.campaigns import (
    CampaignEndMoved,
    CollaborationEvent,
    CollaborationPaused,
    CollaborationResumed,
    CollaborationStatus,
    CreatorForgotten,
    CreatorInvited,
    DeadlineMissed,
    DeadlineNear,
    DeliverableStatus,
    InvitationClaimed,
    SampleStatus,
    Side,
)
from contracts.registry import EVENTS

MACHINES: dict[str, tuple[type[Any], Mapping[Any, Place[Any]]]] = {
    "collaboration": (CollaborationStatus, COLLABORATION),
    "deliverable": (DeliverableStatus, DELIVERABLE),
    "sample": (SampleStatus, SAMPLE),
}
ALL = frozenset(Condition)
B, C, T = Side.BRAND, Side.CREATOR, Side.SYSTEM

ALLOWED = {
    # The whole table once more, written down by hand: (machine, state, action, who) -> where it leads.
    ("collaboration", "invited", "accept", C): "agreed",
    ("collaboration", "invited", "decline", C): "declined",
    ("collaboration", "invited", "offer", C): "countered",
    ("collaboration", "invited", "offer", B): "invited",
    ("collaboration", "invited", "cancel", B): "cancelled",
    ("collaboration", "invited", "expire", T): "expired",
    ("collaboration", "countered", "accept", B): "agreed",
    ("collaboration", "countered", "decline", B): "declined",
    ("collaboration", "countered", "decline", C): "declined",
    ("collaboration", "countered", "offer", B): "invited",
    ("collaboration", "countered", "offer", C): "countered",
    ("collaboration", "countered", "expire", T): "expired",
    ("collaboration", "agreed", "propose-extension", B): "agreed",
    ("collaboration", "agreed", "propose-extension", C): "agreed",
    ("collaboration", "agreed", "propose-cancellation", B): "agreed",
    ("collaboration", "agreed", "propose-cancellation", C): "agreed",
    ("collaboration", "agreed", "agree", B): "agreed",
    ("collaboration", "agreed", "agree", C): "agreed",
    ("collaboration", "agreed", "refuse", B): "agreed",
    ("collaboration", "agreed", "refuse", C): "agreed",
    ("collaboration", "agreed", "withdraw", B): "agreed",
    ("collaboration", "agreed", "withdraw", C): "agreed",
    ("collaboration", "agreed", "cancel", B): "cancelled",
    ("collaboration", "agreed", "cancel", C): "cancelled",
    ("collaboration", "agreed", "cancel", T): "cancelled",
    ("collaboration", "agreed", "complete", B): "completed",
    ("collaboration", "agreed", "complete", T): "completed",
    ("collaboration", "agreed", "announce-terms", B): "agreed",
    ("collaboration", "agreed", "remind-of-terms", T): "agreed",
    ("collaboration", "completed", "announce-terms", B): "completed",
    ("collaboration", "completed", "remind-of-terms", T): "completed",
    ("deliverable", "concept", "propose-concept", C): "concept-review",
    ("deliverable", "concept", "propose-extension", B): "concept",
    ("deliverable", "concept", "propose-extension", C): "concept",
    ("deliverable", "concept", "propose-cancellation", B): "concept",
    ("deliverable", "concept", "propose-cancellation", C): "concept",
    ("deliverable", "concept", "cancel", B): "cancelled",
    ("deliverable", "concept", "cancel", C): "cancelled",
    ("deliverable", "concept-review", "approve-concept", B): "submission",
    ("deliverable", "concept-review", "approve-concept", T): "submission",
    ("deliverable", "concept-review", "ask-changes", B): "concept",
    ("deliverable", "concept-review", "propose-cancellation", B): "concept-review",
    ("deliverable", "concept-review", "propose-cancellation", C): "concept-review",
    ("deliverable", "concept-review", "cancel", B): "cancelled",
    ("deliverable", "concept-review", "cancel", C): "cancelled",
    ("deliverable", "submission", "submit", C): "submission-review",
    ("deliverable", "submission", "propose-extension", B): "submission",
    ("deliverable", "submission", "propose-extension", C): "submission",
    ("deliverable", "submission", "propose-cancellation", B): "submission",
    ("deliverable", "submission", "propose-cancellation", C): "submission",
    ("deliverable", "submission", "cancel", B): "cancelled",
    ("deliverable", "submission", "cancel", C): "cancelled",
    ("deliverable", "submission-review", "approve-submission", B): "publication",
    ("deliverable", "submission-review", "approve-submission", T): "publication",
    ("deliverable", "submission-review", "ask-revision", B): "submission",
    ("deliverable", "submission-review", "propose-cancellation", B): "submission-review",
    ("deliverable", "submission-review", "propose-cancellation", C): "submission-review",
    ("deliverable", "submission-review", "cancel", B): "cancelled",
    ("deliverable", "submission-review", "cancel", C): "cancelled",
    ("deliverable", "publication", "publish", C): "published",
    ("deliverable", "publication", "propose-extension", B): "publication",
    ("deliverable", "publication", "propose-extension", C): "publication",
    ("deliverable", "publication", "propose-cancellation", B): "publication",
    ("deliverable", "publication", "propose-cancellation", C): "publication",
    ("deliverable", "publication", "cancel", B): "cancelled",
    ("deliverable", "publication", "cancel", C): "cancelled",
    ("deliverable", "published", "confirm", B): "completed",
    ("deliverable", "published", "confirm", T): "completed",
    ("deliverable", "published", "refuse-publication", B): "publication",
    ("sample", "none", "request-sample", C): "requested",
    ("sample", "requested", "approve-sample", B): "approved",
    ("sample", "requested", "refuse-sample", B): "refused",
    ("sample", "refused", "request-sample", C): "requested",
    ("sample", "approved", "ship-sample", B): "shipped",
    ("sample", "shipped", "receive-sample", C): "received",
    ("sample", "received", "step-out", C): "received",
}
STATES = [(machine, status) for machine, (statuses, _) in MACHINES.items() for status in statuses]


@pytest.mark.parametrize(("machine", "status"), STATES)
def test_each_action_by_each_actor_is_allowed_or_refused_with_what_is_possible(machine, status):
    place = MACHINES[machine][1][status]
    for action, side in product(Action, Side):
        possible = {act for name, state, act, who in ALLOWED if (name, state, who) == (machine, status.value, side)}
        expected = ALLOWED.get((machine, status.value, action.value, side))
        assert {one.value for one in place.possible(side, ALL)} == possible
        if expected is not None:
            assert place.take(action, side, ALL).to.value == expected
            continue
        with pytest.raises(NotNow) as refused:
            place.take(action, side, ALL)
        assert (refused.value.action, refused.value.state) == (action, status.value)
        assert set(refused.value.possible) == possible
        is_others = any((machine, status.value, action.value, who) in ALLOWED for who in Side)
        assert refused.value.rule == ("for-the-other-side" if is_others else "not-in-this-state")


def test_the_list_names_only_states_and_actions_that_there_are():
    known = {(machine, status.value) for machine, status in STATES}
    assert {(machine, status) for machine, status, _, _ in ALLOWED} <= known
    assert {action for _, _, action, _ in ALLOWED} == {action.value for action in Action}


@pytest.mark.parametrize("machine", MACHINES)
def test_every_state_is_in_the_table(machine):
    statuses, places = MACHINES[machine]
    assert set(places) == set(statuses)
    assert all(place.status is status for status, place in places.items())


CONDITIONAL = [
    (machine, place, move)
    for machine, (_, places) in MACHINES.items()
    for place in places.values()
    for move in place.moves
    if move.condition is not None
]


@pytest.mark.parametrize(("machine", "place", "move"), CONDITIONAL)
def test_a_move_with_a_condition_is_refused_by_that_rule_where_it_does_not_hold(machine, place, move):
    for side in move.by:
        others = ALL - {move.condition}
        assert move.action not in place.possible(side, others)
        with pytest.raises(NotNow) as refused:
            place.take(move.action, side, others)
        assert refused.value.rule == move.condition.value
        assert refused.value.possible == place.possible(side, others)
        assert place.take(move.action, side, {move.condition}) is move


def test_every_condition_is_said_in_words_and_used():
    assert set(CONDITIONS) == ALL
    assert {move.condition for _, _, move in CONDITIONAL} == ALL


@pytest.mark.parametrize("machine", MACHINES)
def test_who_is_waited_for_can_do_something_and_knows_what_silence_means(machine):
    for place in MACHINES[machine][1].values():
        if place.waits_for is not None:
            assert place.due
            assert place.silence
            assert place.possible(place.waits_for, ALL)
        if place.by_silence is not None:
            assert place.take(place.by_silence, Side.SYSTEM, ALL).to is not place.status


@pytest.mark.parametrize("machine", MACHINES)
def test_every_state_can_be_reached_and_none_is_a_trap(machine):
    statuses, places = MACHINES[machine]
    reached = {next(iter(statuses))} | ({DeliverableStatus.SUBMISSION} if machine == "deliverable" else set())
    while True:
        more = {move.to for status in reached for move in places[status].moves} - reached
        if not more:
            break
        reached |= more
    assert reached == set(statuses)
    for place in places.values():
        if place.is_open:
            assert any(move.to is not place.status for move in place.moves), place.status


def test_every_fact_is_said_by_a_move_but_for_its_beginning_an_erasure_and_what_only_time_brings():
    said = {move.says for _, places in MACHINES.values() for place in places.values() for move in place.moves}
    known = {event for event in EVENTS.values() if issubclass(event, CollaborationEvent)}
    by_campaign = {CampaignEndMoved, CollaborationPaused, CollaborationResumed}
    alone = {CreatorInvited, InvitationClaimed, CreatorForgotten, DeadlineNear, DeadlineMissed}
    assert known - said == alone | by_campaign
    assert said <= known
