"""What the API tells of profiles, and how refusals are told."""

from collections.abc import Mapping

from chassis.http import Problem, unprocessable
from chassis.http.answers import Told
from contracts.http.discovery import CreatorOut
from discovery.domain.columns import UnreadableFile
from discovery.domain.profiles import ProfileRecord


def creator_out(profile: ProfileRecord) -> CreatorOut:
    """A profile as brands and operators see it."""
    state = profile.state()
    return CreatorOut(**{name: getattr(state, name) for name in type(state).model_fields}, revision=profile.revision)


def unreadable(error: UnreadableFile) -> Problem:
    """422, naming the file or the parameter."""
    return unprocessable([(error.about, f"{str(error)[:1].upper()}{str(error)[1:]}.")])


PROBLEMS: Mapping[type[Exception], Told] = {UnreadableFile: unreadable}
