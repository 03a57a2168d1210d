"""What the API tells of profiles, and how refusals are told."""

from collections.abc import Mapping

from chassis.http import Problem, unavailable, unprocessable
from chassis.http.answers import Told
from contracts.http.discovery import CreatorOut, SnapshotIn
from discovery.domain.columns import UnreadableFile
from discovery.domain.profiles import Observation, ProfileRecord
from discovery.domain.rows import network_of
from discovery.domain.snapshots import FIGURES, Figures, Snapshot, Video, at_millisecond
from discovery.search.search import NoIndexYet


def creator_out(profile: ProfileRecord) -> CreatorOut:
    """A profile as brands and operators see it."""
    state = profile.state()
    return CreatorOut(**{name: getattr(state, name) for name in type(state).model_fields}, revision=profile.revision)


def unreadable(error: UnreadableFile) -> Problem:
    """422, naming the file or the parameter."""
    return unprocessable([(error.about, f"{str(error)[:1].upper()}{str(error)[1:]}.")])


def no_index_yet(_error: NoIndexYet) -> Problem:
    """503: everything else works meanwhile."""
    return unavailable(
        "search-not-ready", "The search is not ready", "Its index is being made. Try again in a moment.", retry_after=2
    )


PROBLEMS: Mapping[type[Exception], Told] = {UnreadableFile: unreadable, NoIndexYet: no_index_yet}


def observation_in(said: SnapshotIn, who: str) -> Observation:
    """What a source tells, as it is kept. Raises `UnreadableFile` for what is no network's name."""
    snapshot = Snapshot(
        at=at_millisecond(said.at),
        source=said.source or who,
        handle=said.handle,
        display_name=said.display_name,
        figures=Figures(**{name: getattr(said, name) for name in FIGURES}),
        ages={each.band: each.share for each in said.audience.ages},
        genders={each.gender: each.share for each in said.audience.genders},
        countries={each.country: each.share for each in said.audience.countries},
        videos=tuple(
            Video(
                id=video.id,
                published_at=at_millisecond(video.published_at),
                views=video.views,
                likes=video.likes,
                comments=video.comments,
                shares=video.shares,
            )
            for video in said.videos
        ),
    )
    return Observation(network_of(said.network), said.handle, snapshot)
