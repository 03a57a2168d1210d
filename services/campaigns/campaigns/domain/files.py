"""What an uploaded file is: by its bytes, not by its name or by what was said of it (C2)."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import puremagic

HEAD: Final = 8192
"""So many bytes of a file tell what it is."""
LONGEST_NAME: Final = 150
ANY: Final = frozenset({"", "application/octet-stream", "binary/octet-stream"})
"""Content types that say nothing."""


class RefusedFile(Exception):
    """The file is not taken; the message is a sentence for a person. HTTP 422."""


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file that is taken: its media type and the endings that its name may have, the usual one first."""

    media_type: str
    endings: tuple[str, ...]
    name: str


_TYPES: Final = (
    FileType("image/png", ("png",), "a PNG picture"),
    FileType("image/jpeg", ("jpg", "jpeg", "jpe"), "a JPEG picture"),
    FileType("image/gif", ("gif",), "a GIF picture"),
    FileType("image/webp", ("webp",), "a WebP picture"),
    FileType("application/pdf", ("pdf",), "a PDF document"),
    FileType("video/mp4", ("mp4", "m4v"), "an MP4 video"),
    FileType("video/quicktime", ("mov", "qt"), "a QuickTime video"),
    FileType("video/webm", ("webm",), "a WebM video"),
    FileType("application/zip", ("zip",), "a ZIP archive"),
)
TYPES: Mapping[str, FileType] = MappingProxyType({each.media_type: each for each in _TYPES})
BY_ENDING: Mapping[str, FileType] = MappingProxyType({end: each for each in _TYPES for end in each.endings})
_SAME: Mapping[str, str] = MappingProxyType(
    {
        "image/jpg": "image/jpeg",
        "image/pjpeg": "image/jpeg",
        "image/apng": "image/png",
        "video/x-m4v": "video/mp4",
        "application/x-zip-compressed": "application/zip",
        "application/x-pdf": "application/pdf",
    }
)
TAKEN: Final = (
    "PNG, JPEG, GIF and WebP pictures, PDF documents, MP4, QuickTime and WebM videos, and ZIP archives are taken"
)


def type_of(head: bytes, said: str, name: str) -> FileType:
    """What the bytes are. Raises `RefusedFile` for what is not taken, and for a name or type that says otherwise.

    `head` are the file's first 8 KB, `said` the request's content type, `name` the file's own.
    """
    if not head:
        raise RefusedFile("The file is empty.")
    found = _sniffed(head)
    if found is None:
        raise RefusedFile(f"This kind of file is not taken: {TAKEN}.")
    plain = said.partition(";")[0].strip().lower()
    plain = _SAME.get(plain, plain)
    if plain not in ANY and plain != found.media_type:
        raise RefusedFile(f"It is said to be {_shown(plain)}, and its bytes are {found.name}.")
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending and ending not in found.endings:
        raise RefusedFile(f"Its name ends in .{_shown(ending)}, and its bytes are {found.name}.")
    return found


def _sniffed(head: bytes) -> FileType | None:
    """The kind that the bytes begin as; None for all others.

    MP4 and QuickTime share a frame whose brand tells them apart; the library's guesses for it go by the name as well.
    """
    if head[4:8] == b"ftyp":
        return TYPES["video/quicktime" if head[8:12] == b"qt  " else "video/mp4"]
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return None
    for match in matches:
        found = TYPES.get(_SAME.get(match.mime_type, match.mime_type)) or _by_ending(match.extension)
        if found is not None and match.byte_match and _begins_as(head, found):
            return found
    return None


def _by_ending(extension: str) -> FileType | None:
    return BY_ENDING.get(extension.lstrip(".").lower())


def _begins_as(head: bytes, kind: FileType) -> bool:
    """Whether it begins so at its very first byte: a signature further on makes a picture out of a page."""
    if kind.media_type == "image/webp" and head[8:12] != b"WEBP":
        return False
    return head.startswith(_BEGINNINGS[kind.media_type])


_BEGINNINGS: Mapping[str, tuple[bytes, ...]] = MappingProxyType(
    {
        "image/png": (b"\x89PNG\r\n\x1a\n",),
        "image/jpeg": (b"\xff\xd8\xff",),
        "image/gif": (b"GIF87a", b"GIF89a"),
        "image/webp": (b"RIFF",),
        "application/pdf": (b"%PDF-",),
        "video/webm": (b"\x1a\x45\xdf\xa3",),
        "application/zip": (b"PK\x03\x04", b"PK\x05\x06"),
    }
)


def clean_name(name: str, kind: FileType) -> str:
    """A name that is safe to show and to save: no path, no control or direction characters, an ending that is true."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C" and letter not in '<>:"|?*/')
    stem, dot, ending = kept.rpartition(".")
    if not dot or ending.lower() not in kind.endings:
        stem, ending = kept, kind.endings[0]
    return f"{stem.strip(' .')[:LONGEST_NAME] or 'file'}.{ending.lower()}"


def _shown(text: str) -> str:
    return "".join(letter for letter in text[:60] if letter.isascii() and letter.isprintable()) or "something else"
