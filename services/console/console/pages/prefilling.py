"""A persona's form filled from creators' audiences, and the sentence that says from how many and which sales (D13)."""

from typing import Final

from console.clients import DeclinedError, Discovery, ServiceAwayError, WrongFieldsError
from console.domain.words import Say, mark
from console.pages.forms import Form
from console.pages.problems import why_declined
from console.pages.site import of_service
from console.pages.view import View
from contracts.http.discovery import BuyersOf, PrefillIn, PrefillOut

FILL: Final = "fill"
CREATORS: Final = "creators"
MOST_CREATORS: Final = 50
MOST_LETTERS: Final = 200
FIELDS: Final = {"creators": CREATORS}
NOT_KNOWN: Final = {
    "ages": mark("ages"),
    "genders": mark("genders"),
    "countries": mark("countries"),
    "categories": mark("categories"),
}


async def asked_for(view: View, asked: Form) -> PrefillOut | None:
    """What creators' audiences say, as the form asks; None with the reasons in the form."""
    source = asked.choice(FILL, tuple(BuyersOf))
    is_own = source == BuyersOf.OWN
    creators = () if is_own else asked.lines(CREATORS, most=MOST_CREATORS, each=MOST_LETTERS)
    if not is_own and not creators and not asked.errors:
        asked.wrong(CREATORS, mark("Name the creators who work for them, one on each line."))
    if asked.errors:
        return None
    said = PrefillIn(made_from=BuyersOf(source), currency=view.who.role.currency, creators=creators)
    try:
        return await Discovery(view.service("discovery")).prefill(said)
    except WrongFieldsError as wrong:
        asked.take(wrong.errors, FIELDS)
    except DeclinedError as declined:
        asked.wrong("form", why_declined(declined))
    except ServiceAwayError as away:
        of_service(away)
        asked.wrong("form", mark("This can't be reckoned right now. Try again in a minute."))
    return None


def filled(found: PrefillOut, view: View) -> Form:
    """The persona's form as the audiences say it; what they don't say is open."""
    return Form(
        {
            "made_from": found.made_from.value,
            "countries": ", ".join(view.formats.country(code) for code in found.countries),
        },
        {
            "ages": tuple(map(str, found.ages)),
            "genders": tuple(map(str, found.genders)),
            "interests": tuple(map(str, found.interests)),
        },
    )


def sentences(found: PrefillOut, view: View) -> list[str]:
    """From how many creators and which sales it is made, and of how many of them a part is not known."""
    if not found.creators:
        return [view.say(mark("Nobody sold anything for you in this currency yet, so nothing is filled in."))]
    if found.sales is None:
        made = Say(mark("Filled from the audiences of creators whom you named: %(count)s."), {"count": found.creators})
    else:
        told = {"count": found.creators, "sales": view.formats.money(found.sales)}
        made = Say(mark("Filled from the audiences of creators who sold for you: %(count)s, with %(sales)s net."), told)
    unknown = [
        view.say(Say(mark("%(part)s of %(count)s"), {"part": view.say(words), "count": getattr(found.unknown, name)}))
        for name, words in NOT_KNOWN.items()
        if getattr(found.unknown, name)
    ]
    said = [view.say(made)]
    if unknown:
        said.append(
            view.say(Say(mark("Not known, and so not counted: %(parts)s of them."), {"parts": ", ".join(unknown)}))
        )
    return said
