"""The states of a collaboration: what is allowed when. No other place knows."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from contracts.campaigns import (
    CollaborationStatus,
)


class Action(StrEnum):
    """What can happen to an invitation."""

    ACCEPT = "accept"
    DECLINE = "decline"
    EXPIRE = "expire"


NEXT: Mapping[CollaborationStatus, Mapping[Action, CollaborationStatus]] = MappingProxyType(
    {
        CollaborationStatus.INVITED: MappingProxyType(
            {
                Action.ACCEPT: CollaborationStatus.AGREED,
                Action.DECLINE: CollaborationStatus.DECLINED,
                Action.EXPIRE: CollaborationStatus.EXPIRED,
            }
        ),
        CollaborationStatus.AGREED: MappingProxyType({}),
        CollaborationStatus.DECLINED: MappingProxyType({}),
        CollaborationStatus.EXPIRED: MappingProxyType({}),
        CollaborationStatus.COMPLETED: MappingProxyType({}),
        CollaborationStatus.CANCELLED: MappingProxyType({}),
    }
)
BY_CREATOR = frozenset({Action.ACCEPT, Action.DECLINE})
