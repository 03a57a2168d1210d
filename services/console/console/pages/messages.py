"""Conversations of a brand and a creator, for both sides (C8)."""

import asyncio
import contextlib
from urllib.parse import urlencode

from starlette.responses import Response

from console.clients import Conversations, DeclinedError, NotThereError, ServiceAwayError, WrongFieldsError
from console.domain.words import mark
from console.pages.forms import Form
from console.pages.problems import why_declined
from console.pages.site import Page, of_service
from console.pages.view import View
from contracts.campaigns import Party
from contracts.http.campaigns import ConversationOut, MessageOut, StartConversation, Write
from contracts.http.console import RoleKind

ON_PAGE = 50
TEXT = 5000
MOST_LINKS, LINK = 10, 2000
BOTH = (RoleKind.BRAND, RoleKind.CREATOR)
PARTY = {RoleKind.BRAND: Party.BRAND, RoleKind.CREATOR: Party.CREATOR}
OTHERS = ("profile", "brand", "collaboration")
"""How the other side of a new conversation is named."""


async def list_all(view: View) -> Response:
    """Every conversation of this person's, those written in last first."""
    cursor = view.query("cursor", 2000)
    page = await Conversations(view.service("campaigns")).all(cursor)
    return view.render(
        "messages.html",
        page=page,
        other=lambda one: other_of(one, view.who.role.kind),
        me=PARTY[view.who.role.kind],
        first="/messages" if cursor else "",
        following=f"/messages?{urlencode({'cursor': page.next_cursor})}" if page.next_cursor else "",
    )


def other_of(conversation: ConversationOut, reader: RoleKind) -> str:
    """How the other side is called; empty where nobody has said it."""
    if reader is RoleKind.CREATOR:
        return conversation.brand_name
    profile = conversation.profile_summary
    return (profile.display_name or f"@{profile.handle}") if profile else ""


async def show(view: View) -> Response:
    """The messages, the newest at the bottom; what is shown counts as read."""
    return await _page(view, Form())


async def _page(view: View, form: Form, status: int = 200) -> Response:
    conversations = Conversations(view.service("campaigns"))
    id_, cursor = view.path("conversation"), view.query("cursor", 2000)
    conversation, page = await asyncio.gather(conversations.find(id_), conversations.messages(id_, cursor, ON_PAGE))
    if conversation.unread and page.items and not cursor:
        await _seen(view, conversations, page.items[0])
    here = f"/messages/{id_}"
    return view.render(
        "conversation.html",
        status,
        conversation=conversation,
        other=other_of(conversation, view.who.role.kind),
        me=PARTY[view.who.role.kind],
        messages=list(reversed(page.items)),
        form=form,
        newest=here if cursor else "",
        older=f"{here}?{urlencode({'cursor': page.next_cursor})}" if page.next_cursor else "",
    )


async def _seen(view: View, conversations: Conversations, newest: MessageOut) -> None:
    """Reading is shown to the other side; that it could not be noted is no reason to keep the messages back."""
    try:
        await conversations.mark_read(newest.conversation, newest.id)
    except ServiceAwayError as away:
        of_service(away)
    view.desk.unread.forget(view.who)


async def write(view: View) -> Response:
    """Answer."""
    form = await view.form()
    id_ = view.path("conversation")
    said = read_message(form)
    if said is None:
        return await _page(view, form, 422)
    try:
        await Conversations(view.service("campaigns")).write(id_, said, key=form.text("key", most=100))
    except WrongFieldsError as wrong:
        form.take(wrong.errors, {"text": "text", "links": "links"})
        return await _page(view, form, 422)
    except DeclinedError as declined:
        form.wrong("form", why_declined(declined))
        return await _page(view, form, declined.status)
    return view.go(f"/messages/{id_}?done=message-sent#write")


def read_message(form: Form) -> Write | None:
    """What was typed; None with what is wrong noted in the form."""
    text = form.text("text", most=TEXT, required=True, words=mark("Write something first."))
    links = [line.strip() for line in form.text("links", most=MOST_LINKS * LINK).splitlines() if line.strip()]
    if len(links) > MOST_LINKS:
        form.wrong("links", mark("At most ten links can go with one message."))
    for link in links:
        if not link.startswith("https://") or len(link) > LINK or not link.isprintable() or " " in link:
            form.wrong("links", mark("Each line must be one address that begins with https://."))
    return None if form.errors else Write(text=text, links=tuple(links))


async def show_new(view: View) -> Response:
    """The first message to somebody; where there is a conversation already, that one."""
    collaboration = view.query("collaboration")
    if collaboration:
        with contextlib.suppress(NotThereError):
            conversations = Conversations(view.service("campaigns", invitation=collaboration))
            found = await conversations.of_collaboration(collaboration)
            return view.go(f"/messages/{found.id}#write")
    return _new_page(view, Form({name: view.query(name) for name in OTHERS if view.query(name)}))


def _new_page(view: View, form: Form, status: int = 200) -> Response:
    named = [(name, form.values[name]) for name in OTHERS if form.values.get(name)]
    if len(named) != 1:
        raise NotThereError("nobody is named")
    return view.render("message_new.html", status, form=form, named=named[0])


async def start(view: View) -> Response:
    """Send it; the same two have one conversation, whoever begins and however often."""
    form = await view.form()
    said = read_message(form)
    if said is None:
        return _new_page(view, form, 422)
    named = {name: form.values[name][:100] for name in OTHERS if form.values.get(name)}
    if len(named) != 1:
        raise NotThereError("nobody is named")
    caller = view.service("campaigns", invitation=named.get("collaboration"))
    try:
        sent = await Conversations(caller).start(
            StartConversation(text=said.text, links=said.links, **named), key=form.text("key", most=100)
        )
    except WrongFieldsError as wrong:
        form.take(wrong.errors, {"text": "text", "links": "links"})
        return _new_page(view, form, 422)
    except DeclinedError as declined:
        form.wrong("form", why_declined(declined))
        return _new_page(view, form, declined.status)
    return view.go(f"/messages/{sent.conversation}?done=message-sent#write")


PAGES = (
    Page("/messages", list_all, roles=BOTH),
    Page("/messages/new", show_new, roles=BOTH),
    Page("/messages/new", start, method="POST", roles=BOTH),
    Page("/messages/{conversation}", show, roles=BOTH),
    Page("/messages/{conversation}", write, method="POST", roles=BOTH),
)
