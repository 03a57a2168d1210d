"""A collaboration's page for both sides: whose turn it is, the one next thing, the work, and every action's form."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from console.clients import Caller, Campaigns, Conversations, DeclinedError, NotThereError, WrongFieldsError
from console.domain.words import Say, mark
from console.pages import labels, step_labels
from console.pages.collaboration_forms import ACTS, CANCEL_ONE, WHOLE, Act, Reading
from console.pages.collaboration_view import PLACES, SAMPLE, TERMS, Shown, Way, since
from console.pages.forms import Form
from console.pages.parts import if_there
from console.pages.problems import why_declined
from console.pages.results import name_of
from console.pages.site import Page
from console.pages.view import View
from contracts.campaigns import Side
from contracts.http.campaigns import HappenedOut
from contracts.http.console import RoleKind

CHANGED = "changed-meanwhile"
OFFER_CHANGED = "offer-changed"
NOW_POSSIBLE = 8
TITLES = {
    OFFER_CHANGED: mark("Another offer is on the table now"),
    CHANGED: mark("Something has changed since you opened this page"),
}


@dataclass(frozen=True)
class Conflict:
    """Why an action was not taken, what is possible instead, and what happened since its page was opened.

    `answered` is the number of the offer that was answered, where another is on the table by now.
    """

    title: str
    text: str | Say
    since: Sequence[HappenedOut] = ()
    answered: int = 0
    status: int = 409
    possible: Sequence[Way] = field(default_factory=tuple)


async def show(view: View) -> Response:
    """The page of one collaboration."""
    return await _page(view, await shown_of(view))


async def show_act(view: View) -> Response:
    """The form of one action, with what it is about; a page of the whole where it is not possible now."""
    shown = await shown_of(view)
    action, about = _action(view), view.query("about")
    way = shown.way(action, about)
    if way is None or way.is_direct:
        return await _page(view, shown, _not_now(shown))
    return form_page(view, shown, way, Form({"what": about} if about and action == "propose-cancellation" else {}))


async def act(view: View) -> Response:
    """Take an action. What is wrong with the form, or with the moment, is told with everything kept that was typed."""
    form = await view.form()
    action, about = _action(view), form.values.get("about", "")[:200]
    chosen = CANCEL_ONE if action == "cancel" and about else ACTS[action]
    shown = await shown_of(view)
    typed = form.values.get("proposal", "")
    proposal = int(typed) if typed.isdecimal() and len(typed) < 4 else 0  # noqa: PLR2004 - two hundred of them
    reading = Reading(form, shown, about, view.locale, view.who.role.zone)
    body = chosen.read(reading) if chosen.read else None
    way = Way(action, about, proposal)
    if form.errors or (chosen.read and body is None):
        return form_page(view, shown, way, form, 422)
    seen = number_of(form, "seen")
    path = chosen.path.format(about=quote(about, safe=""), proposal=proposal)
    try:
        await campaigns_of(view).act(
            shown.one.id,
            path,
            body,
            key=form.text("key", most=100),
            seen=None if chosen.is_on_offer else seen,
        )
    except WrongFieldsError as wrong:
        form.take(wrong.errors, chosen.fields)
        return form_page(view, await shown_of(view), way, form, 422)
    except DeclinedError as declined:
        return await refused(view, way, form, chosen, declined, seen or 0)
    return view.go(f"{shown.place}?done=did-{action}")


async def refused(view: View, way: Way, form: Form, chosen: Act, declined: DeclinedError, seen: int) -> Response:
    """What is possible now, what happened meanwhile, and the form as it was typed, if it still can be sent."""
    shown = await shown_of(view)
    history = await if_there(campaigns_of(view).history(shown.one.id)) or []
    conflict = Conflict(
        title=TITLES.get(declined.code, mark("That is not possible now")),
        text=why_declined(declined),
        since=since(history, seen) if seen and declined.code != OFFER_CHANGED else (),
        answered=number_of(form, "offer") or 0 if declined.code == OFFER_CHANGED else 0,
        status=declined.status,
        possible=list(shown.ways())[:NOW_POSSIBLE],
    )
    if declined.code == CHANGED:
        conflict = _with_text(conflict, mark("Read what is new, then decide again. What you typed is still here."))
    elif declined.code == OFFER_CHANGED:
        conflict = _with_text(conflict, mark("Both are below, side by side. Answer the one on the table."))
    current = Form({name: value for name, value in form.values.items() if name != "offer"})
    if chosen.read and not way.is_direct:
        return form_page(view, shown, way, current, declined.status, conflict)
    return await _page(view, shown, conflict, history)


def _with_text(conflict: Conflict, text: str) -> Conflict:
    return Conflict(conflict.title, text, conflict.since, conflict.answered, conflict.status, conflict.possible)


def _not_now(shown: Shown) -> Conflict:
    return Conflict(
        mark("That is not possible now"),
        mark("It has moved on since you opened the page, so this is not possible any more."),
        possible=list(shown.ways())[:NOW_POSSIBLE],
    )


def _action(view: View) -> str:
    action = view.path("action")
    if action not in ACTS:
        raise NotThereError(action)
    return action


def number_of(form: Form, name: str) -> int | None:
    """A small whole number of a hidden field; None for anything else."""
    typed = form.values.get(name, "")
    return int(typed) if typed.isdecimal() and len(typed) <= 9 else None  # noqa: PLR2004 - revisions fit


def campaigns_of(view: View) -> Campaigns:
    """Calls as this side, proving the invitation where the person did."""
    return Campaigns(_caller(view))


def _caller(view: View) -> Caller:
    if view.who.role.kind is RoleKind.BRAND:
        return view.service("campaigns")
    return view.service("campaigns", invitation=view.path("collaboration"))


async def shown_of(view: View) -> Shown:
    """The collaboration as this side sees it now."""
    one = await campaigns_of(view).collaboration(view.path("collaboration"))
    return Shown(one, view.who.role.kind, view.desk.clock.now())


async def _page(
    view: View, shown: Shown, conflict: Conflict | None = None, history: Sequence[HappenedOut] | None = None
) -> Response:
    campaigns, one = campaigns_of(view), shown.one
    told, conversation, files = await asyncio.gather(
        if_there(campaigns.history(one.id) if history is None else _known(history)),
        if_there(Conversations(_caller(view)).of_collaboration(one.id)),
        if_there(campaigns.assets(one.campaign)),
    )
    return view.render(
        "collaboration.html",
        conflict.status if conflict else 200,
        **_common(view, shown, conflict),
        timeline=None if told is None else list(reversed(told)),
        conversation=conversation,
        can_write=shown.side is Side.CREATOR or one.creator is not None or one.invitation.contact != one.id,
        files=files or (),
        me=shown.side,
    )


async def _known(history: Sequence[HappenedOut]) -> Sequence[HappenedOut]:
    return history


def form_page(
    view: View, shown: Shown, way: Way, form: Form, status: int = 200, conflict: Conflict | None = None
) -> Response:
    """The form of one action, with what it is about."""
    default = next((rate for rate in shown.latest.rates if rate.is_default), None)
    by = shown.side
    return view.render(
        "collaboration_act.html",
        status,
        **_common(view, shown, conflict),
        way=way,
        form=form,
        work=next((work for work in shown.works if work.deliverable.id == way.about), None),
        costs=shown.costs(way.about, by) if way.action in {"cancel", "propose-cancellation"} else [],
        reasons=[
            ("", view.say(labels.NO_REASON)),
            *((reason, view.say(words)) for reason, words in labels.DECLINE.items()),
        ],
        default=default,
        whole=WHOLE,
    )


def _common(view: View, shown: Shown, conflict: Conflict | None) -> dict[str, Any]:
    one = shown.one
    is_brand = view.who.role.kind is RoleKind.BRAND
    return {
        "shown": shown,
        "one": one,
        "other": name_of(one) if is_brand else one.brand_name or view.say(mark("A brand")),
        "is_brand": is_brand,
        "back": f"/campaigns/{one.campaign}/board" if is_brand else PLACES[RoleKind.CREATOR],
        "conflict": conflict,
        "offers": {offer.number: offer for offer in one.offers},
        "planned": shown.planned,
        "labels": labels,
        "words": step_labels,
        "fields": TERMS,
        "sample": SAMPLE,
    }


PAGES = tuple(
    page
    for role, place in PLACES.items()
    for page in (
        Page(f"{place}/{{collaboration}}", show, role),
        Page(f"{place}/{{collaboration}}/{{action}}", show_act, role),
        Page(f"{place}/{{collaboration}}/{{action}}", act, role, "POST"),
    )
)
