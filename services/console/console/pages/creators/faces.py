"""A creator's face beside their name: the photo that discovery keeps, or two signs. Pages load nothing from others."""

from dataclasses import dataclass
from urllib.parse import quote

from contracts.discovery import Profile
from contracts.http.discovery import RegistrationOut


@dataclass(frozen=True)
class Face:
    """`photo` is its path here, empty without one; then the initials stand there."""

    name: str
    initials: str
    photo: str = ""


def face_of(who: Profile | RegistrationOut) -> Face:
    """The face of a profile: for brands and operators of one's public state, for a creator of their own."""
    id_ = who.profile if isinstance(who, RegistrationOut) else who.id
    photo = f"/photos/{quote(id_, safe='')}/{quote(who.photo, safe='')}" if who.photo else ""
    return Face(name_of(who), initials_of(who), photo)


def name_of(who: Profile | RegistrationOut) -> str:
    """What a creator is called: their name, or the handle."""
    return who.display_name or f"@{who.handle}"


def initials_of(who: Profile | RegistrationOut) -> str:
    """Two signs that stand where a picture would."""
    words = [word for word in (who.display_name or who.handle).split() if word[0].isalnum()]
    signs = [words[0][0], *([words[-1][0]] if len(words) > 1 else [])] if words else ["@"]
    return "".join(signs).upper()
