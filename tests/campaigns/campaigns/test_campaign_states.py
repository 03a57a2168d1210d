"""What is allowed when with a campaign: every state with every action."""

from datetime import timedelta

import pytest

from campaigns.domain import campaigns
from campaigns.domain.refusals import NotNow
from contracts.campaigns import CampaignStatus
from contracts.http.campaigns import ChangeCampaign
from tests.campaigns.builders import NOON, a_campaign

SOON = NOON + timedelta(days=1)
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
