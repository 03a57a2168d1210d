"""What a brand needs to judge a creator by (D6)."""

from typing import Annotated

from pydantic import Field

from contracts.campaigns import CollaborationStatus
from contracts.discovery import Count, Hundredths, Record
from contracts.envelope import Model, Utc
from contracts.http.discovery.creators import CreatorOut
from contracts.ids import Id
from contracts.money import Money


class FigureOut(Model):
    """One figure, `at` which time and by which source; null, or without amounts, while it is unknown.

    `source` is empty where it is reckoned here of several looks. Ratios and growth are in hundredths of a percent,
    `videos_per_week` in hundredths of a video; `gpm` and `net_gpm` have an amount for each currency.
    """

    name: str
    value: Annotated[int, Field(ge=-10_000, le=2**63 - 1)] | None = None
    amounts: tuple[Money, ...] = ()
    at: Utc | None = None
    source: str = ""


class HistoryPoint(Model):
    """What one snapshot counted, with its source; what it did not tell is null."""

    at: Utc
    source: str
    followers: Count | None = None
    average_views: Count | None = None
    median_views: Count | None = None
    engagement_per_view: Hundredths | None = None
    views_30d: Count | None = None


class VideoOut(Model):
    """One of the last 30 videos, with its numbers as they were seen last."""

    id: str
    published_at: Utc
    seen_at: Utc
    views: Count | None = None
    likes: Count | None = None
    comments: Count | None = None
    shares: Count | None = None
    views_at_seven_days: Count | None = None


class PastCampaign(Model):
    """One of the asking brand's own collaborations with the creator, and what it sold by now."""

    campaign: Id
    collaboration: Id
    status: CollaborationStatus
    agreed_at: Utc | None = None
    completed_at: Utc | None = None
    net_sales: tuple[Money, ...] = ()


class ResponsivenessOut(Model):
    """Of all brands' invitations that were answered or ran out, how many were answered, and how soon at the median."""

    invitations: Count
    answered: Count
    median_seconds: Count | None = None


class CreatorPage(Model):
    """A creator with everything that is known of them. Of other brands only how many work with them now is told."""

    creator: CreatorOut
    figures: Annotated[tuple[FigureOut, ...], Field(description="all, in the order in which they are read")] = ()
    history: Annotated[tuple[HistoryPoint, ...], Field(description="of the last 400 days, oldest first")]
    videos: Annotated[tuple[VideoOut, ...], Field(description="newest first")]
    campaigns: tuple[PastCampaign, ...]
    other_brands_now: Count
    responsiveness: ResponsivenessOut


class OwnFigures(Model):
    """What brands see of a creator's figures, as the creator reads it: sales, dates and answers here among them."""

    figures: tuple[FigureOut, ...]
    record: Record
    brands_now: Annotated[Count, Field(description="with how many brands they work now")]
    responsiveness: ResponsivenessOut
