"""What a person decides of facts that came after an order froze (MONEY 11)."""

import asyncio
from collections.abc import Sequence

from starlette.responses import Response

from console.clients import Attribution, Campaigns, DeclinedError, NotThereError, WrongFieldsError
from console.domain.words import mark
from console.pages import labels
from console.pages.forms import Form
from console.pages.parts import if_there
from console.pages.problems import why_declined
from console.pages.results import name_of
from console.pages.site import Page
from console.pages.view import View
from contracts.http.attribution import ReviewOut, ReviewStatus
from contracts.http.console import RoleKind

NOTE = 500
ANSWERS = {"accept": "review-accepted", "reject": "review-rejected"}
BASES = {RoleKind.BRAND: "/reviews", RoleKind.OPERATOR: "/holds"}
FILTERS = (("", mark("To decide")), ("all", mark("All")))


async def list_reviews(view: View) -> Response:
    """Those that wait for a person, or all of them."""
    return await _list(view)


async def _list(view: View, form: Form | None = None, status: int = 200, review: str = "") -> Response:
    show, cursor = view.query("show"), view.query("cursor", 2000)
    wanted = None if show == "all" else ReviewStatus.OPEN
    page = await Attribution(view.service("attribution")).reviews(wanted, cursor)
    return view.render(
        "reviews.html",
        status,
        page=page,
        names=await _names(view, page.items),
        base=BASES[view.who.role.kind],
        show="all" if wanted is None else "",
        filters=FILTERS,
        first=not cursor,
        labels=labels,
        at=review,
        form=form or Form(),
        note_length=NOTE,
    )


async def _names(view: View, reviews: Sequence[ReviewOut]) -> dict[str, str]:
    """The creators of a brand's reviews; an operator sees their accounts' ids only."""
    if view.who.role.kind is not RoleKind.BRAND:
        return {}
    creators = {change.creator: change.collaboration for review in reviews for change in review.changes}
    campaigns = Campaigns(view.service("campaigns"))
    found = await asyncio.gather(*(if_there(campaigns.collaboration(id_)) for id_ in creators.values()))
    return {creator: name_of(one) for creator, one in zip(creators, found, strict=True) if one is not None}


async def resolve(view: View) -> Response:
    """Accept what came late, or leave the order as it froze, with a word for whoever reads it later."""
    review, answer = view.path("review"), view.path("answer")
    if answer not in ANSWERS:
        raise NotThereError(answer)
    form = await view.form()
    note, key = form.text("note", most=NOTE), form.text("key", most=100)
    if form.errors:
        return await _list(view, form, 422, review)
    try:
        await Attribution(view.service("attribution")).resolve(
            review, is_accepted=answer == "accept", note=note, key=key
        )
    except DeclinedError as declined:
        form.wrong("form", why_declined(declined))
        return await _list(view, form, 409, review)
    except WrongFieldsError as wrong:
        form.take(wrong.errors, {"note": "note"})
        return await _list(view, form, 422, review)
    return view.go(f"{BASES[view.who.role.kind]}?done={ANSWERS[answer]}")


PAGES = (
    Page("/reviews", list_reviews, RoleKind.BRAND),
    Page("/reviews/{review:path}/{answer}", resolve, RoleKind.BRAND, "POST"),
    Page("/holds", list_reviews, RoleKind.OPERATOR),
    Page("/holds/{review:path}/{answer}", resolve, RoleKind.OPERATOR, "POST"),
)
