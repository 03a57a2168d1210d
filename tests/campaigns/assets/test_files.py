"""What a file is: its bytes say so, and no name or type that says otherwise is believed."""

import io
import zipfile

import pytest

from campaigns.domain import files
from campaigns.domain.files import RefusedFile, clean_name, type_of
from tests.campaigns.kit import A_PNG


def a_zip() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("a.txt", "x")
    return kept.getvalue()


MP4 = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + b"\x00" * 64
MOV = b"\x00\x00\x00\x14ftypqt  \x20\x05\x03\x00qt  " + b"\x00" * 64
GOOD = [
    pytest.param(A_PNG, "image/png", "png", id="png"),
    pytest.param(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\x00" * 64 + b"\xff\xd9", "image/jpeg", "jpg", id="jpeg"),
    pytest.param(b"\xff\xd8\xff\xe1\x00\x10Exif\x00\x00" + b"\x00" * 64 + b"\xff\xd9", "image/jpeg", "jpeg", id="exif"),
    pytest.param(b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "image/gif", "gif", id="gif"),
    pytest.param(b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 64, "image/webp", "webp", id="webp"),
    pytest.param(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "application/pdf", "pdf", id="pdf"),
    pytest.param(MP4, "video/mp4", "mp4", id="mp4"),
    pytest.param(MOV, "video/quicktime", "mov", id="mov"),
    pytest.param(b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + b"\x00" * 64, "video/webm", "webm", id="webm"),
    pytest.param(a_zip(), "application/zip", "zip", id="zip"),
]
BAD = [
    pytest.param(b"", id="empty"),
    pytest.param(b"<html><script>alert(1)</script>", id="a page"),
    pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", id="a drawing with a script"),
    pytest.param(b"MZ\x90\x00\x03" + b"\x00" * 200, id="a program"),
    pytest.param(b"\x7fELF\x02\x01\x01" + b"\x00" * 200, id="another program"),
    pytest.param(b"#!/bin/sh\nrm -rf /\n", id="a script"),
    pytest.param(b"just words", id="text"),
    pytest.param(b"<html>" + A_PNG, id="a page with a picture in it"),
    pytest.param(b"\x00" * 4096, id="zeros"),
    pytest.param(b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\x00" * 64, id="sound"),
    pytest.param(b"\x89PN", id="the beginning of a picture"),
]


@pytest.mark.parametrize(("body", "media_type", "ending"), GOOD)
def test_a_file_is_what_its_bytes_are(body, media_type, ending):
    for said in (media_type, "application/octet-stream", "", f"{media_type}; charset=x"):
        assert type_of(body[: files.HEAD], said, f"My file.{ending.upper()}").media_type == media_type
    assert type_of(body, media_type, "no ending").media_type == media_type


@pytest.mark.parametrize("body", BAD)
@pytest.mark.parametrize(("said", "name"), [("image/png", "x.png"), ("", "x"), ("text/html", "x.html")])
def test_other_kinds_are_not_taken_whatever_is_said(body, said, name):
    with pytest.raises(RefusedFile):
        type_of(body, said, name)


@pytest.mark.parametrize(
    ("said", "name", "says"),
    [
        ("image/jpeg", "x.png", "It is said to be image/jpeg, and its bytes are a PNG picture."),
        ("image/png", "x.jpg", "Its name ends in .jpg, and its bytes are a PNG picture."),
        ("image/png", "x.png.exe", "Its name ends in .exe"),
        ("text/html", "x.png", "It is said to be text/html"),
    ],
)
def test_a_file_that_lies_is_refused_in_a_clear_sentence(said, name, says):
    with pytest.raises(RefusedFile, match=says):
        type_of(A_PNG, said, name)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("lamp.png", "lamp.png"),
        ("../../etc/passwd", "passwd.png"),
        ("C:\\temp\\lamp.PNG", "lamp.png"),
        ("lamp\r\nSet-Cookie: x.png", "lampSet-Cookie x.png"),
        ("evil\u202egnp.exe", "evilgnp.exe.png"),
        ("a<b>c|d?.png", "abcd.png"),
        ("...", "file.png"),
        ("", "file.png"),
        ("x" * 500, "x" * 150 + ".png"),
        ("Lámpara 🦄.png", "Lámpara 🦄.png"),
        ("\x00.png", "file.png"),
    ],
)
def test_names_are_never_trusted(given, kept):
    assert clean_name(given, files.TYPES["image/png"]) == kept
