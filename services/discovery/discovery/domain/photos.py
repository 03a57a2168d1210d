"""A creator's photo: from whatever picture somebody sends to a small one that carries nothing but what is seen (27)."""

import io
import struct
import warnings
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

Image.MAX_IMAGE_PIXELS = None  # the limit below is looked at before anything is decoded, and is an answer, no warning

TAKEN: Final = ("JPEG", "PNG", "WEBP")
"""By their first bytes, whatever they are called; no other decoder is ever tried."""
SIDE: Final = 192
"""Pixels of each side of what is kept: the largest place of a page, twice as fine."""
LEAST_SIDE: Final = 96
MOST_PIXELS: Final = 25_000_000
"""Of the picture as it came: some 200 MB while it is decoded, twice that for a WebP."""
SHRINKS: Final = ("L", "LA", "RGB", "RGBA", "CMYK", "YCbCr")
"""Modes whose pixels can be averaged as they are."""
KIND: Final = "image/webp"
QUALITY: Final = 82
ABOVE: Final = 0.4
"""Where a tall picture is cut: faces are above the middle."""
DAMAGED: Final = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, struct.error)
"""What decoders raise on bytes that are no whole picture."""


class NoPhotoError(ValueError):
    """The bytes are no picture that is taken; the message says why, for a person."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A small square picture as WebP. `name` is made of its bytes: another picture has another name."""

    name: str
    content: bytes


def photo_of(content: bytes) -> Photo:
    """The picture cut to a square of 192 pixels, upright, on white, without EXIF or any other words.

    Raises `NoPhotoError` for what is no JPEG, PNG or WebP, moves, is smaller than 96 pixels, or has over 25 million.
    """
    try:
        # Warnings are about EXIF, which is not kept anyway.
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(content), formats=TAKEN) as picture:
            _check(picture)
            picture.draft("RGB", (2 * SIDE, 2 * SIDE))  # a JPEG is decoded no larger than that
            shrunk = picture if picture.mode in SHRINKS else picture.convert("RGBA")
            shrunk = shrunk.reduce(max(1, min(shrunk.size) // (2 * SIDE)))  # before anything makes a copy of it
            upright = ImageOps.exif_transpose(shrunk).convert("RGBA")
    except NoPhotoError:
        raise
    except UnidentifiedImageError:
        raise NoPhotoError("Choose a JPEG, PNG or WebP picture.") from None
    except DAMAGED:
        raise NoPhotoError("This picture is damaged. Save it anew, or choose another one.") from None
    small = ImageOps.fit(upright, (SIDE, SIDE), Image.Resampling.LANCZOS, centering=(0.5, ABOVE))
    made = Image.new("RGB", small.size, "white")  # a new one: nothing of what came beside the pixels is in it
    made.paste(small, mask=small)
    written = io.BytesIO()
    made.save(written, "WEBP", quality=QUALITY)
    return Photo(name=sha256(written.getvalue()).hexdigest()[:32], content=written.getvalue())


def _check(picture: Image.Image) -> None:
    """By what the picture says of itself, before its pixels are decoded."""
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise NoPhotoError(f"Choose a picture of at most {MOST_PIXELS // 1_000_000} million pixels.")
    if min(width, height) < LEAST_SIDE:
        raise NoPhotoError(f"Choose a picture of at least {LEAST_SIDE} pixels on each side.")
    if picture.format in ("PNG", "WEBP") and getattr(picture, "is_animated", False):
        raise NoPhotoError("Choose a picture that does not move.")
