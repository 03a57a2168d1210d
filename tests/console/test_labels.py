"""Every state that a page may show has words: a state without them would be an error page."""

import pytest

from console.pages import labels
from contracts.campaigns import CampaignStatus, CollaborationStatus, DeclineReason


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (CampaignStatus, labels.CAMPAIGN),
        (CollaborationStatus, labels.COLLABORATION),
        (DeclineReason, labels.DECLINE),
    ],
    ids=["campaigns", "collaborations", "reasons for a no"],
)
def test_every_state_has_words(kind, told):
    assert set(told) == set(kind)
