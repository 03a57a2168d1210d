"""The topic's records as the index takes them. Pure, so that other processes can do it while one writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict

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
from contracts.ids import Id
from discovery.domain.search_documents import AudienceKind, Price, SearchDocument, Share
from discovery.search.index import Change

Whole = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]


class _Rate(TypedDict):
    deliverable: DeliverableKind
    amount: Whole
    currency: str


class _Money(TypedDict):
    amount: Whole
    currency: str


class _Stats(TypedDict, total=False):
    engagement_per_view: Whole | None
    engagement_per_follower: Whole | None
    growth_30d: Whole | None
    videos_per_week: Whole | None
    median_views: Whole | None
    median_views_7d: Whole | None
    gpm: list[_Money]


class _Age(TypedDict):
    band: AgeBand
    share: Whole


class _Gender(TypedDict):
    gender: Gender
    share: Whole


class _Country(TypedDict):
    country: str
    share: Whole


class _Audience(TypedDict, total=False):
    ages: list[_Age]
    genders: list[_Gender]
    countries: list[_Country]


class _Standing(TypedDict):
    market: str
    standing: Standing


class _Record(TypedDict, total=False):
    on_time: Whole | None


class _Named(TypedDict):
    id: Id
    network: str
    handle: str


class _Profile(_Named, total=False):
    display_name: str
    bio: str
    country: str | None
    city: str
    languages: list[str]
    categories: list[Category]
    followers: Whole | None
    average_views: Whole | None
    rates: list[_Rate]
    availability: Availability | None
    influencer_type: InfluencerType | None
    claimed_by: list[str]
    stats: _Stats
    audience: _Audience
    eligibility: list[_Standing]
    record: _Record


class _Event(TypedDict):
    entity: Id
    revision: Whole


class _Said(_Event, total=False):
    state: _Profile | None


_SAID: Final = TypeAdapter(_Said)
"""What search reads of a profile's event, and nothing else of it: a fifth of the time that the whole contract takes."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that is no profile's event, by the fields that are wrong."""

    fields: tuple[str, ...]


def changes_of(values: Sequence[bytes | None]) -> list[Change | Refusal]:
    """What each record says, in their order."""
    return [_change_of(value) for value in values]


def _change_of(value: bytes | None) -> Change | Refusal:
    try:
        said = _SAID.validate_json(value or b"")
    except ValidationError as error:
        places = (one["loc"] for one in error.errors(include_input=False, include_url=False))
        return Refusal(tuple(".".join(map(str, place)) for place in places))
    state = said.get("state")
    return Change.of(said["entity"], said["revision"], None if state is None else document_of(state))


def document_of(state: Mapping[str, Any]) -> SearchDocument:
    """What search keeps of a creator's public state, as its event has it."""
    stats, audience = state.get("stats", {}), state.get("audience", {})
    standings: dict[str, str] = {DEFAULT_MARKET: Standing.UNVERIFIED}
    standings |= {each["market"]: each["standing"] for each in state.get("eligibility", ())}
    return SearchDocument(
        id=state["id"],
        network=state["network"],
        handle=state["handle"],
        display_name=state.get("display_name", ""),
        bio=state.get("bio", ""),
        country=state.get("country"),
        city=state.get("city", ""),
        languages=tuple(state.get("languages", ())),
        categories=tuple(state.get("categories", ())),
        followers=state.get("followers"),
        average_views=state.get("average_views"),
        median_views=stats.get("median_views"),
        median_views_7d=stats.get("median_views_7d"),
        engagement=stats.get("engagement_per_view"),
        reach=stats.get("engagement_per_follower"),
        growth=stats.get("growth_30d"),
        videos_per_week=stats.get("videos_per_week"),
        on_time=state.get("record", {}).get("on_time"),
        prices=tuple(Price(each["deliverable"], each["currency"], each["amount"]) for each in state.get("rates", ())),
        gpm=tuple((each["currency"], each["amount"]) for each in stats.get("gpm", ())),
        audience=(
            *(Share(AudienceKind.AGE, each["band"], each["share"]) for each in audience.get("ages", ())),
            *(Share(AudienceKind.GENDER, each["gender"], each["share"]) for each in audience.get("genders", ())),
            *(Share(AudienceKind.COUNTRY, each["country"], each["share"]) for each in audience.get("countries", ())),
        ),
        influencer_type=state.get("influencer_type"),
        availability=state.get("availability"),
        standings=tuple(standings.items()),
        is_claimed=bool(state.get("claimed_by")),
    )
