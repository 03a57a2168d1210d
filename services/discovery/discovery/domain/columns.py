"""Which column of a file holds which field: suggested from the headers, or given by whoever imports."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final

from discovery.domain.counts import shown
from discovery.domain.fields import Field
from discovery.domain.values import looks_like, may_be
from discovery.domain.words import words_of

MOST_COLUMNS: Final = 5000
SHOWN_HEADERS: Final = 30


class UnreadableFile(Exception):
    """Nothing can be read from the file, or not as asked; the message says why. Exit status 2, HTTP 422."""

    def __init__(self, message: str, about: str = "file") -> None:
        super().__init__(message)
        self.about = about
        """What to change: `file`, `mapping`, `network` or `encoding`."""


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


@dataclass(frozen=True)
class Columns:
    """The columns of each field, from 0; several where a header stands more than once."""

    header: tuple[str, ...]
    of: Mapping[Field, tuple[int, ...]]

    @cached_property
    def reach(self) -> int:
        """How many cells a row needs."""
        return 1 + max(max(places) for places in self.of.values())

    def told(self) -> dict[str, str]:
        """Each field's header, for people."""
        return {field.value: self.header[places[0]] or f"#{places[0] + 1}" for field, places in self.of.items()}


def choose(
    header: Sequence[str],
    given: Mapping[str, str],
    remembered: Mapping[str, str] | None = None,
    sample: Sequence[Sequence[str]] = (),
) -> Columns:
    """The columns by headers and values, and where `given` names one for a field, by that; an empty one leaves it out.

    A column is named by its header or by its number, `#4`. What is `remembered` from an earlier file counts where this
    one has such a column. `sample` are the first rows. Raises `UnreadableFile`.
    """
    titles = tuple(title.strip() for title in header)
    if len(titles) > MOST_COLUMNS:
        raise UnreadableFile(f"{len(titles):,} columns are more than a list of creators has")
    given = {**_still_there(titles, remembered or {}), **given}
    named: dict[Field, tuple[int, ...]] = {}
    left_out = set()
    for name, title in given.items():
        field = _field(name)
        if title.strip():
            named[field] = _named(titles, field, title.strip())
        else:
            left_out.add(field)
    taken = {at for places in named.values() for at in places}
    values = [[row[at] if at < len(row) else "" for row in sample] for at in range(len(titles))]
    suggested = suggest(titles, frozenset(taken), skip=frozenset(named) | frozenset(left_out), values=values)
    of = {field: places for field in Field if (places := named.get(field) or suggested.get(field))}
    if Field.HANDLE not in of:
        raise UnreadableFile(
            f"no column looks like the creators' handles: name it by handle=<column>; the columns are {_list(titles)}",
            "mapping",
        )
    return Columns(titles, of)


def suggest(
    titles: Sequence[str],
    taken: frozenset[int] = frozenset(),
    skip: frozenset[Field] = frozenset(),
    values: Sequence[Sequence[str]] = (),
) -> dict[Field, tuple[int, ...]]:
    """The columns that the headers speak of; of several that may be meant, the one that says it best.

    Before a column whose first values can't be what its header says, another one counts that says it, too; and where no
    header says it, handles and networks are known by their values.
    """
    plain = ["" if at in taken else _plain(title) for at, title in enumerate(titles)]
    seen = dict(enumerate(values))
    found: dict[Field, tuple[int, ...]] = {}

    def take(field: Field, likes: Sequence[Callable[[str], object]]) -> None:
        if field in skip:
            return
        told = [(at, title) for like in likes for at, title in enumerate(plain) if title and like(title)]
        fitting = (title for at, title in told if may_be(field, seen.get(at, ())))
        title = next(fitting, told[0][1] if told else None)
        if title is not None:
            found[field] = tuple(at for at, other in enumerate(plain) if other == title)
            for at in found[field]:
                plain[at] = ""

    take(Field.NETWORK, [pattern.fullmatch for pattern in PLATFORMS])
    take(Field.HANDLE, [pattern.fullmatch for pattern in HANDLES])
    take(Field.DISPLAY_NAME, [pattern.fullmatch for pattern in NAMES])
    take(Field.FOLLOWERS, [_counts_followers])
    for field in COUNTED:
        take(field, [partial(_averages, field)])
    free = [at for at in seen if at not in taken and not any(at in places for places in found.values())]
    for field in (Field.HANDLE, Field.NETWORK):
        if field in found or field in skip:
            continue
        at = next((at for at in free if looks_like(field, seen[at])), None)
        if at is not None:
            found[field] = (at,)
            free.remove(at)
    return found


def _still_there(titles: Sequence[str], remembered: Mapping[str, str]) -> dict[str, str]:
    """Of an earlier mapping what this file has, too; which fields were left out stays so."""
    found = {}
    for name, title in remembered.items():
        try:
            if title:
                _named(titles, _field(name), title)
        except UnreadableFile:
            continue
        found[name] = title
    return found


def _counts_followers(title: str) -> bool:
    words = set(title.split())
    return bool(words & FOLLOWERS) and not words & (OTHER_FIGURES - {"total"}) and not words & AVERAGE


def _averages(field: Field, title: str) -> bool:
    words = set(title.split())
    return bool(words & COUNTED[field]) and bool(words & AVERAGE) and not words & OTHER_FIGURES


def _plain(title: str) -> str:
    """`followerCount`, `Follower count` and `follower_count` are one title."""
    return " ".join(words_of(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", title)))


def _field(name: str) -> Field:
    try:
        return Field(name.strip().casefold())
    except ValueError:
        known = ", ".join(field.value for field in Field)
        raise UnreadableFile(f"{shown(name)} is no field; the fields are {known}", "mapping") from None


def _named(titles: Sequence[str], field: Field, title: str) -> tuple[int, ...]:
    exact = tuple(at for at, other in enumerate(titles) if other == title)
    if exact:
        return exact
    if (number := re.fullmatch(r"#([0-9]{1,4})", title)) and 1 <= int(number[1]) <= len(titles):
        return (int(number[1]) - 1,)
    alike = tuple(at for at, other in enumerate(titles) if _plain(other) and _plain(other) == _plain(title))
    if not alike:
        raise UnreadableFile(
            f"there is no column {shown(title)} for {field.value}; the columns are {_list(titles)}", "mapping"
        )
    return alike


def _list(titles: Sequence[str]) -> str:
    listed = ", ".join(dict.fromkeys(shown(title) for title in titles[:SHOWN_HEADERS]))
    return listed if len(titles) <= SHOWN_HEADERS else f"{listed} and {len(titles) - SHOWN_HEADERS:,} more"
