"""What cards, the creator's page and the comparison tell of a profile, in the brand's currency if there is one."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from console.pages.creators.faces import Face, face_of
from console.pages.creators.fitting import Answer
from console.pages.view import View
from contracts.discovery import Profile, Standing
from contracts.money import Money


@dataclass(frozen=True)
class Card:
    """A creator as a list shows one; an unknown figure is None. `fit` is there if it was asked for.

    The standing is that in `market`, or by the usual rules.
    """

    profile: Profile
    face: Face
    standing: Standing
    price: Money | None
    gpm: Money | None
    net_gpm: Money | None
    worked_with_us: bool = False
    fit: Answer | None = None
    market: str = ""

    @property
    def name(self) -> str:
        """What they are called."""
        return self.face.name

    @property
    def path(self) -> str:
        """The creator's page, with the market whose standing the card shows."""
        page = f"/creators/{quote(self.profile.id, safe='')}"
        return f"{page}?{urlencode({'market': self.market})}" if self.market else page


def card_of(
    view: View, profile: Profile, market: str = "", *, worked_with_us: bool = False, fit: Answer | None = None
) -> Card:
    """A card, with the standing in `market` or by the usual rules; `fit` is how they fit, if asked for."""
    own = view.who.role.currency
    gpm = in_currency(profile.stats.gpm, own)
    return Card(
        profile=profile,
        face=face_of(profile),
        standing=profile.standing_in(market),
        price=price_from(profile, own),
        gpm=gpm,
        net_gpm=beside(gpm, profile.stats.net_gpm, own),
        worked_with_us=worked_with_us,
        fit=fit,
        market=market,
    )


def price_from(profile: Profile, own: str) -> Money | None:
    """The creator's lowest rate, in the brand's currency if there is one in it."""
    rates = [Money(amount=rate.amount, currency=rate.currency) for rate in profile.rates]
    return in_currency(sorted(rates, key=lambda rate: rate.amount), own)


def in_currency(amounts: Iterable[Money], own: str) -> Money | None:
    """The first amount in the brand's currency, else the first of any."""
    listed = list(amounts)
    return next((one for one in listed if one.currency == own), listed[0] if listed else None)


def beside(amount: Money | None, others: Iterable[Money], own: str) -> Money | None:
    """The one of the others that can stand beside an amount: in its currency, or in the brand's where there is none."""
    if amount is None:
        return in_currency(others, own)
    return next((one for one in others if one.currency == amount.currency), None)
