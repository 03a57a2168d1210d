"""Which column may hold which field, by what its header says and by what it holds."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from discovery.domain.fields import Field
from discovery.domain.values import is_a_count, is_above_its_like, looks_like, may_be
from discovery.domain.words import words_of

NETWORKS = r"(?:tik ?tok|instagram|insta|ig|you ?tube|yt|twitch|twitter|x|facebook|snapchat|pinterest)"
PERSON = r"(?:account|channel|ch|profile|user|creator|influencer|author|blogger)"
TALENT = r"(?:tik ?toker|you ?tuber|insta(?:gram)?m?er|streamer)"
HANDLES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:.* )?(?:handle|handler|user ?name|unique id|screen name|login)|{PERSON} id",
        rf"{TALENT}(?: name)?|influencer insta name",
        rf"{NETWORKS}(?: account| channel| profile)?|account(?: name)?|user|profile|channel|creator|influencer",
        rf"{NETWORKS} name|channel name",
    )
)
NAMES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:.* )?(?:display name|full name|real name|nick ?name)|name",
        rf"(?:{NETWORKS}|{PERSON}) name|{NETWORKS} {PERSON} name",
        rf"title|channel|creator|influencer|author|blogger|{TALENT} name|{NETWORKS} channel",
    )
)
PLATFORMS: Final = (re.compile(r"(?:social )?(?:network|platform)(?: name)?"),)
LOOKED: Final = "captured|scraped|crawled|collected|fetched|retrieved|measured|checked|observed|updated"
DATES: Final = (
    re.compile(rf"as of(?: date)?|(?:last )?(?:{LOOKED})(?: at| on)?|last update|stand"),
    re.compile(r"(?:(?:snapshot|data|record|report|capture|crawl|scrape|collection|update) )?(?:date|datum|timestamp)"),
)
"""Of when a row is; when somebody was born or joined is none."""

FOLLOWERS: Final = frozenset(
    {
        *("followers", "follower", "subscribers", "subscriber", "subs", "fans", "abonnes", "abonnenten", "abonnements"),
        *("seguidores", "iscritti", "seguaci", "follower", "seuraajat", "seuraajia", "inscritos", "suscriptores"),
    }
)
AVERAGE: Final = frozenset({"avg", "average", "mean", "averages", "per", "media", "moyenne", "promedio"})
COUNTED: Final = {
    Field.AVERAGE_VIEWS: frozenset({"views", "view", "plays", "play", "vues", "visualizzazioni", "vistas"}),
    Field.AVERAGE_LIKES: frozenset({"likes", "like", "hearts", "diggs", "digg"}),
    Field.AVERAGE_COMMENTS: frozenset({"comments", "comment", "commentaires", "commenti", "comentarios"}),
    Field.AVERAGE_SHARES: frozenset({"shares", "share", "partages", "condivisioni"}),
}
OTHER_FIGURES: Final = frozenset(
    {"growth", "rate", "ratio", "gained", "lost", "change", "percent", "rank", "total", "following", "engagement"}
)
"""A header with one of these counts something else."""

OTHER_NUMBERS: Final = frozenset(
    {
        *("id", "number", "no", "nr", "num", "index", "score", "age", "year", "date", "price", "cost", "fee", "budget"),
        *("posts", "videos", "uploads", "phone", "zip", "postcode", "sales", "revenue", "orders", "gmv", "reach"),
    }
)
"""A header with one of these is never believed to count followers, whatever its column holds."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """Columns by field: those whose headers say it, and those that are known by their values alone."""

    by_header: Mapping[Field, tuple[int, ...]]
    by_values: Mapping[Field, tuple[int, ...]]

    def get(self, field: Field) -> tuple[int, ...]:
        """The field's columns; none if nothing speaks for any."""
        return self.by_header.get(field) or self.by_values.get(field) or ()


def suggest(
    titles: Sequence[str],
    taken: frozenset[int] = frozenset(),
    skip: frozenset[Field] = frozenset(),
    values: Sequence[Sequence[str]] = (),
) -> Suggested:
    """The columns that the headers speak of; of several that may be meant, the one that says it best.

    Before a column whose first values can't be what its header says, another one counts that says it, too; and where no
    header says it, handles, networks, and the only column that can be followers are known by their values.
    """
    found = _by_header(titles, taken, skip, values)
    used = taken.union(*found.values())
    free = [at for at in range(len(values)) if at not in used]
    by_values: dict[Field, tuple[int, ...]] = {}
    for field in (Field.HANDLE, Field.NETWORK):
        if field in found or field in skip:
            continue
        fitting = [at for at in free if looks_like(field, values[at])]
        if fitting:
            by_values[field] = (fitting[0],)
            free.remove(fitting[0])
    only = _only_count(titles, values)
    if only in free and Field.FOLLOWERS not in found and Field.FOLLOWERS not in skip:
        by_values[Field.FOLLOWERS] = (only,)
    return Suggested(found, by_values)


def _only_count(titles: Sequence[str], values: Sequence[Sequence[str]]) -> int:
    """The one column whose values look like followers, if no header says what else it counts; -1 if there is none."""
    counts = [at for at, held in enumerate(values) if looks_like(Field.FOLLOWERS, held)]
    says_else = OTHER_FIGURES | OTHER_NUMBERS | AVERAGE | frozenset[str]().union(*COUNTED.values())
    only = counts[0] if len(counts) == 1 else -1
    is_told = only < 0 or is_a_count(titles[only]) or bool(says_else & set(plain(titles[only]).split()))
    return -1 if is_told else only


def plain(title: str) -> str:
    """`followerCount`, `Follower count` and `follower_count` are one title."""
    return " ".join(words_of(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", title)))


def is_a_row(titles: Sequence[str], values: Sequence[Sequence[str]]) -> bool:
    """Whether what should be a header is a creator already: a handle above handles, and no header's word."""
    return any(
        is_above_its_like(title, held) and not _names_handles(title) for title, held in zip(titles, values, strict=True)
    )


def is_no_header(handle: str, count: str) -> bool:
    """The same of the cells in two columns that were named by number, and may hold plain handles."""
    return is_a_count(count) and not _names_handles(handle)


def _names_handles(title: str) -> bool:
    return any(pattern.fullmatch(plain(title)) for pattern in HANDLES)


def says_plainly(field: Field, title: str) -> bool:
    """Whether a header that is suggested for the field can hardly mean another: `handle`, and not `channel` or `x`."""
    looser = {Field.HANDLE: HANDLES, Field.DISPLAY_NAME: NAMES}
    return field not in looser or looser[field][0].fullmatch(plain(title)) is not None


def _by_header(
    titles: Sequence[str], taken: frozenset[int], skip: frozenset[Field], values: Sequence[Sequence[str]]
) -> dict[Field, tuple[int, ...]]:
    left = ["" if at in taken else plain(title) for at, title in enumerate(titles)]
    seen = dict(enumerate(values))
    found: dict[Field, tuple[int, ...]] = {}

    def take(field: Field, likes: Sequence[Callable[[str], object]]) -> None:
        if field in skip:
            return
        told = [(at, title) for like in likes for at, title in enumerate(left) if title and like(title)]
        fitting = (title for at, title in told if may_be(field, seen.get(at, ())))
        title = next(fitting, told[0][1] if told and field is not Field.AS_OF else None)
        if title is not None:
            found[field] = tuple(at for at, other in enumerate(left) if other == title)
            for at in found[field]:
                left[at] = ""

    take(Field.NETWORK, [pattern.fullmatch for pattern in PLATFORMS])
    take(Field.HANDLE, [pattern.fullmatch for pattern in HANDLES])
    take(Field.DISPLAY_NAME, [pattern.fullmatch for pattern in NAMES])
    take(Field.FOLLOWERS, [_counts_followers])
    for field in COUNTED:
        take(field, [partial(_averages, field)])
    take(Field.AS_OF, [pattern.fullmatch for pattern in DATES])
    return found


def _counts_followers(title: str) -> bool:
    words = set(title.split())
    return bool(words & FOLLOWERS) and not words & (OTHER_FIGURES - {"total"}) and not words & AVERAGE


def _averages(field: Field, title: str) -> bool:
    words = set(title.split())
    return bool(words & COUNTED[field]) and bool(words & AVERAGE) and not words & OTHER_FIGURES
