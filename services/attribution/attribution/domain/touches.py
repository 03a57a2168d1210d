"""Candidates of an order, and which of them are touches: in the window and eligible (MONEY 1, 2, 4, 6, 9)."""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

from attribution.domain.decisions import Candidate, TouchKind, Verdict
from attribution.domain.facts import Ban, Click, Collaboration, Coupon, Span, Terms, World
from attribution.domain.instants import HOUR_S, end_of_second, milliseconds, seconds
from attribution.domain.values import frozen
from contracts.ids import BrandId, CreatorId

AHEAD_S = HOUR_S
"""How far a click may seem to lie after its order by our clock: the order carries its id, so it came first."""


def normal_code(code: str) -> str:
    """How codes compare: trimmed, NFKC, casefold, NFKC (MONEY, reading 9)."""
    folded = unicodedata.normalize("NFKC", code.strip()).casefold()
    return unicodedata.normalize("NFKC", folded)


TouchKey = tuple[TouchKind, str]


@frozen
class Touch:
    """A candidate that may earn: whose it is, the version of the terms that it fixed, and the one that pays it.

    `pays` is `terms`, or a later version that favours the creator (MONEY 20). `clicked_ms` orders clicks; `code`
    (normal) and `created_at` order codes.
    """

    kind: TouchKind
    id: str
    creator: str
    collaboration: str
    campaign: str
    terms: Terms
    pays: Terms
    code: str = ""
    clicked_ms: int = 0
    created_at: datetime | None = None

    @property
    def key(self) -> TouchKey:
        """What it is called within its order."""
        return self.kind, self.id


@frozen
class Setting:
    """Against what an order's candidates are judged: the world, the order's brand and its time."""

    world: World
    brand: BrandId
    placed_at: datetime


Found = tuple[Candidate, Touch | None]


def clicks_of(ids: Iterable[str], setting: Setting) -> list[Found]:
    """Every click id once, as the order carries them, with its touch if it may earn."""
    return [_click(id_, setting) for id_ in dict.fromkeys(ids)]


def codes_of(codes: Iterable[str], setting: Setting) -> list[Found]:
    """Every code once, however often and however spelled, with its touch if it may earn."""
    spelled: dict[str, str] = {}
    for code in codes:
        spelled.setdefault(normal_code(code), code)
    return [_code(spelling, normal, setting) for normal, spelling in spelled.items()]


def _click(id_: str, setting: Setting) -> Found:
    click = setting.world.clicks.get(id_)
    if click is None:
        return Candidate(TouchKind.CLICK, id_, Verdict.CLICK_UNKNOWN), None
    if click.brand != setting.brand:
        return Candidate(TouchKind.CLICK, id_, Verdict.OTHER_BRAND), None
    at = min(click.at, setting.placed_at)
    collaboration = setting.world.collaborations.get(click.collaboration)
    terms = None if collaboration is None else _terms_at(collaboration, at)
    verdict = _click_verdict(click, setting.placed_at) or _verdict(click.creator, collaboration, terms, at, setting)
    if verdict is None and terms is not None and _elapsed(at, setting) > terms.window_hours * HOUR_S:
        verdict = Verdict.OUTSIDE_WINDOW
    candidate = Candidate(
        TouchKind.CLICK,
        id_,
        verdict or Verdict.WON,
        click.creator,
        click.collaboration,
        click.campaign,
        click.at,
        None if terms is None else terms.number,
        bot_rule=click.bot_rule,
    )
    if verdict is not None or terms is None or collaboration is None:
        return candidate, None
    touch = Touch(
        TouchKind.CLICK,
        id_,
        click.creator,
        click.collaboration,
        click.campaign,
        terms,
        _rate_locked(terms, collaboration, setting.placed_at),
        clicked_ms=milliseconds(click.at),
    )
    return candidate, touch


def _code(spelling: str, normal: str, setting: Setting) -> Found:
    coupon = setting.world.coupons.get(normal)
    if coupon is None or coupon.brand != setting.brand:
        return Candidate(TouchKind.CODE, spelling, Verdict.CODE_NOT_OURS), None
    at = setting.placed_at
    collaboration = setting.world.collaborations.get(coupon.collaboration)
    terms = None if collaboration is None else _terms_at(collaboration, at)
    verdict = _coupon_verdict(coupon, at) or _verdict(coupon.creator, collaboration, terms, at, setting)
    candidate = Candidate(
        TouchKind.CODE,
        spelling,
        verdict or Verdict.WON,
        coupon.creator,
        coupon.collaboration,
        coupon.campaign,
        at,
        None if terms is None else terms.number,
        coupon.id,
    )
    if verdict is not None or terms is None:
        return candidate, None
    touch = Touch(
        TouchKind.CODE,
        spelling,
        coupon.creator,
        coupon.collaboration,
        coupon.campaign,
        terms,
        terms,
        code=normal,
        created_at=coupon.created_at,
    )
    return candidate, touch


def _elapsed(at: datetime, setting: Setting) -> int:
    return seconds(setting.placed_at) - seconds(at)


def _verdict(
    creator: CreatorId, collaboration: Collaboration | None, terms: Terms | None, at: datetime, setting: Setting
) -> Verdict | None:
    """Why a touch at that time of that creator's can't earn; None if it can."""
    if collaboration is None:
        return Verdict.TERMS_UNKNOWN
    if collaboration.brand != setting.brand:
        return Verdict.OTHER_BRAND
    barred = _ineligible(collaboration, terms, at, setting.placed_at)
    if barred is None and setting.world.bans is not None:
        banned = _banned(setting.world.bans.get(creator), setting.placed_at)
        return Verdict.BANNED if banned else None
    return barred


def _click_verdict(click: Click, placed_at: datetime) -> Verdict | None:
    if click.bot:
        return Verdict.BOT
    if seconds(click.at) - seconds(placed_at) > AHEAD_S:
        return Verdict.AFTER_THE_ORDER
    return None


def _coupon_verdict(coupon: Coupon, placed_at: datetime) -> Verdict | None:
    """Ended by the order's time. A code that became ours later is a late code, and counts (MONEY, reading 9)."""
    if coupon.ended_at is not None:
        return Verdict.CODE_ENDED if seconds(coupon.ended_at) <= seconds(placed_at) else None
    return Verdict.CODE_ENDED if coupon.ended else None


def _terms_at(collaboration: Collaboration, at: datetime) -> Terms | None:
    """The highest number whose time has come (MONEY, reading 20)."""
    then = end_of_second(at)
    best: Terms | None = None
    for version in collaboration.terms:
        if version.in_force_at <= then and (best is None or version.number > best.number):
            best = version
    return best


def _rate_locked(terms: Terms, collaboration: Collaboration, placed_at: datetime) -> Terms:
    """What pays a touch that fixed `terms`: the version in force at the order's time if that one favours the creator.

    Of it rates, tiers, cap and hold apply. Window and coverage stay those of the touch, for it is contested by `terms`;
    a version that favours covers all that they cover (MONEY 20 and its reading).
    """
    if len(collaboration.terms) == 1:
        return terms
    later = _terms_at(collaboration, placed_at)
    if later is None or later.number == terms.number or not later.favours:
        return terms
    return later


def _ineligible(collaboration: Collaboration, terms: Terms | None, at: datetime, placed_at: datetime) -> Verdict | None:
    """Why the collaboration can't earn by a touch at that time (MONEY 6 and its reading)."""
    then = end_of_second(at)
    if collaboration.completed_at is not None and collaboration.completed_at <= then:
        barred = _barred_when_completed(collaboration, terms, seconds(collaboration.completed_at), then, placed_at)
    elif _within(collaboration.active, then):
        barred = None
    else:
        begun = any(span.start <= then for span in collaboration.active)
        barred = Verdict.PAUSED_OR_ENDED if begun else Verdict.NOT_BEGUN
    return Verdict.NO_TERMS_IN_FORCE if barred is None and terms is None else barred


def _barred_when_completed(
    collaboration: Collaboration, terms: Terms | None, completed: int, then: datetime, placed_at: datetime
) -> Verdict | None:
    """Completed keeps earning until the campaign's end + window, unless it was paused or ended since."""
    stopped_since = any(
        span.end is not None and span.end <= then and completed < seconds(span.end) for span in collaboration.active
    )
    if stopped_since and not _within(collaboration.active, then):
        return Verdict.PAUSED_OR_ENDED
    end = collaboration.campaign_end
    if end is not None and terms is not None and seconds(placed_at) > seconds(end) + terms.window_hours * HOUR_S:
        return Verdict.CAMPAIGN_OVER
    return None


def _within(spans: Sequence[Span], then: datetime) -> bool:
    """Whether one of the spans covers the second of which `then` is the end."""
    return any(span.start <= then and (span.end is None or then < span.end) for span in spans)


def _banned(ban: Ban | None, placed_at: datetime) -> bool:
    """A ban bars from the second after it took effect until it is lifted (MONEY 6 and its reading)."""
    placed = seconds(placed_at)
    return ban is not None and any(
        seconds(span.start) < placed and (span.end is None or placed < seconds(span.end)) for span in ban.spans
    )
