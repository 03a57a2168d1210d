"""What a file's first part says of it: no text at all, or text, and in which encoding."""

import codecs
from typing import Final

from charset_normalizer import from_bytes

from discovery.domain.columns import UnreadableFile
from discovery.domain.counts import shown

KINDS: Final = (
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook: save it as CSV"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file: save it as CSV"),
    (b"\x1f\x8b", "a gzip archive: unpack it first"),
    (b"BZh", "a bzip2 archive: unpack it first"),
    (b"\xfd7zXZ", "an xz archive: unpack it first"),
    (b"7z\xbc\xaf", "a 7-Zip archive: unpack it first"),
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3", "a database"),
    (b"PAR1", "a Parquet file: save it as CSV"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LIKELY: Final = [
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874", "koi8_r"),
    *("cp932", "euc_jp", "gb18030", "big5", "euc_kr"),
]
OTHERWISE: Final = "cp1252"
CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\r\f\v\x1a\x1c\x1d\x1e\x1f\x1b\x08"))
MOST_CONTROLS: Final = 0.005
FEW: Final = 4
START: Final = 400
MOST_NULS: Final = 0.4


def encoding_of(head: bytes, given: str = "") -> str:
    """The codec for a file that begins so; `given` is believed. Raises `UnreadableFile` for what is no text."""
    for beginning, what in KINDS:
        if head.startswith(beginning):
            raise UnreadableFile(f"this is {what}")
    if given:
        return _known(given)
    for mark, codec in MARKS:
        if head.startswith(mark):
            return codec
    if head.count(0) > MOST_CONTROLS * len(head) + FEW:
        return _of_wide(head)
    if len(head) - len(head.translate(None, CONTROLS)) > MOST_CONTROLS * len(head) + FEW:
        raise UnreadableFile("this is not a text file")
    return "utf-8" if _is_utf8(head) else _guessed(head)


def decoder_of(codec: str) -> codecs.IncrementalDecoder:
    """Bytes that the encoding does not have become marks that the rows are refused by; the file goes on."""
    is_utf8 = codec in {"utf-8", "utf-8-sig"}
    return codecs.getincrementaldecoder(codec)(errors="surrogateescape" if is_utf8 else "replace")


def _known(given: str) -> str:
    try:
        codec = codecs.lookup(given)
    except (LookupError, ValueError):
        codec = None
    if codec is None or not getattr(codec, "_is_text_encoding", True):
        raise UnreadableFile(f"{shown(given)} is no encoding that is known here", "encoding")
    return "utf-8-sig" if codec.name == "utf-8" else codec.name


def _of_wide(head: bytes) -> str:
    """UTF-16 without its mark: a table's first line is mostly ASCII, so every other byte is zero."""
    start = head[:START]
    half = max(1, len(start) // 2)
    if start[1::2].count(0) / half > MOST_NULS and start[::2].count(0) == 0:
        return "utf-16-le"
    if start[::2].count(0) / half > MOST_NULS and start[1::2].count(0) == 0:
        return "utf-16-be"
    raise UnreadableFile("this is not a text file")


def _is_utf8(head: bytes) -> bool:
    """Whether most lines that are not ASCII are UTF-8: text in another encoding hardly ever is, not even by chance."""
    *whole, cut = head.split(b"\n")
    lines = [line for line in whole or [cut] if not line.isascii()]
    return not lines or sum(map(_is_valid, lines)) * 2 >= len(lines)


def _is_valid(line: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(line)
    except UnicodeDecodeError:
        return False
    return True


def _guessed(head: bytes) -> str:
    whole_lines = head[: head.rfind(b"\n") + 1] or head
    best = from_bytes(whole_lines, cp_isolation=LIKELY).best()
    return best.encoding if best is not None else OTHERWISE
