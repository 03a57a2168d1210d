"""Clicks, counted."""

from contracts.envelope import Model
from contracts.http.attribution.fields import Count


class Clicks(Model):
    """Clicks of a link, a collaboration or a campaign (A4).

    `raw` counts all, `human` those that no bot rule marked, `unique` a visitor's first human one on a link a day;
    a visitor who asks not to be tracked is never counted as unique.
    """

    raw: Count = 0
    unique: Count = 0
    human: Count = 0
