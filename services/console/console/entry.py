"""Coming in: a code is asked for, mailed, typed; then there is a session (W1). Pages and API do the same by this."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from chassis.ids import derived_id, new_id
from chassis.logs import log
from console.clients import DeclinedError, NotThereError
from console.desk import Desk
from console.domain.codes import Answer, Registration, SignIn, cleaned, code_from, code_hash, judge, recent
from console.domain.sessions import Role, chosen, hashed
from console.store import ConsoleTx
from contracts.http.console import RoleKind

OPERATOR = derived_id("console", "first-operator")
"""The first operator's account and contact; it says nothing of the address."""


class TooManyCodesError(Exception):
    """This browser, contact or network asked for too many codes in a short time."""


class CodeRefusedError(Exception):
    """The code did not open anything; `answer` says why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        self.answer = answer


@dataclass(frozen=True)
class Ask:
    """Who wants to come in, and from where. `browser` is the sign-in cookie, `client` the network address."""

    browser: str
    client: str
    language: str
    address: str | None = None
    contact: str | None = None
    invitation: str | None = None
    next: str = ""
    registration: Registration | None = None


@dataclass(frozen=True)
class Entered:
    """A person is in: the session's cookie, as what, and where they wanted to go."""

    cookie: str
    role: Role
    next: str
    expires_in: timedelta


def random_cookie() -> str:
    """256 bits of chance."""
    return secrets.token_urlsafe(32)


async def ask(desk: Desk, wish: Ask) -> str:
    """Mail a code and return the browser's new sign-in cookie; the same for known, unknown and unreachable people.

    Raises `TooManyCodesError`, `WrongFieldsError` for what is no address, `ServiceAwayError`.
    """
    now = desk.clock.now()
    settings = desk.settings
    before = await desk.entry.sign_in(hashed(wish.browser), now) if wish.browser else None
    asked = recent(before.asked if before else (), since=now - settings.limit_window)
    if len(asked) >= settings.codes_per_browser:
        raise TooManyCodesError
    if await desk.limits.count(_network(desk, wish.client), now, settings.limit_window) > settings.codes_per_client:
        log.warning("sign_in.flood")
        raise TooManyCodesError
    code = code_from(secrets.randbelow(10**6))
    contact = await _send(desk, wish, code)
    if await desk.limits.count(f"contact:{contact}", now, settings.limit_window) > settings.codes_per_contact:
        # Somebody guesses, or floods a mailbox: this code opens nothing, and the page does not say so.
        code = secrets.token_hex(16)
        log.warning("sign_in.contact_flood", contact=contact)
    cookie = random_cookie()
    browser = hashed(cookie)
    sign_in = SignIn(
        id=browser,
        contact=contact,
        code=code_hash(_key(desk), browser, code),
        asked=(*asked, now),
        expires_at=now + settings.code_lifetime,
        next=wish.next,
        invitation=wish.invitation,
        registration=wish.registration,
    )
    await desk.entry.begin_sign_in(sign_in, instead_of=before.id if before else None)
    return cookie


async def _send(desk: Desk, wish: Ask, code: str) -> str:
    contact = wish.contact or wish.invitation
    if contact is None:
        try:
            return await desk.mailer.send_code(code, wish.language, address=wish.address)
        except DeclinedError:  # this mailbox was sent too many codes, whoever asked for them
            log.warning("sign_in.mailbox_flood")
            raise TooManyCodesError from None
    try:
        return await desk.mailer.send_code(code, wish.language, contact=contact)
    except (NotThereError, DeclinedError):
        # An invitation that isn't there looks like one that is: a code is said to be sent, and none can be right.
        log.info("sign_in.no_contact")
        return contact


async def enter(desk: Desk, browser: str, typed: str) -> Entered:
    """Judge a typed code, and let the person in. Raises `CodeRefusedError`, `ServiceAwayError`."""
    id_ = hashed(browser)
    sign_in = await desk.entry.count_try(id_)
    given = code_hash(_key(desk), id_, cleaned(typed))
    answer = judge(sign_in, given, now=desk.clock.now(), most=desk.settings.code_tries)
    if sign_in is None or answer is not Answer.RIGHT:
        raise CodeRefusedError(answer)
    person = await _person(desk, sign_in)
    cookie = random_cookie()
    expires_at = desk.clock.now() + desk.settings.session_lifetime

    async def work(tx: ConsoleTx) -> Role:
        if not await tx.use_sign_in(id_):
            raise CodeRefusedError(Answer.EXPIRED)
        role = await _take_role(tx, sign_in, person)
        await tx.begin_session(hashed(cookie), person, role, expires_at)
        return role

    role = await desk.transactions.run(work)
    log.info("session.begun", person=person, role=role.kind)
    return Entered(cookie, role, sign_in.next, desk.settings.session_lifetime)


async def _person(desk: Desk, sign_in: SignIn) -> str:
    """The account of whoever read the mail: an invitation's own contact becomes a new account's.

    An account's own contact moves to itself: so notifications knows that the address is proven, and keeps it.
    """
    account = new_id() if sign_in.contact == sign_in.invitation else sign_in.contact
    try:
        return await desk.mailer.move(sign_in.invitation or sign_in.contact, account)
    except (NotThereError, DeclinedError) as error:
        raise CodeRefusedError(Answer.EXPIRED) from error


async def _take_role(tx: ConsoleTx, sign_in: SignIn, person: str) -> Role:
    if sign_in.registration is not None:
        brand = derived_id("brand", sign_in.id)
        await tx.register_brand(brand, person, sign_in.registration)
        found = chosen(await tx.roles(person), RoleKind.BRAND, brand)
    elif sign_in.invitation is not None:
        await tx.register_creator(person)
        await tx.keep_proof(person, sign_in.invitation)
        found = chosen(await tx.roles(person), RoleKind.CREATOR, person)
    else:
        roles = await tx.roles(person)
        if not roles:
            await tx.register_creator(person)
            roles = await tx.roles(person)
        found = chosen(roles)
    if found is None:  # erased in the moment of signing in
        raise CodeRefusedError(Answer.EXPIRED)
    return found


def _key(desk: Desk) -> bytes:
    return f"code\x1f{desk.settings.console_secret.get_secret_value()}".encode()


def _network(desk: Desk, client: str) -> str:
    """A network address as a hash with a key of the day: it tells nobody who it was, and tomorrow it is another."""
    key = f"network\x1f{desk.settings.console_secret.get_secret_value()}\x1f{desk.clock.now().date()}".encode()
    return f"network:{hmac.new(key, client.encode(), sha256).hexdigest()[:32]}"
