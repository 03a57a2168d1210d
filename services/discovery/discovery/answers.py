"""What the API tells of profiles, and how refusals are told."""

from collections.abc import Mapping

from chassis.http import Problem, unavailable, unprocessable
from chassis.http.answers import Told
from contracts.http.discovery import CreatorOut
from discovery.domain.columns import UnreadableFile
from discovery.domain.profiles import ProfileRecord
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
