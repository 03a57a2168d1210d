"""For operators: records that could not be handled, sent again from here, and consumers that stopped themselves."""

import asyncio

from starlette.responses import Response

from chassis.http import Page as Listed
from chassis.http.dead_letters import ConsumersOut, DeadLetterOut
from console.clients import DeclinedError, NotThereError, OperationsOf
from console.pages import labels
from console.pages.parts import if_there
from console.pages.site import Page
from console.pages.view import View
from contracts.http.console import RoleKind

STATES = ("waiting", "replayed", "")


async def list_letters(view: View) -> Response:
    """Dead letters of one service, the waiting ones first to be seen, with every service's count."""
    services = list(labels.SERVICE)
    service = view.query("service") if view.query("service") in services else services[0]
    state = view.query("state") if view.query("state") in STATES else ""
    waiting, page = await asyncio.gather(
        _counts(view, services),
        if_there(OperationsOf(view.service(service)).letters(state, view.query("cursor", 2000))),
    )
    chosen = service
    if not view.query("service"):
        chosen = next((name for name in services if waiting[name]), service)
        if chosen != service:
            page = await if_there(OperationsOf(view.service(chosen)).letters(state))
    return view.render(
        "dead_letters.html",
        services=services,
        service=chosen,
        state=state,
        waiting=waiting,
        page=page,
        labels=labels,
        first=not view.query("cursor"),
    )


async def _counts(view: View, services: list[str]) -> dict[str, int | None]:
    """How many wait in each service; None for a service that does not answer."""
    pages: list[Listed[DeadLetterOut] | None] = list(
        await asyncio.gather(
            *(if_there(OperationsOf(view.service(name)).letters("waiting", limit=1)) for name in services)
        )
    )
    return {name: page.total if page else None for name, page in zip(services, pages, strict=True)}


async def show(view: View) -> Response:
    """One dead letter with its bytes."""
    service = _service(view)
    letter = await OperationsOf(view.service(service)).letter(view.path("letter"))
    return view.render("dead_letter.html", service=service, letter=letter, labels=labels)


async def replay(view: View) -> Response:
    """Send a record through the loop again, and say what became of it."""
    service, letter = _service(view), view.path("letter")
    try:
        outcome = str((await OperationsOf(view.service(service)).replay(letter)).outcome)
    except DeclinedError:
        outcome = "already-replayed"
    return view.go(f"/dead-letters?service={service}&done={outcome}")


async def list_consumers(view: View) -> Response:
    """Consumers that stopped themselves after too many unexpected errors, service by service."""
    services = list(labels.SERVICE)
    found: list[ConsumersOut | None] = list(
        await asyncio.gather(*(if_there(OperationsOf(view.service(name)).consumers()) for name in services))
    )
    return view.render("consumers.html", rows=list(zip(services, found, strict=True)), labels=labels)


async def resume(view: View) -> Response:
    """Let a stopped consumer go on."""
    form = await view.form()
    await OperationsOf(view.service(_service(view))).resume(form.text("group", most=200))
    return view.go("/consumers?done=resumed")


def _service(view: View) -> str:
    name = view.path("service")
    if name not in labels.SERVICE:
        raise NotThereError(name)
    return name


PAGES = (
    Page("/dead-letters", list_letters, RoleKind.OPERATOR),
    Page("/dead-letters/{service}/{letter:path}/replay", replay, RoleKind.OPERATOR, "POST"),
    Page("/dead-letters/{service}/{letter:path}", show, RoleKind.OPERATOR),
    Page("/consumers", list_consumers, RoleKind.OPERATOR),
    Page("/consumers/{service}/resume", resume, RoleKind.OPERATOR, "POST"),
)
