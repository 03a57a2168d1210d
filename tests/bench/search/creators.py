"""A great many creators of real proportions: followers by rank as in the seed file, everything else by Zipf's law."""

import csv
import itertools
import math
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from contracts.discovery import (
    DEFAULT_MARKET,
    AgeBand,
    Availability,
    Category,
    DeliverableKind,
    Gender,
    InfluencerType,
    Standing,
)
from discovery.domain.search_documents import AudienceKind, Price, SearchDocument, Share
from discovery.sample import SCRIPTS, SYLLABLES, WORDS

SEED_FILE = Path(__file__).resolve().parents[4] / "shared" / "data" / "creators" / "tiktok_top1000_2022-06.csv"
LOT = 10_000
COUNTRIES = (
    *("US", "BR", "ID", "MX", "GB", "PH", "VN", "TR", "IT", "FR", "DE", "ES", "SA", "EG", "TH"),
    *("JP", "KR", "IN", "PL", "FI", "SE", "NL", "AR", "CO", "PE", "CL", "CA", "AU", "NG", "ZA"),
)
LANGUAGES = (
    *("en", "es", "pt", "id", "ar", "fr", "tr", "vi", "it", "de"),
    *("th", "ja", "ko", "hi", "pl", "fi", "sv", "nl", "tl", "ru"),
)
CITIES = tuple(f"{a}{b}ville".title() for a, b in itertools.product(SYLLABLES[:12], SYLLABLES[:10]))
CURRENCIES = ("USD", "EUR", "GBP", "BRL", "IDR")
NAMES = tuple(name for _, given, family in SCRIPTS for name in (*given, *family))


def by_rank(values: Sequence[object]) -> list[float]:
    """The first one twice as often as the second, three times as often as the third."""
    return list(itertools.accumulate(1 / (rank + 1) for rank in range(len(values))))


COUNTRY_ODDS, LANGUAGE_ODDS = by_rank(COUNTRIES), by_rank(LANGUAGES)
CATEGORY_ODDS, CITY_ODDS, CURRENCY_ODDS = by_rank(tuple(Category)), by_rank(CITIES), by_rank(CURRENCIES)


def seed_rows() -> tuple[float, float, list[tuple[float, float]]]:
    """The most followers, by which power of the rank they fall, and (views / followers, reactions / views) of each."""
    if not SEED_FILE.is_file():
        return 1.4e8, 0.75, [(0.05, 0.1), (0.2, 0.12), (0.8, 0.15)]
    with SEED_FILE.open(encoding="utf-8-sig", newline="") as opened:
        rows = [[cell.strip() for cell in row] for row in csv.reader(opened)][1:]
    figures = [[float(row[at]) for at in (3, 5, 7, 9, 11)] for row in rows if len(row) > 11 and row[3].isdigit()]
    followers = sorted((row[0] for row in figures if row[0] > 0), reverse=True)
    power = math.log(followers[9] / followers[-1]) / math.log(len(followers) / 10)
    ratios = [(row[1] / row[0], sum(row[2:]) / row[1]) for row in figures if row[0] and row[1]]
    return followers[0], power, ratios


def creators(count: int, seed: int = 1, lots: Iterable[int] | None = None) -> Iterator[SearchDocument]:
    """So many, or some lots of them; the same seed gives the same ones, whichever lot is made first."""
    most, power, ratios = seed_rows()
    for lot in range(-(-count // LOT)) if lots is None else lots:
        rng = random.Random(seed * 1_000_003 + lot)
        for number in range(lot * LOT, min(count, (lot + 1) * LOT)):
            followers = int(most / rng.randint(1, count) ** power) + rng.randrange(1000)
            yield _creator(number, rng, followers, rng.choice(ratios))


def _creator(number: int, rng: random.Random, followers: int, ratios: tuple[float, float]) -> SearchDocument:
    reach = min(ratios[0] * rng.lognormvariate(0, 0.7), 50.0)
    engagement = min(ratios[1] * rng.lognormvariate(0, 0.4), 1.0)
    unknown = rng.random() < 0.1
    first = rng.choice(SYLLABLES) + rng.choice(SYLLABLES) + rng.choice(SYLLABLES)
    (country,) = rng.choices(COUNTRIES, cum_weights=COUNTRY_ODDS)
    (currency,) = rng.choices(CURRENCIES, cum_weights=CURRENCY_ODDS)
    prices = [Price(kind, currency, int(followers**0.7) * 10 + rng.randrange(500)) for kind in DeliverableKind]
    return SearchDocument(
        id=f"{rng.getrandbits(128):032x}",
        network="tiktok" if rng.random() < 0.8 else "instagram",
        handle=f"{first}.{rng.choice(WORDS)}{number % 97}",
        display_name=f"{first.title()} {rng.choice(NAMES)}",
        bio=" ".join(rng.choices(WORDS, k=6)),
        country=country,
        city=rng.choices(CITIES, cum_weights=CITY_ODDS)[0],
        languages=tuple(dict.fromkeys(rng.choices(LANGUAGES, cum_weights=LANGUAGE_ODDS, k=rng.choice((1, 1, 2, 3))))),
        categories=tuple(dict.fromkeys(rng.choices(tuple(Category), cum_weights=CATEGORY_ODDS, k=rng.randint(1, 4)))),
        followers=followers,
        average_views=None if unknown else int(followers * reach),
        engagement=None if unknown else int(engagement * 10_000),
        reach=None if unknown else int(reach * 10_000),
        growth=None if unknown else int(rng.gauss(200, 400)),
        videos_per_week=None if unknown else rng.randrange(2000),
        on_time=rng.randrange(5000, 10_001) if rng.random() < 0.05 else None,
        prices=tuple(prices[: rng.randint(0, 3)]),
        gpm=((currency, rng.randrange(100, 5000)),) if rng.random() < 0.1 else (),
        audience=() if unknown else tuple(_audience(rng, country)),
        influencer_type=rng.choice((None, *InfluencerType)),
        availability=rng.choice(tuple(Availability)),
        standings=((DEFAULT_MARKET, rng.choice(tuple(Standing))),),
        is_claimed=rng.random() < 0.1,
    )


def _audience(rng: random.Random, country: str) -> Iterator[Share]:
    parts = [rng.randrange(1, 100) for _ in AgeBand]
    for band, part in zip(AgeBand, parts, strict=True):
        yield Share(AudienceKind.AGE, band, 10_000 * part // sum(parts))
    women = rng.randrange(1000, 9000)
    yield Share(AudienceKind.GENDER, Gender.FEMALE, women)
    yield Share(AudienceKind.GENDER, Gender.MALE, 10_000 - women)
    yield Share(AudienceKind.COUNTRY, country, rng.randrange(3000, 9000))
