"""Contacts and sign-in mails for the other services, and everybody's own contact."""

import asyncio
import math
from datetime import timedelta
from typing import Annotated, cast

from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, Request, Response
from pydantic import BaseModel

from chassis.context import Context
from chassis.http import Kind, Principal, Problem, TheContext, conflict, not_found, principal, unprocessable
from chassis.ids import new_id
from contracts.http.notifications import ContactOut, OwnContact, PutContact, SendSignInMail
from contracts.notifications import Template
from notifications.domain import delivery
from notifications.domain.addresses import AddressError, normalise
from notifications.domain.claims import Claim
from notifications.domain.contacts import Contact, is_zone
from notifications.domain.letters import SignInLetter
from notifications.post import Post, refused, settle_surely
from notifications.settings import NotificationsSettings
from notifications.smtp import Answer
from notifications.store import AddressTakenError, ContactIsAnAccountError, NoContactError, NotificationsTx

router = APIRouter()

AService = Annotated[Principal, Depends(principal(Kind.SERVICE))]
APerson = Annotated[Principal, Depends(principal(Kind.CREATOR, Kind.BRAND, Kind.OPERATOR))]


class _Begun(BaseModel, frozen=True):
    claim: Claim
    contact: Contact


def dress(app: FastAPI, context: Context[NotificationsTx]) -> None:
    """Give the API its own way to the mail server: a sign-in code is never stored, so nobody else could send it."""
    app.state.post = Post(cast("NotificationsSettings", context.settings))


@router.put("/internal/contacts/{contact_id}", status_code=204)
async def put_contact(contact_id: str, body: PutContact, context: TheContext, _who: AService) -> Response:
    """Keep the address that an invitation goes to, or an account's. 409 when id or address are another account's."""
    address = _address(body.address)
    _zone(body.zone)

    async def work(tx: NotificationsTx) -> None:
        put = tx.put_account_contact if body.account else tx.put_invitation_contact
        await put(contact_id, address, body.language, body.zone)

    try:
        await context.transactions.run(work)
    except ContactIsAnAccountError:
        raise _is_an_account() from None
    except AddressTakenError:
        raise conflict("address-has-an-account", "Another account has this address") from None
    return Response(status_code=204)


@router.delete("/internal/contacts/{contact_id}", status_code=204)
async def delete_contact(contact_id: str, context: TheContext, _who: AService) -> Response:
    """Forget an address; 204 also when it was not there."""

    async def work(tx: NotificationsTx) -> None:
        await tx.delete_contact(contact_id)

    await context.transactions.run(work)
    return Response(status_code=204)


@router.post("/internal/contacts/{invitation}/move-to/{account}")
async def move_contact(invitation: str, account: str, context: TheContext, _who: AService) -> ContactOut:
    """The code was right: from now on the invitation's id resolves to the account's contact, which stays.

    May be repeated. Both ids may be the same: then the contact of an address that was typed in stays. The answer names
    the contact that has the address: another account's, where that one was first.
    """
    try:
        contact = await context.transactions.run(lambda tx: tx.move_contact(invitation, account))
    except NoContactError:
        raise not_found("contact") from None
    except ContactIsAnAccountError:
        raise _is_an_account() from None
    return ContactOut(contact=contact)


@router.post("/internal/sign-in-mails", status_code=202)
async def send_sign_in_mail(
    body: SendSignInMail, request: Request, context: TheContext, later: BackgroundTasks, _who: AService
) -> ContactOut:
    """Mail a code. The same answer, no sooner, for an address that is known, unknown or no longer written to.

    404 for a contact that does not exist, 429 for one that was mailed too many codes just now. The mail goes out right
    after the answer, from this process; if it is not certain that it was sent it is dropped, for the person asks again.
    """
    address = None if body.address is None else _address(body.address)
    settings = cast("NotificationsSettings", context.settings)
    answer_at = asyncio.get_running_loop().time() + settings.sign_in_answer_seconds
    cause = new_id()

    async def work(tx: NotificationsTx) -> _Begun:
        if address is not None:
            contact = await tx.account_contact(address, body.language)
        else:
            contact = await tx.contact_to_sign_in(str(body.contact))
        await _count_codes(tx, contact, settings)
        claim = Claim(key=cause, template=Template.SIGN_IN_CODE, contact=contact.id, cause=cause, fact_at=tx.now)
        # Whoever finds this row later finds a mail of which nobody knows whether it went out: it is dropped.
        await tx.begin(claim, cause, timedelta(seconds=settings.sign_in_try_seconds + settings.mail_lease_seconds))
        return _Begun(claim=claim, contact=contact)

    try:
        begun = await context.transactions.run(work)
    except NoContactError:
        raise not_found("contact") from None
    later.add_task(_send, request.app.state.post, context, begun, body.code)
    await asyncio.sleep(max(0.0, answer_at - asyncio.get_running_loop().time()))
    return ContactOut(contact=begun.contact.id)


async def _count_codes(tx: NotificationsTx, contact: Contact, settings: NotificationsSettings) -> None:
    """Raise a 429 where this mailbox was sent enough codes, whoever asked for them."""
    window = timedelta(seconds=settings.sign_in_window_seconds)
    found = await tx.sign_in_mails(contact.id, tx.now - window, settings.sign_in_mails)
    if len(found) < settings.sign_in_mails:
        return
    seconds = max(1, math.ceil((found[-1] + window - tx.now).total_seconds()))
    raise Problem(
        429,
        "too-many-codes",
        "Too many codes",
        f"At most {settings.sign_in_mails} codes are mailed to one contact within {window}. Wait {seconds} s.",
        headers={"Retry-After": str(seconds)},
    )


async def _send(post: Post, context: Context[NotificationsTx], begun: _Begun, code: str) -> None:
    claim, contact = begun.claim, begun.contact
    if contact.suppressed:
        await settle_surely(context, claim, delivery.skipped(delivery.BOUNCED_BEFORE))
        return
    letter = SignInLetter(site=post.settings.site_name, code=code, minutes=post.settings.sign_in_code_minutes)
    handed = await post.send_soon(claim.id, letter, contact, context.clock.now())
    match handed.answer:
        case Answer.TAKEN:
            settled = delivery.SENT
        case Answer.REFUSED:
            settled = refused(handed)
        case Answer.LATER:
            settled = delivery.skipped(delivery.GAVE_UP)
        case Answer.UNSURE:
            settled = delivery.skipped(delivery.UNSURE)
    await settle_surely(context, claim, settled)


@router.get("/v1/contact")
async def own_contact(context: TheContext, who: APerson) -> OwnContact:
    """How the signed-in person wants to be written to; a brand's member is asked as a person, not as the brand."""
    found = await context.transactions.run(lambda tx: tx.contact(who.account))
    if found is None:
        raise not_found("contact")
    return OwnContact(language=found.language, zone=found.zone, preferences=found.preferences)


@router.put("/v1/contact")
async def change_own_contact(body: OwnContact, context: TheContext, who: APerson) -> OwnContact:
    """Another language, time zone or preference; the last one stands."""
    _zone(body.zone)

    async def work(tx: NotificationsTx) -> None:
        found = await tx.contact(who.account)
        if found is None:
            raise NoContactError
        await tx.change_contact(
            found.model_copy(update={"language": body.language, "zone": body.zone, "preferences": body.preferences})
        )

    try:
        await context.transactions.run(work)
    except NoContactError:
        raise not_found("contact") from None
    return body


def _address(text: str) -> str:
    try:
        return normalise(text)
    except AddressError as error:
        raise unprocessable([("address", str(error))]) from None


def _zone(name: str) -> None:
    if not is_zone(name):
        raise unprocessable([("zone", "this is no time zone; use a name such as Europe/Rome")])


def _is_an_account() -> Problem:
    return conflict("contact-is-an-account", "This id is an account's", "An invitation needs an id of its own.")
