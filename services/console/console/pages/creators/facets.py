"""The filters that are set, each with a link that takes it away, and how the found creators are divided."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from console.domain.words import Say, mark
from console.pages import creator_labels as words
from console.pages.creators.filters import RANGES, RangeOf, Unit, address, changed, coherent, pairs, share_of, toggled
from console.pages.creators.filters import Known as OfBrand
from console.pages.view import View
from contracts.discovery import Category, DeliverableKind, InfluencerType
from contracts.http.discovery import FacetsOut

SHOWN: Final = 8
"""How many values of a facet are listed; those that are chosen always are."""
TIERS: Final[Mapping[str, tuple[int | None, int | None]]] = {
    "nano": (None, 9_999),
    "micro": (10_000, 99_999),
    "mid": (100_000, 499_999),
    "macro": (500_000, 999_999),
    "mega": (1_000_000, None),
}
"""Followers from and to."""


@dataclass(frozen=True)
class Chip:
    """A filter in words, and the address without it."""

    words: str
    without: str


@dataclass(frozen=True)
class Value:
    """One value of a facet: how many have it, and the address with it, or without where it is chosen."""

    words: str
    count: int
    link: str
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    """The found creators divided by one thing."""

    title: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Links:
    """Addresses of the same page with other filters."""

    view: View
    values: Mapping[str, Any]
    kept: tuple[tuple[str, str], ...] = ()

    def to(self, values: Mapping[str, Any], **more: str) -> str:
        """Explore with these filters, as far as they go together."""
        return address([*self.kept, *pairs(coherent(values), self.view.who.role.currency), *more.items()])

    def without(self, *names: str) -> str:
        """Explore without some of the filters."""
        return self.to(changed(self.values, **dict.fromkeys(names)))


def chips_of(links: Links, known: OfBrand) -> list[Chip]:
    """Every filter that is set, in the order of the form."""
    view, values, say = links.view, links.values, links.view.say
    found: list[Chip] = []
    if "text" in values:
        found.append(Chip(f"“{values['text']}”", links.without("text")))
    if "city" in values:
        found.append(Chip(say(Say(mark("City: %(city)s"), {"city": values["city"]})), links.without("city")))
    for name, say_it in _named(view).items():
        found += [Chip(say_it[one], links.to(toggled(values, name, one))) for one in values.get(name, ())]
    found += [Chip(say(told), links.without(*gone)) for told, gone in _ranges(links)]
    for one in values.get("audience", ()):
        told = share_of(one, view)
        if told is not None:
            found.append(Chip(say(told), links.to(toggled(values, "audience", one))))
    if "market" in values:
        told = Say(mark("Listed by the rules of %(country)s"), {"country": view.formats.country(values["market"])})
        found.append(Chip(say(told), links.without("market")))
    found += [Chip(say(told), links.without(name)) for name, told in _own(view, values, known)]
    return found


def _named(view: View) -> dict[str, Mapping[str, str]]:
    """Words by value, for each filter that has several."""
    say, formats, values = view.say, view.formats, view.request.query_params
    return {
        "country": {code: formats.country(code) for code in values.getlist("country")},
        "language": {code: formats.tongue(code) for code in values.getlist("language")},
        "network": words.NETWORKS,
        "category": {one.value: say(told) for one, told in words.CATEGORY.items()},
        "influencer_type": {one.value: say(told) for one, (told, _) in words.TYPE.items()},
        "availability": {one.value: say(told) for one, (told, _) in words.AVAILABILITY.items()},
        "standing": {one.value: say(told) for one, (told, _) in words.STANDING.items()},
    }


def _ranges(links: Links) -> Iterator[tuple[Say, tuple[str, ...]]]:
    view, values = links.view, links.values
    for each in RANGES:
        least, most = values.get(each.least), values.get(each.most)
        if least is None and most is None:
            continue
        told = {
            "name": view.say(each.words),
            "least": _told(least, each, links),
            "most": _told(most, each, links),
        }
        if least is None:
            sentence = mark("%(name)s: to %(most)s")
        elif most is None:
            sentence = mark("%(name)s: from %(least)s")
        else:
            sentence = mark("%(name)s: %(least)s to %(most)s")
        gone = (each.least, each.most, *(("deliverable",) if each.name == "price" else ()))
        yield Say(sentence, told), gone
    if "min_on_time" in values:
        yield (
            Say(mark("On time: from %(share)s"), {"share": view.formats.rate(values["min_on_time"])}),
            ("min_on_time",),
        )
    if "deliverable" in values:
        kind = words.DELIVERABLE_KIND[DeliverableKind(values["deliverable"])]
        yield Say(mark("Price for: %(what)s"), {"what": view.say(kind)}), ("deliverable",)


def _told(value: int | None, each: RangeOf, links: Links) -> str:
    formats = links.view.formats
    if value is None:
        return ""
    match each.unit:
        case Unit.MONEY:
            return formats.minor(value, links.values["currency"])
        case Unit.PERCENT:
            return formats.change(value) if each.name == "growth" else formats.rate(value)
        case Unit.HUNDREDTHS:
            return formats.typed_rate(value)
    return formats.number(value)


def _own(view: View, values: Mapping[str, Any], known: OfBrand) -> Iterator[tuple[str, Say]]:
    if "worked_with_us" in values:
        yes = values["worked_with_us"]
        yield "worked_with_us", Say(mark("Worked with us before") if yes else mark("New to us"))
    if "claimed" in values:
        yes = values["claimed"]
        yield "claimed", Say(mark("Has an account here") if yes else mark("Has no account here"))
    if "not_in_campaign" in values:
        name = known.campaigns.get(values["not_in_campaign"]) or view.say(mark("A campaign"))
        yield "not_in_campaign", Say(mark("Not in %(campaign)s"), {"campaign": name})
    yield from _fit(view, values, known)
    if "shortlist" in values:
        name = (known.shortlists or {}).get(values["shortlist"]) or view.say(mark("A shortlist"))
        yield "shortlist", Say(mark("On %(shortlist)s"), {"shortlist": name})


def _fit(view: View, values: Mapping[str, Any], known: OfBrand) -> Iterator[tuple[str, Say]]:
    if "fit_campaign" in values:
        name = known.campaigns.get(values["fit_campaign"]) or view.say(mark("A campaign"))
        yield "fit_campaign", Say(mark("Fit for %(campaign)s"), {"campaign": name})
    if "fit_persona" in values:
        name = (known.personas or {}).get(values["fit_persona"]) or view.say(mark("A persona"))
        yield "fit_persona", Say(mark("Fit for %(persona)s"), {"persona": name})
    if "fit_category" in values:
        told = ", ".join(view.say(words.CATEGORY[Category(one)]) for one in values["fit_category"])
        yield "fit_category", Say(mark("Fit for videos about: %(categories)s"), {"categories": told})
    if "fit_type" in values:
        type_ = words.TYPE[InfluencerType(values["fit_type"])][0]
        yield "fit_type", Say(mark("Fit as %(type)s"), {"type": view.say(type_)})
    for field, told in words.FIT_AMOUNT.items():
        if field in values:
            amount = view.formats.minor(values[field], values["currency"])
            yield field, Say(mark("%(name)s: %(amount)s"), {"name": view.say(told), "amount": amount})


def facets_of(links: Links, counted: FacetsOut) -> list[Facet]:
    """By country, category, followers and language, the most frequent values first."""
    view = links.view
    category = {one.value: view.say(told) for one, told in words.CATEGORY.items()}
    countries = {code: view.formats.country(code) for code in counted.countries}
    languages = {code: view.formats.tongue(code) for code in counted.languages}
    found = [
        Facet(mark("Country"), _several(links, "country", counted.countries, countries)),
        Facet(mark("Category"), _several(links, "category", counted.categories, category)),
        Facet(mark("Followers"), _tiers(links, counted.tiers)),
        Facet(mark("Language"), _several(links, "language", counted.languages, languages)),
    ]
    return [facet for facet in found if facet.values]


def _several(links: Links, name: str, counts: Mapping[str, int], said: Mapping[str, str]) -> tuple[Value, ...]:
    chosen = links.values.get(name, ())
    order = sorted(counts, key=lambda value: (value not in chosen, -counts[value], said.get(value, value)))
    return tuple(
        Value(
            said.get(value, value),
            counts[value],
            links.to(toggled(links.values, name, value)),
            is_chosen=value in chosen,
        )
        for value in order[: max(SHOWN, len(chosen))]
    )


def _tiers(links: Links, counts: Mapping[str, int]) -> tuple[Value, ...]:
    values = links.values
    found = []
    for tier, (least, most) in TIERS.items():
        if not counts.get(tier):
            continue
        is_chosen = (values.get("min_followers"), values.get("max_followers")) == (least, most)
        ends = (None, None) if is_chosen else (least, most)
        link = links.to(changed(values, min_followers=ends[0], max_followers=ends[1]))
        found.append(Value(links.view.say(words.TIER[tier]), counts[tier], link, is_chosen=is_chosen))
    return tuple(found)
