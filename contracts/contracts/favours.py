"""Whether a version of the terms favours the creator: one rule for who announces it and who pays by it (MONEY 20)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import combinations_with_replacement, product

from contracts.campaigns import CustomerKind, Rate, TermsVersion
from contracts.money import Money

KINDS: tuple[CustomerKind | None, ...] = (None, *CustomerKind)


def favours_creator(version: TermsVersion, versions: Iterable[TermsVersion]) -> bool:
    """Whether `version` favours the creator over the version in force for that collaboration at its notice.

    False for the first of them, which changes nothing. `versions` are the collaboration's, in any order.
    """
    before = in_force_at_notice(version, versions)
    return before is not None and not worsened(version, before)


def in_force_at_notice(version: TermsVersion, versions: Iterable[TermsVersion]) -> TermsVersion | None:
    """Against which version it is judged: of the lower numbers the highest whose time had come at its notice.

    Where no time had come yet it is the highest of the lower numbers: that one was agreed. Times are whole seconds.
    """
    earlier = [other for other in versions if other.number < version.number]
    notice = _second(version.notice_at)
    in_force = [other for other in earlier if _second(other.in_force_at) <= notice]
    return max(in_force or earlier, key=lambda other: other.number, default=None)


def favours(new: TermsVersion, old: TermsVersion) -> bool:
    """Whether no field of `new` is worse for the creator than it is in `old`: the same terms favour, too."""
    return not worsened(new, old)


@lru_cache(maxsize=1024)
def worsened(new: TermsVersion, old: TermsVersion) -> tuple[str, ...]:
    """The fields in which `new` is worse for the creator than `old`; another currency is worse, whatever the amount."""
    found = {
        "rates": _rates_worse(new.rates, old.rates),
        "window_hours": new.window_hours < old.window_hours,
        "hold_days": new.hold_days > old.hold_days,
        "products": _covers_less(new.products, old.products),
        "tiers": _tiers_worse(new, old),
        "cap": new.cap is not None and (old.cap is None or _less(new.cap, old.cap)),
        "fee": _less(new.fee, old.fee),
    }
    return tuple(field for field, worse in found.items() if worse)


def _rates_worse(new: Sequence[Rate], old: Sequence[Rate]) -> bool:
    """Whether any line could match a row of another kind, or a lower one, than it matched before.

    A row asks for one collection at most, so what a line of many collections matches is seen with two of them: the one
    that decides among the new rows, and the one that decides among the old.
    """
    if new == old:
        return False
    rows = (*new, *old)
    products = (None, *{row.product for row in rows if row.product is not None})
    collections = (None, *{row.collection for row in rows if row.collection is not None})
    for of, customer in product(products, KINDS):
        matched = {
            (_first(new, of, collection, customer), _first(old, of, collection, customer)) for collection in collections
        }
        if any(
            _lower(_row(new, min(one[0], other[0])), _row(old, min(one[1], other[1])))
            for one, other in combinations_with_replacement(matched, 2)
        ):
            return True
    return False


def _first(rates: Sequence[Rate], of: str | None, collection: str | None, customer: CustomerKind | None) -> int:
    """The place of the first row that pays for such a line (MONEY 13), behind the last one if none does."""
    for at, rate in enumerate(rates):
        if rate.product in (None, of) and rate.collection in (None, collection) and rate.customer in (None, customer):
            return at
    return len(rates)


def _row(rates: Sequence[Rate], at: int) -> Rate | None:
    return rates[at] if at < len(rates) else None


def _lower(new: Rate | None, old: Rate | None) -> bool:
    if old is None:
        return False
    if new is None or new.plan is not old.plan:
        return True
    if old.per_unit is not None:
        return new.per_unit is None or _less(new.per_unit, old.per_unit)
    return (new.basis_points or 0) < (old.basis_points or 0)


def _tiers_worse(new: TermsVersion, old: TermsVersion) -> bool:
    """Whether at any volume the lines of the default row could earn less by tiers than they did (MONEY 14).

    Between the volumes that either names nothing changes. Tiers in another currency are worse, whatever they pay.
    """
    if len({tier.volume.currency for tier in (*new.tiers, *old.tiers)}) > 1:
        return True
    volumes = {tier.volume.amount for tier in (*new.tiers, *old.tiers)}
    return any(_percentage_at(volume, new) < _percentage_at(volume, old) for volume in volumes)


def _percentage_at(volume: int, version: TermsVersion) -> int:
    """What the default row's lines earn from that volume on, in basis points; nothing without such a row."""
    reached = [tier for tier in version.tiers if tier.volume.amount <= volume]
    if reached:
        return reached[-1].basis_points
    return next((row.basis_points or 0 for row in version.rates if row.is_default), 0)


def _less(new: Money, old: Money) -> bool:
    return new.currency != old.currency or new.amount < old.amount


def _covers_less(new: Sequence[str] | None, old: Sequence[str] | None) -> bool:
    """Whether a product that was covered no longer is; None covers all."""
    return new is not None and (old is None or not set(old) <= set(new))


def _second(at: datetime) -> datetime:
    return at.replace(microsecond=0)
