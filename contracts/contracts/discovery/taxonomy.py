"""The closed sets by which creators are described and found (D1, D3, D9)."""

from enum import StrEnum


class Category(StrEnum):
    """What a creator makes videos about: a fixed taxonomy, of which a profile names one to five (D1)."""

    ANIMALS = "animals"
    ART = "art"
    AUTOMOTIVE = "automotive"
    BEAUTY = "beauty"
    BOOKS = "books"
    BUSINESS = "business"
    COMEDY = "comedy"
    CRAFTS = "crafts"
    DANCE = "dance"
    EDUCATION = "education"
    FAMILY = "family"
    FASHION = "fashion"
    FINANCE = "finance"
    FITNESS = "fitness"
    FOOD = "food"
    GAMING = "gaming"
    GARDEN = "garden"
    HEALTH = "health"
    HOME = "home"
    LIFESTYLE = "lifestyle"
    MOVIES = "movies"
    MUSIC = "music"
    NATURE = "nature"
    NEWS = "news"
    PHOTOGRAPHY = "photography"
    SCIENCE = "science"
    SPORTS = "sports"
    TECHNOLOGY = "technology"
    TOYS = "toys"
    TRAVEL = "travel"


class DeliverableKind(StrEnum):
    """What a rate is for (D1)."""

    SHORT_VIDEO = "short-video"
    LIVE_HOUR = "live-hour"
    STORY = "story"
    BUNDLE = "bundle"


class Availability(StrEnum):
    """Whether a creator takes new work."""

    OPEN = "open"
    LIMITED = "limited"
    CLOSED = "closed"


class AgeBand(StrEnum):
    """Ages of an audience, both ends included."""

    FROM_13 = "13-17"
    FROM_18 = "18-24"
    FROM_25 = "25-34"
    FROM_35 = "35-44"
    FROM_45 = "45-54"
    FROM_55 = "55+"


class Gender(StrEnum):
    """Genders of an audience, as the networks report them."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


class InfluencerType(StrEnum):
    """Whom followers see in a creator (D9): somebody to be like, somebody who knows, somebody like themselves."""

    ASPIRATIONAL = "aspirational"
    AUTHORITATIVE = "authoritative"
    PEER = "peer"


class Standing(StrEnum):
    """Whether a market lists a creator (D2); `unverified`: no rule fails, but a figure that one needs is unknown."""

    LISTED = "listed"
    NOT_LISTED = "not-listed"
    UNVERIFIED = "unverified"
