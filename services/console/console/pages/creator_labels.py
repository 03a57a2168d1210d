"""How what describes a creator is said on a page: categories, types, rules, and the factors of fit."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from console.domain.words import Say, mark
from console.pages.labels import Label
from contracts.discovery import AgeBand, Availability, Category, DeliverableKind, Gender, InfluencerType, Standing
from contracts.http.discovery import CreatorSort, TypeOut, TypeReason, TypeReasonCode

CATEGORY: Final[dict[Category, str]] = {
    Category.ANIMALS: mark("Animals"),
    Category.ART: mark("Art"),
    Category.AUTOMOTIVE: mark("Cars"),
    Category.BEAUTY: mark("Beauty"),
    Category.BOOKS: mark("Books"),
    Category.BUSINESS: mark("Business"),
    Category.COMEDY: mark("Comedy"),
    Category.CRAFTS: mark("Crafts"),
    Category.DANCE: mark("Dance"),
    Category.EDUCATION: mark("Education"),
    Category.FAMILY: mark("Family"),
    Category.FASHION: mark("Fashion"),
    Category.FINANCE: mark("Finance"),
    Category.FITNESS: mark("Fitness"),
    Category.FOOD: mark("Food"),
    Category.GAMING: mark("Gaming"),
    Category.GARDEN: mark("Garden"),
    Category.HEALTH: mark("Health"),
    Category.HOME: mark("Living"),
    Category.LIFESTYLE: mark("Lifestyle"),
    Category.MOVIES: mark("Movies"),
    Category.MUSIC: mark("Music"),
    Category.NATURE: mark("Nature"),
    Category.NEWS: mark("News"),
    Category.PHOTOGRAPHY: mark("Photography"),
    Category.SCIENCE: mark("Science"),
    Category.SPORTS: mark("Sports"),
    Category.TECHNOLOGY: mark("Technology"),
    Category.TOYS: mark("Toys"),
    Category.TRAVEL: mark("Travel"),
}
DELIVERABLE_KIND: Final[dict[DeliverableKind, str]] = {
    DeliverableKind.SHORT_VIDEO: mark("Short video"),
    DeliverableKind.LIVE_HOUR: mark("Hour of live video"),
    DeliverableKind.STORY: mark("Story"),
    DeliverableKind.BUNDLE: mark("Bundle"),
}
AVAILABILITY: Final[dict[Availability, Label]] = {
    Availability.OPEN: (mark("Takes new work"), "green"),
    Availability.LIMITED: (mark("Takes little new work"), "amber"),
    Availability.CLOSED: (mark("Takes no new work"), "red"),
}
GENDER: Final[dict[Gender, str]] = {
    Gender.FEMALE: mark("Women"),
    Gender.MALE: mark("Men"),
    Gender.OTHER: mark("Others"),
}
AGE: Final[dict[AgeBand, str]] = {band: band.value.replace("-", "\N{EN DASH}") for band in AgeBand}
TYPE: Final[dict[InfluencerType, Label]] = {
    InfluencerType.ASPIRATIONAL: (mark("Aspirational"), mark("Somebody whom followers would like to be like.")),
    InfluencerType.AUTHORITATIVE: (mark("Authoritative"), mark("Somebody who knows, and whose word is believed.")),
    InfluencerType.PEER: (mark("Peer"), mark("Somebody like the followers themselves.")),
}
"""Words, and what they mean."""
STRENGTH: Final[dict[str, str]] = {"high": mark("high"), "medium": mark("medium"), "low": mark("low")}
GOOD_FOR: Final[dict[str, str]] = {
    "reach": mark("Reach"),
    "emotional-appeal": mark("Emotional appeal"),
    "informing": mark("Informing"),
    "trust": mark("Trust"),
    "relevance": mark("Relevance"),
}
STANDING: Final[dict[Standing, Label]] = {
    Standing.LISTED: (mark("Listed"), "green"),
    Standing.UNVERIFIED: (mark("Unverified"), "amber"),
    Standing.NOT_LISTED: (mark("Not listed"), ""),
}
SORT: Final[dict[str, str]] = {
    CreatorSort.RELEVANCE.value: mark("Best match"),
    CreatorSort.FOLLOWERS.value: mark("Followers"),
    CreatorSort.AVERAGE_VIEWS.value: mark("Average views"),
    CreatorSort.ENGAGEMENT.value: mark("Engagement"),
    CreatorSort.GROWTH.value: mark("Growth"),
    CreatorSort.GPM.value: mark("Sales by 1,000 views"),
    CreatorSort.PRICE.value: mark("Price, lowest first"),
    CreatorSort.FIT.value: mark("Fit"),
}
TIER: Final[dict[str, str]] = {
    "nano": mark("Below 10,000"),
    "micro": mark("10,000 to 100,000"),
    "mid": mark("100,000 to 500,000"),
    "macro": mark("500,000 to 1 million"),
    "mega": mark("1 million and more"),
}
RULE: Final[dict[str, str]] = {
    "age": mark("Age"),
    "followers": mark("Followers"),
    "videos-30d": mark("Videos in 30 days"),
    "views-30d": mark("Views in 30 days"),
}
VERDICT: Final[dict[str, Label]] = {
    "pass": (mark("Met"), "green"),
    "fail": (mark("Not met"), "red"),
    "unknown": (mark("Not known yet"), "amber"),
}
ALERT: Final[dict[str, str]] = {
    "rates": mark("Rates changed"),
    "availability": mark("Availability changed"),
    "growth": mark("Growth changed"),
}
FACTOR: Final[dict[str, str]] = {
    "reach": mark("Reach"),
    "engagement": mark("Engagement"),
    "relevance": mark("Relevance"),
    "audience": mark("Audience"),
    "category": mark("Category"),
    "interests": mark("What they care for"),
    "type": mark("Influencer type"),
    "price": mark("Price"),
}
INPUT: Final[dict[str, str]] = {
    "followers": mark("followers"),
    "median_views_7d": mark("median views after seven days"),
    "median_views": mark("median views of posts of any age"),
    "average_views": mark("average views"),
    "ages": mark("of these ages"),
    "genders": mark("of these genders"),
    "countries": mark("in these countries"),
    "wanted": mark("wanted"),
    "has": mark("has"),
    "found": mark("found"),
    "named": mark("named by the persona"),
    "persona": mark("the persona's people are"),
    "budget": mark("budget"),
    "rate": mark("asks for"),
    "reckoned": mark("reckoned"),
}
MISSING: Final[dict[str, str]] = {
    "followers": mark("followers"),
    "median_views_7d": mark("views after seven days"),
    "ages": mark("ages of the audience"),
    "genders": mark("genders of the audience"),
    "countries": mark("countries of the audience"),
    "categories": mark("categories"),
    "bio": mark("bio"),
    "influencer_type": mark("influencer type"),
    "rate": mark("a rate in this currency"),
}
HOBBY: Final[dict[str, str]] = {"professional": mark("professionals"), "hobbyist": mark("hobbyists")}
"""What people are with a product, as fit names it."""
COST: Final[dict[str, str]] = {
    "fee": mark("Fee"),
    "product": mark("Product"),
    "shipping": mark("Shipping"),
    "other": mark("Other costs"),
}
FIT_AMOUNT: Final[Mapping[str, str]] = {
    "fit_fee": mark("Fee"),
    "fit_budget": mark("Budget"),
    "fit_product_cost": mark("Product cost"),
    "fit_shipping": mark("Shipping"),
    "fit_other_costs": mark("Other costs"),
    "fit_sales_low": mark("Net sales by 1,000 relevant viewers, at worst"),
    "fit_sales_high": mark("Net sales by 1,000 relevant viewers, at best"),
}
"""What is asked with an order by fit, by the fields of Explore."""
NETWORKS: Final[Mapping[str, str]] = {
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "instagram": "Instagram",
    "facebook": "Facebook",
    "snapchat": "Snapchat",
    "pinterest": "Pinterest",
    "linkedin": "LinkedIn",
    "twitch": "Twitch",
    "x": "X",
}


def network(name: str) -> str:
    """A network as it writes itself."""
    return NETWORKS.get(name) or name.capitalize()


def type_reasons(told: TypeOut, say: Callable[[str | Say], str]) -> Sequence[str]:
    """Why a type is suggested, in the person's language; in discovery's words where it tells no more than those."""
    return [_because(one, say) for one in told.because] or told.reasons


def _because(reason: TypeReason, say: Callable[[str | Say], str]) -> str:
    match reason.code:
        case TypeReasonCode.EXPERT:
            about = ", ".join(say(CATEGORY[each]) for each in reason.categories)
            return say(Say(mark("Makes videos about: %(categories)s"), {"categories": about}))
        case TypeReasonCode.FOLLOWERS:
            return say(Say(mark("%(number)s followers"), {"number": reason.followers}))
        case TypeReasonCode.NO_EXPERT:
            return say(mark("No category of experts"))
