"""What is allowed when: every state with every action."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from campaigns.domain.collaborations import invitations
from campaigns.domain.collaborations.states import Action
from campaigns.domain.refusals import NotNow
from contracts.campaigns import CampaignStatus, CollaborationStatus, Decline, DeclineReason, Period
from tests.campaigns.builders import NOON, WEEK, a_campaign, an_invitation

S = CollaborationStatus
SOON = NOON + timedelta(days=1)
LATE = NOON + WEEK
ALLOWED = {
    (S.INVITED, Action.ACCEPT): S.AGREED,
    (S.INVITED, Action.DECLINE): S.DECLINED,
    (S.INVITED, Action.EXPIRE): S.EXPIRED,
}


def act(status: CollaborationStatus, action: Action, at: datetime) -> Any:
    found = an_invitation(status)
    if action is Action.ACCEPT:
        return invitations.accepted(found, "a-1", at)
    if action is Action.DECLINE:
        return invitations.declined(found, Decline(reason=DeclineReason.FEE), at)
    return invitations.expired(found, at)


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("status", list(S))
def test_each_action_in_each_state_is_allowed_or_refused_with_what_is_possible(status, action):
    at = LATE if action is Action.EXPIRE else SOON
    expected = ALLOWED.get((status, action))
    if expected is not None:
        moved = act(status, action, at)
        assert (moved.state.status, moved.revision) == (expected, 2)
    elif action is Action.EXPIRE:
        assert act(status, action, at) is None
    else:
        with pytest.raises(NotNow) as refused:
            act(status, action, at)
        assert (refused.value.state, refused.value.possible) == (status.value, ())


@pytest.mark.parametrize("status", list(S))
def test_the_creator_is_told_what_is_possible(status):
    expected = (Action.ACCEPT, Action.DECLINE) if status is S.INVITED else ()
    assert invitations.possible(an_invitation(status), SOON) == expected
    assert invitations.possible(an_invitation(status), LATE) == ()


@pytest.mark.parametrize("action", [Action.ACCEPT, Action.DECLINE])
def test_an_answer_counts_until_the_last_moment_and_not_after_it(action):
    in_time = LATE - timedelta(microseconds=1)
    assert act(S.INVITED, action, in_time).state.status is ALLOWED[S.INVITED, action]
    with pytest.raises(NotNow) as refused:
        act(S.INVITED, action, LATE)
    assert (refused.value.state, refused.value.possible) == ("expired", ())


def test_nothing_expires_early():
    assert act(S.INVITED, Action.EXPIRE, LATE - timedelta(microseconds=1)) is None


def test_acceptance_names_the_creator_and_begins_the_collaboration():
    agreed = act(S.INVITED, Action.ACCEPT, SOON).state
    assert (agreed.creator, agreed.agreed_at, agreed.active) == ("a-1", SOON, (Period(start=SOON),))
    assert agreed.terms == an_invitation().state.terms


def test_a_refusal_keeps_the_reason_and_names_nobody():
    declined = act(S.INVITED, Action.DECLINE, SOON).state
    assert (declined.declined, declined.creator, declined.active) == (Decline(reason=DeclineReason.FEE), None, ())


@pytest.mark.parametrize(
    ("ends_at", "expires_at"),
    [(None, LATE), (LATE + timedelta(days=9), LATE), (SOON, SOON)],
    ids=["open", "later", "before the week is over"],
)
def test_an_invitation_is_open_for_a_week_and_never_longer_than_the_campaign(ends_at, expires_at):
    invitation = an_invitation(campaign=a_campaign(CampaignStatus.PUBLISHED, ends_at=ends_at)).state
    assert (invitation.invitation.sent_at, invitation.invitation.expires_at) == (NOON, expires_at)
    assert invitation.campaign_end == ends_at
