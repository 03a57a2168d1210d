"""What a source counted of creators (D3)."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.discovery import Audience, Count, Hundredths
from contracts.envelope import Model, Utc

WHOLE = 10_000


class VideoIn(Model):
    """One video with its numbers, as they are at the snapshot's time; an unknown one is absent."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    published_at: Utc
    views: Count | None = None
    likes: Count | None = None
    comments: Count | None = None
    shares: Count | None = None


class SnapshotIn(Model):
    """One look at one creator at one time.

    `source` is whose figures these are, the caller's id where it is absent. `videos_per_week` is in hundredths of a
    video, audience shares in hundredths of a percent. From `videos`, the last ones of up to 30, follow the averages,
    median, and 30 days' figures that the source does not tell itself.
    """

    network: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    handle: Annotated[
        str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\s@/\x00-\x1f\x7f][^\s/\x00-\x1f\x7f]*$")
    ]
    at: Utc
    source: Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z0-9.:-]*$")] = ""
    display_name: Annotated[str, StringConstraints(max_length=400)] = ""
    followers: Count | None = None
    average_views: Count | None = None
    average_likes: Count | None = None
    average_comments: Count | None = None
    average_shares: Count | None = None
    median_views: Count | None = None
    videos_per_week: Hundredths | None = None
    videos_30d: Count | None = None
    views_30d: Count | None = None
    audience: Audience = Audience()
    videos: Annotated[tuple[VideoIn, ...], Field(max_length=30)] = ()

    @model_validator(mode="after")
    def _shares_are_of_one_whole(self) -> Self:
        for name in ("ages", "genders", "countries"):
            shares = getattr(self.audience, name)
            if sum(each.share for each in shares) > WHOLE:
                raise ValueError(f"the audience's {name} are more than all of it")
        return self


class SnapshotsIn(Model):
    """Up to 100 snapshots."""

    snapshots: Annotated[tuple[SnapshotIn, ...], Field(min_length=1, max_length=100)]


class SnapshotsOut(Model):
    """How many profiles they made, changed, and left as they were; one that is told twice is unchanged.

    `erased` were refused, as their persons were erased on request.
    """

    new: Count
    changed: Count
    unchanged: Count
    erased: Count = 0
