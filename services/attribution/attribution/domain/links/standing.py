"""Whether a collaboration's links lead on: paused and ended as the collaboration is (A1)."""

from datetime import datetime, timedelta

from attribution.domain.values import frozen
from contracts.attribution import LinkStatus
from contracts.campaigns import Collaboration, CollaborationStatus, Period

_WORKING = (CollaborationStatus.AGREED, CollaborationStatus.COMPLETED)


@frozen
class Standing:
    """How the links stand at an instant, and the next instant at which that may change by itself."""

    status: LinkStatus
    changes_at: datetime | None = None

    def of_link(self, *, paused: bool) -> LinkStatus:
        """One link's status: a person may pause it, but can't let it lead on while the collaboration does not."""
        return LinkStatus.PAUSED if paused and self.status is LinkStatus.ACTIVE else self.status


def standing(collaboration: Collaboration, now: datetime) -> Standing:
    """Ended with the collaboration, or once the campaign's end and the window are over; paused between active periods.

    Completed work goes on earning until then (MONEY 6), so its links lead on unless they were paused since. Before the
    first period begins they lead on, too: people prepare.
    """
    over_at = _over_at(collaboration)
    if collaboration.status not in _WORKING or (over_at is not None and over_at <= now):
        return Standing(LinkStatus.ENDED)
    periods = _that_count(collaboration)
    paused = bool(periods) and all(period.end is not None and period.end <= now for period in periods)
    instants = [instant for period in periods for instant in (period.start, period.end)] + [over_at]
    coming = [instant for instant in instants if instant is not None and instant > now]
    return Standing(LinkStatus.PAUSED if paused else LinkStatus.ACTIVE, min(coming, default=None))


def _over_at(collaboration: Collaboration) -> datetime | None:
    if collaboration.campaign_end is None:
        return None
    hours = max(terms.window_hours for terms in collaboration.terms)
    return collaboration.campaign_end + timedelta(hours=hours)


def _that_count(collaboration: Collaboration) -> list[Period]:
    """The active periods; of completed work only those that a pause ended since it was completed."""
    completed = collaboration.completed_at
    if completed is None:
        return list(collaboration.active)
    since = [period for period in collaboration.active if period.end is None or period.end > completed]
    return since if any(period.end is not None for period in since) else []
