"""Clicks, counted."""

from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from contracts.envelope import Model, Utc
from contracts.http.attribution.fields import Count, Words
from contracts.ids import Id


class Clicks(Model):
    """Clicks of a link, a collaboration or a campaign (A4).

    `raw` counts all, `human` those that neither the bot rule nor the list of data centres marked, `unique` a visitor's
    first human one on a link a day; a visitor who asks not to be tracked is never counted as unique. `recount` is the
    number of the recount that the figures are by, and `rule` its bot rule; 0 and "" are the first count, by each
    click's verdict of its time.
    """

    raw: Count = 0
    unique: Count = 0
    human: Count = 0
    recount: Count = 0
    rule: str = ""


class ClickRecountOut(Model):
    """One row of `GET /v1/click-recounts`: all clicks judged anew by one version of the bot rule.

    `current` is the one that figures are by when none is asked for; a later one leaves it as it was then.
    """

    number: Count
    rule: str = ""
    began_at: Utc | None = None
    finished_at: Utc | None = None
    current: bool = False


class BrandRecount(Model):
    """One brand's clicks by two counts."""

    brand: Id
    brand_name: Words = ""
    older: Clicks
    newer: Clicks


class RecountComparison(Model):
    """`GET /v1/click-recounts/comparison`: the same clicks by two counts, for operators.

    Clicks of the UTC days `since` to `until`, both inclusive, in all and by brand, those that differ most first. What
    the rules changed is between `human` and `human`, and `unique` and `unique`; `raw` differs where clicks were
    forgotten before the newer count began.
    """

    older: Clicks
    newer: Clicks
    since: date
    until: date
    brands: tuple[BrandRecount, ...] = ()


class DailyKey(Model):
    """`GET /internal/daily-keys/{day}`: what visitors of one UTC day are hashed with; 32 bytes as hexadecimal digits.

    For the redirect's memory only. Whoever has it destroys it at `destroy_at` at the latest.
    """

    day: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    key: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    destroy_at: Utc
