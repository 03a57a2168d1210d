"""What is allowed when: every state with every action."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from campaigns.domain import campaigns, collaborations
from campaigns.domain.campaigns import NotNow
from campaigns.domain.collaborations import Action
from contracts.campaigns import CampaignStatus, CollaborationStatus, Decline, DeclineReason, Period
from contracts.http.campaigns import ChangeCampaign
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
        return collaborations.accepted(found, "a-1", at)
    if action is Action.DECLINE:
        return collaborations.declined(found, Decline(reason=DeclineReason.FEE), at)
    return collaborations.expired(found, at)


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
    assert collaborations.possible(an_invitation(status), SOON) == expected
    assert collaborations.possible(an_invitation(status), LATE) == ()


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


C = CampaignStatus
CAMPAIGN_ACTIONS = {
    "change": lambda campaign, now: campaigns.changed(campaign, ChangeCampaign(name="Other"), now),
    "publish": campaigns.published,
    "invite": campaigns.must_take_invitations,
}
CAN = {C.DRAFT: ("change", "publish"), C.PUBLISHED: ("invite",), C.ENDED: ()}


@pytest.mark.parametrize("action", CAMPAIGN_ACTIONS)
@pytest.mark.parametrize("status", list(C))
def test_each_action_on_a_campaign_is_allowed_or_refused_with_what_is_possible(status, action):
    campaign = a_campaign(status)
    assert campaigns.possible(campaign, SOON) == CAN[status]
    if action in CAN[status]:
        CAMPAIGN_ACTIONS[action](campaign, SOON)
        return
    with pytest.raises(NotNow) as refused:
        CAMPAIGN_ACTIONS[action](campaign, SOON)
    assert (refused.value.action, refused.value.state) == (action, status.value)
    assert refused.value.possible == CAN[status]


def test_nobody_is_invited_to_a_campaign_whose_end_has_passed():
    campaign = a_campaign(C.PUBLISHED, ends_at=SOON)
    campaigns.must_take_invitations(campaign, SOON - timedelta(microseconds=1))
    with pytest.raises(NotNow) as refused:
        campaigns.must_take_invitations(campaign, SOON)
    assert (refused.value.state, refused.value.possible) == ("ended", ())


@pytest.mark.parametrize(
    ("ends_at", "expires_at"),
    [(None, LATE), (LATE + timedelta(days=9), LATE), (SOON, SOON)],
    ids=["open", "later", "before the week is over"],
)
def test_an_invitation_is_open_for_a_week_and_never_longer_than_the_campaign(ends_at, expires_at):
    invitation = an_invitation(campaign=a_campaign(C.PUBLISHED, ends_at=ends_at)).state
    assert (invitation.invitation.sent_at, invitation.invitation.expires_at) == (NOON, expires_at)
    assert invitation.campaign_end == ends_at
