"""What attribution's worker does by the clock."""

from attribution.jobs.clicks import count_leftovers, destroy_daily_keys
from attribution.jobs.polling import poll_stores

__all__ = ["ALL", "count_leftovers", "destroy_daily_keys", "poll_stores"]

ALL = (destroy_daily_keys, count_leftovers, poll_stores)
