"""A made-up list of creators to try things with: the shape and the dirt of real exports, and nobody real in it."""

import csv
import io
import random
from collections.abc import Iterator, Sequence
from typing import Final

HEADER: Final = (
    *("Creator handle", "Creator name", "Followers", "Followers", "Views avg.", "Views avg."),
    *("Likes avg", "Likes avg", "Comments avg.", "Shares avg", "Country"),
)
SYLLABLES: Final = (
    *("ba", "be", "chi", "da", "do", "el", "fa", "fi", "ga", "ha", "jo", "ka", "ki", "la", "le", "li", "lo", "ma"),
    *("mi", "mo", "na", "ne", "ni", "no", "pa", "pi", "ra", "re", "ri", "ro", "sa", "si", "so", "ta", "ti", "to"),
    *("va", "vi", "wa", "ya", "yo", "za", "zu"),
)
WORDS: Final = (
    *("bakes", "cooks", "crafts", "cycles", "dances", "draws", "gardens", "knits", "lifts", "makes", "paints", "plays"),
    *("reads", "runs", "sews", "sings", "studio", "travels", "tries", "vlogs", "walks", "writes"),
)
SCRIPTS: Final[Sequence[tuple[str, tuple[str, ...], tuple[str, ...]]]] = (
    ("US", ("Marlo", "Tessy", "Corwin", "Jubel", "Odella"), ("Fernhollow", "Brackwater", "Tilsby", "Ashgrove")),
    ("IT", ("Nerina", "Tullio", "Perla", "Fosco"), ("Montalbàn", "Lucèrnola", "Pietràlta", "Campofiorìn")),
    ("ES", ("Íñigo", "Maravillas", "Begoña", "Ulises"), ("Peñaclara", "Arroyálamo", "Güelmes", "Cañaveral")),
    ("FI", ("Aamu", "Säde", "Väinö", "Hilla"), ("Järvelämpi", "Kuusisalmi", "Pöyhtö", "Lumikoski")),
    ("VN", ("Thảo Nhiên", "Đăng Khuê", "Mỹ Duyệt", "Ánh Hường"), ("Ngô Lữ", "Đoàn Thục", "Phùng Ấn")),
    ("UA", ("Зоряна", "Любава", "Радим"), ("Вербицька-Лан", "Криничний", "Степовий")),
    ("GR", ("Ανθούλα", "Φοίβος", "Μυρσίνη"), ("Λιβαδάκη", "Πετρινός", "Θαλασσινού")),
    ("EG", ("نورسين", "رهف", "تيم"), ("الوردي", "السهلي", "بحراوي")),
    ("IL", ("נעמה", "יובל", "תמר"), ("אגמון", "שדות", "כרמלית")),
    ("IN", ("आर्विका", "तन्मयी", "विहान"), ("सूर्यवन", "कमलेश्री", "नदीवाल")),
    ("TH", ("ฟ้าใส", "ดาวเหนือ", "น้ำหวาน"), ("ทองทะเล", "ศรีดอกไม้")),
    ("JP", ("空音", "花凪", "そらね"), ("月ヶ丘", "霧島野", "星ノ瀬")),
    ("KR", ("하늬", "새봄", "가온"), ("달빛", "솔뫼", "은하")),
)
PICTURES: Final = ("🌿", "✨", "🎨", "🧶", "🚲", "📚", "🍋", "🌊", "❤️", "🪴")
DIRT_EVERY: Final = 40
"""One row in so many is dirty: half of those are refused, the others load all the same."""


def sample(count: int, seed: int = 1) -> Iterator[str]:
    """Lines of a CSV file with `count` creators and some dirt; the same seed gives the same file."""
    luck = random.Random(seed)  # noqa: S311 - made-up people, no secrets
    written = io.StringIO()
    out = csv.writer(written, lineterminator="\r\n")

    def line(cells: Sequence[object]) -> str:
        out.writerow(cells)
        text = written.getvalue()
        written.seek(0)
        written.truncate()
        return text

    yield line(HEADER)
    for number in range(count):
        row = _creator(number, luck)
        yield line(row)
        if number % DIRT_EVERY == DIRT_EVERY - 1:
            yield line(_dirty(row, number // DIRT_EVERY, luck))


def _creator(number: int, luck: random.Random) -> list[object]:
    country, given, family = luck.choice(SCRIPTS)
    followers = _rounded(luck.lognormvariate(12.2, 1.5) + 500)
    views = _rounded(followers * luck.uniform(0.05, 0.9))
    likes = _rounded(views * luck.uniform(0.02, 0.18))
    comments = _rounded(likes * luck.uniform(0.004, 0.03))
    return [
        _handle(number, luck),
        _name(given, family, luck),
        *(short(followers), followers, short(views), views, short(likes), likes),
        *(short(comments), short(_rounded(likes * luck.uniform(0.005, 0.08))), country),
    ]


def _handle(number: int, luck: random.Random) -> str:
    """Its end is the row's number, so no two are alike."""
    stem = "".join(luck.choices(SYLLABLES, k=luck.randint(2, 3)))
    return luck.choice(
        (f"{stem}.{luck.choice(WORDS)}{number}", f"{stem}_{luck.choice(WORDS)}.{number}", f"_{stem}{number}_")
    )


def _name(given: Sequence[str], family: Sequence[str], luck: random.Random) -> str:
    name = f"{luck.choice(given)} {luck.choice(family)}"
    return f"{name} {luck.choice(PICTURES)}" if luck.random() < 0.2 else name  # noqa: PLR2004 - one in five


def _dirty(row: Sequence[object], kind: int, luck: random.Random) -> Sequence[object]:
    """What exports are full of. Odd kinds are refused, even ones load or say nothing."""
    fresh = f"{row[0]}.{luck.choice(WORDS)}"
    kinds: Sequence[Sequence[object]] = (
        ["" for _ in row],
        [fresh, row[1], "abc", "abc", *row[4:]],
        [f"@{fresh}", "N/A", "N/A", "", *row[4:]],
        ["", *row[1:]],
        [fresh, f"{row[1]}\n(the second one)", *row[2:]],
        [fresh, *row[1:], "one column", "too many"],
        row,
        [row[0], row[1], "-12", "-12", *row[4:]],
    )
    return kinds[kind % len(kinds)]


def _rounded(figure: float) -> int:
    """As the networks show it: four digits, the rest is zeros."""
    whole = max(1, int(figure))
    unit: int = 10 ** max(0, len(str(whole)) - 4)
    return whole // unit * unit


def short(figure: int) -> str:
    """`221700` as `221.7K`."""
    for size, letter in ((10**9, "B"), (10**6, "M"), (10**3, "K")):
        if figure >= size:
            return f"{figure * 10 // size / 10:g}{letter}"
    return str(figure)
