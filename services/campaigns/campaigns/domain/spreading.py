"""A campaign's course, taken to its collaborations so many at a time: by timers, so that a crash loses none."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.running import Course
from contracts.campaigns import CampaignStatus

AT_ONCE: Final = 200
TIMES: Final = ("paused_at", "resumed_at", "ends_at")


def told(course: Course, cursor: str = "") -> dict[str, Any]:
    """A course as a timer carries it."""
    return {
        "status": course.status.value,
        "cursor": cursor,
        **{name: at.isoformat() for name in TIMES if (at := getattr(course, name))},
    }


def read(data: Mapping[str, Any]) -> Course:
    """The other way."""
    times = {name: datetime.fromisoformat(data[name]) for name in TIMES if name in data}
    return Course(status=CampaignStatus(data["status"]), **times)


def is_outdated(course: Course, campaign: CampaignRecord) -> bool:
    """Whether the campaign has moved on: a pause that is over is told by the resumption, an end ends it all."""
    if course.status is CampaignStatus.ENDED:
        return False
    if campaign.status is CampaignStatus.ENDED:
        return True
    return course.resumed_at is None and campaign.status is not CampaignStatus.PAUSED


def courses(course: Course, campaign: CampaignRecord) -> tuple[Course, ...]:
    """What a collaboration is told: the course, and after a resumption the pause that has begun since."""
    if course.resumed_at is None or campaign.status is not CampaignStatus.PAUSED:
        return (course,)
    return (course, Course(campaign.status, paused_at=campaign.paused_at))
