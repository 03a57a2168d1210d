"""What a person asks of Explore: read from a form in people's units, and written back as an address to share."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlencode

from babel.numbers import get_currency_precision, list_currencies
from pydantic import ValidationError

from console.domain.words import Say, mark
from console.pages import creator_labels, places
from console.pages.forms import Form
from console.pages.view import View
from contracts.discovery import AgeBand, Availability, Category, DeliverableKind, Gender, InfluencerType, Standing
from contracts.http.discovery import CreatorQuery, CreatorSort
from contracts.http.discovery.search import MOST, WHOLE

PAGE: Final = 24
LEAST_CHANGE: Final = -WHOLE
AUDIENCE_KINDS: Final = ("age", "gender", "country")
YES, NO = "yes", "no"
THREE: Final = 3
FIT: Final = ("fit_campaign", "fit_persona", "fit_category", "fit_type")
"""What is to be fitted; it narrows nobody."""
FIT_AMOUNTS: Final = ("fit_budget", "fit_fee", "fit_product_cost", "fit_shipping", "fit_other_costs")
FIT_SALES: Final = ("fit_sales_low", "fit_sales_high")
"""Two fields of one range."""
MONEY_SORTS: Final = (CreatorSort.PRICE, CreatorSort.GPM)


class Unit(StrEnum):
    """What a range is typed in; the API takes whole numbers, hundredths, or minor units."""

    WHOLE = "whole"
    PERCENT = "percent"
    HUNDREDTHS = "hundredths"
    MONEY = "money"


@dataclass(frozen=True)
class RangeOf:
    """One filter from a least to a most value, of which either may be open."""

    name: str
    words: str
    unit: Unit
    hint: str = ""

    @property
    def least(self) -> str:
        """The field of its lower end."""
        return f"min_{self.name}"

    @property
    def most(self) -> str:
        """The field of its upper end."""
        return f"max_{self.name}"


RANGES: Final = (
    RangeOf("followers", mark("Followers"), Unit.WHOLE),
    RangeOf("average_views", mark("Average views"), Unit.WHOLE),
    RangeOf("engagement", mark("Engagement"), Unit.PERCENT, mark("Likes, comments and shares by views.")),
    RangeOf("reach", mark("Views by followers"), Unit.PERCENT),
    RangeOf("growth", mark("Growth in 30 days"), Unit.PERCENT, mark("Of followers; may be below zero.")),
    RangeOf("videos_per_week", mark("Videos a week"), Unit.HUNDREDTHS),
    RangeOf("price", mark("Price"), Unit.MONEY),
    RangeOf("gpm", mark("Sales by 1,000 views"), Unit.MONEY, mark("Sales through links and codes here.")),
)
UNITS: Final[Mapping[str, Unit]] = {
    **{name: each.unit for each in RANGES for name in (each.least, each.most)},
    "min_on_time": Unit.PERCENT,
    **dict.fromkeys((*FIT_AMOUNTS, *FIT_SALES), Unit.MONEY),
}
CLOSED: Final[Mapping[str, Collection[str]]] = {
    "category": tuple(Category),
    "influencer_type": tuple(InfluencerType),
    "availability": tuple(Availability),
    "standing": tuple(Standing),
    "network": tuple(creator_labels.NETWORKS),
    "fit_category": tuple(Category),
}
"""Filters that are ticked, several of each."""
YES_OR_NO: Final = ("worked_with_us", "claimed")
KEPT: Final = ("campaign",)
"""What goes along with every link of the page and is no filter."""
FIELDS: Final[Mapping[str, str]] = {
    **{name: name for name in (*UNITS, *CLOSED, "currency", "deliverable", "market", "sort", "text", "city")},
    "country": "country",
    "language": "language",
    "audience": "audience_age_share",
    "worked_with_us": "worked_with_us",
    "not_in_campaign": "not_in_campaign",
    "shortlist": "shortlist",
    "fit_campaign": "fit_campaign",
    "fit_persona": "fit_persona",
    "fit_sales": "fit_sales_high",
    "fit_type": "fit_type",
    "cursor": "form",
}
"""Which field shows what discovery refuses."""


@dataclass(frozen=True)
class Known:
    """What of the brand's own can be chosen: ids with their names.

    None while nobody tells which there are: then discovery says whether what is asked for is there. Of campaigns the
    newest hundred are named, and an older one may be asked for.
    """

    campaigns: Mapping[str, str]
    shortlists: Mapping[str, str] | None
    personas: Mapping[str, str] | None


def read(form: Form, view: View, known: Known) -> dict[str, Any]:
    """The API's values of all filters that are set; what is wrong stands in the form."""
    locale, own = view.locale, view.who.role.currency
    found: dict[str, Any] = {
        "text": form.text("text", most=200),
        "city": form.text("city", most=100),
        "country": places.read_countries(form, "country", locale),
        "language": places.read_languages(form, "language", locale, most=50),
        **{name: form.some(name, allowed) for name, allowed in CLOSED.items()},
        "deliverable": _one_of(form, "deliverable", tuple(DeliverableKind)),
        "sort": _one_of(form, "sort", tuple(creator_labels.SORT)),
        "not_in_campaign": form.text("not_in_campaign"),
        "shortlist": _one_of(form, "shortlist", known.shortlists),
        "fit_campaign": form.text("fit_campaign"),
        "fit_persona": _one_of(form, "fit_persona", known.personas),
        "fit_type": _one_of(form, "fit_type", tuple(InfluencerType)),
        "audience": _audience(form, view),
    }
    market = places.read_countries(form, "market", locale, most=1)
    found["market"] = market[0] if market else ""
    for name in YES_OR_NO:
        answer = _one_of(form, name, (YES, NO))
        found[name] = None if not answer else answer == YES
    currency = _one_of(form, "currency", sorted(list_currencies())) or own
    for name, unit in UNITS.items():
        found[name] = _number(form, name, unit, currency, view)
    for each in RANGES:
        least, most = found[each.least], found[each.most]
        if least is not None and most is not None and most < least:
            form.wrong(each.most, mark("Enter more than in the field before."))
    low, high = (found[name] for name in FIT_SALES)
    if low is not None and high is not None and high < low:
        form.wrong("fit_sales_high", mark("Enter more than in the field before."))
    if found["sort"] == CreatorSort.FIT and not any(found[name] for name in FIT) and not form.errors:
        words = mark("Choose a campaign, a persona, a category or an influencer type to sort by fit.")
        form.wrong("fit_persona", words)
    needs_money = (
        found["sort"] in MONEY_SORTS
        or (any(found[name] for name in FIT) and not found["fit_campaign"])  # a campaign has its currency
        or any(found[name] is not None for name, unit in UNITS.items() if unit is Unit.MONEY)
    )
    found["currency"] = currency if needs_money else ""
    return {name: value for name, value in found.items() if value not in (None, "", ())}


def query_of(form: Form, values: Mapping[str, Any], cursor: str) -> CreatorQuery | None:
    """What to ask discovery; None with the reasons in the form."""
    if form.errors:
        return None
    asked = {name: value for name, value in values.items() if name not in FIT_SALES}
    if sales := [values[name] for name in FIT_SALES if name in values]:
        asked["fit_sales"] = (sales[0], sales[-1])
    try:
        return CreatorQuery(**asked, cursor=cursor or None, limit=PAGE)
    except ValidationError as error:
        for each in error.errors(include_input=False, include_url=False):
            name = str(each["loc"][0])
            form.wrong(FIELDS.get(name, "form"), mark("This can't be searched for."))
        return None


def pairs(values: Mapping[str, Any], own: str) -> list[tuple[str, str]]:
    """The same as an address says it; `own` is the currency that goes without saying."""
    found: list[tuple[str, str]] = []
    currency = values.get("currency", own)
    for name, value in values.items():
        if name == "currency" and value == own:
            continue
        if isinstance(value, bool):
            found.append((name, YES if value else NO))
        elif isinstance(value, tuple):
            found += [(name, str(each)) for each in value]
        elif name in UNITS:
            found.append((name, typed(value, UNITS[name], currency)))
        else:
            found.append((name, str(value)))
    return found


def typed(value: int, unit: Unit, currency: str) -> str:
    """A number as its field holds it, with a point, the same in every language.

    Three decimals get a fourth: elsewhere 1.001 is a thousand and one.
    """
    places_ = {Unit.WHOLE: 0, Unit.MONEY: get_currency_precision(currency)}.get(unit, 2)
    text = f"{Decimal(value).scaleb(-places_).normalize():f}"
    return f"{text}0" if len(text.partition(".")[2]) == THREE else text


def address(filters: Iterable[tuple[str, str]], path: str = "/creators") -> str:
    """A link to Explore."""
    said = urlencode(list(filters))
    return f"{path}?{said}" if said else path


def shown(values: Mapping[str, Any], view: View) -> Form:
    """The form as it stands after a search: countries by name, shares of the audience as they were added."""
    own = view.who.role.currency
    told = pairs(values, own)
    form = Form.of(told)
    form.values |= {
        "country": ", ".join(view.formats.country(code) for code in values.get("country", ())),
        "language": ", ".join(view.formats.tongue(code) for code in values.get("language", ())),
        "market": view.formats.country(values["market"]) if "market" in values else "",
        "currency": values.get("currency", own),
    }
    return form


def changed(values: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """The filters with some of them set anew; an empty one goes."""
    return {name: value for name, value in {**values, **changes}.items() if value not in (None, "", ())}


def coherent(values: Mapping[str, Any]) -> dict[str, Any]:
    """The filters without what says nothing alone: an order by fit of nobody, a market without a standing."""
    gone = set()
    if values.get("sort") == CreatorSort.FIT and not any(values.get(name) for name in FIT):
        gone.add("sort")
    if not values.get("standing"):
        gone.add("market")
    has_price = "min_price" in values or "max_price" in values or values.get("sort") == CreatorSort.PRICE
    if not (has_price or any(values.get(name) for name in FIT)):
        gone.add("deliverable")
    return {name: value for name, value in values.items() if name not in gone}


def toggled(values: Mapping[str, Any], name: str, value: str) -> dict[str, Any]:
    """The filters with one value of one of them added, or taken away."""
    chosen: Sequence[str] = values.get(name, ())
    after = tuple(each for each in chosen if each != value) if value in chosen else (*chosen, value)
    return changed(values, **{name: after})


def _one_of(form: Form, name: str, allowed: Collection[str] | None) -> str:
    value = form.text(name, most=200)
    if value and allowed is not None and value not in allowed:
        form.wrong(name, mark("Choose one of these."))
        return ""
    return value


def _number(form: Form, name: str, unit: Unit, currency: str, view: View) -> int | None:
    if not form.text(name, most=40):
        return None
    if unit is Unit.WHOLE:
        return form.whole(name, least=0, most=MOST)
    if unit is Unit.MONEY:
        return form.amount(name, currency, view.locale)
    is_growth = name.endswith("_growth")
    most = WHOLE if name == "min_on_time" else MOST
    return form.hundredths(name, view.locale, least=LEAST_CHANGE if is_growth else 0, most=most)


def _audience(form: Form, view: View) -> tuple[str, ...]:
    """The shares that are asked for already, and those that are added now."""
    found = [each for each in form.lists.get("audience", ()) if each]
    for kind in AUDIENCE_KINDS:
        name, share = f"audience_{kind}", f"audience_{kind}_share"
        if kind == "country":
            codes = places.read_countries(form, name, view.locale, most=1)
            value = codes[0] if codes else ""
        else:
            value = _one_of(form, name, tuple(AgeBand) if kind == "age" else tuple(Gender))
        least = form.basis_points(share, view.locale) if form.text(share) else None
        if value and least is None:
            form.wrong(share, mark("Say how much of the audience at least."))
        elif least is not None and not value and name not in form.errors:
            form.wrong(name, mark("Say whose share this is."))
        elif value and least is not None:
            found = [each for each in found if not each.startswith(f"{kind}:{value}:")]
            found.append(f"{kind}:{value}:{least}")
    return tuple(dict.fromkeys(found))


def share_of(text: str, view: View) -> Say | None:
    """A share of the audience in words; None for what is no share."""
    kind, _, rest = text.partition(":")
    value, _, least = rest.rpartition(":")
    if not least.isdecimal():
        return None
    share = view.formats.rate(int(least))
    if kind == "gender" and value in tuple(Gender):
        return Say(
            mark("%(who)s: %(share)s or more"), {"who": view.say(creator_labels.GENDER[Gender(value)]), "share": share}
        )
    if kind == "age" and value in tuple(AgeBand):
        return Say(
            mark("Aged %(ages)s: %(share)s or more"), {"ages": creator_labels.AGE[AgeBand(value)], "share": share}
        )
    return Say(mark("In %(country)s: %(share)s or more"), {"country": view.formats.country(value), "share": share})
