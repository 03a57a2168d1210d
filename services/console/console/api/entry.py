"""Registration, sign-in and the session's tokens as JSON: what the forms do, for programs with a cookie jar."""

from fastapi import APIRouter, Request, Response

from chassis.http import Problem, marks, not_found, unprocessable
from chassis.http.tokens import LIFETIME
from console import catalogues, cookies
from console import entry as ways_in
from console.api.here import SameOrigin, TheDesk, TheSession
from console.clients import ServiceAwayError, WrongFieldsError
from console.desk import Desk
from console.domain.accounts import Refusal, country_of, is_address, is_currency, is_zone
from console.domain.codes import Registration
from console.domain.sessions import Role, hashed
from console.entry import Ask, CodeRefusedError, TooManyCodesError
from console.settings import SERVICES
from contracts.console import BrandDetails
from contracts.http.console import (
    BeginSignIn,
    CodeSent,
    EnterCode,
    RegisterBrand,
    RoleOut,
    SessionOut,
    TokenOut,
    TokenRequest,
)

router = APIRouter(prefix="/v1", tags=["sign-in"], dependencies=[SameOrigin])
readers = APIRouter(prefix="/v1", tags=["sign-in"])
OPEN = marks(public=True)


@router.post("/brands", status_code=202, openapi_extra=OPEN)
async def register_brand(body: RegisterBrand, request: Request, response: Response, desk: TheDesk) -> CodeSent:
    """Begin a brand's registration; the mailed code, given to `POST /v1/session`, activates it."""
    wrong = [
        (field, str(refusal))
        for field, right, refusal in (
            ("email", is_address(body.email), Refusal.ADDRESS),
            ("currency", is_currency(body.currency), Refusal.CURRENCY),
            ("zone", is_zone(body.zone), Refusal.ZONE),
        )
        if not right
    ]
    if wrong:
        raise unprocessable(wrong)
    details = BrandDetails(
        name=body.name,
        domains=body.domains,
        currency=body.currency,
        zone=body.zone,
        country=body.country or country_of(body.zone),
    )
    registration = Registration(details=details, phone=body.phone, vat_number=body.vat_number)
    return await _ask(desk, request, response, address=body.email, registration=registration)


@router.post("/sign-ins", status_code=202, openapi_extra=OPEN)
async def begin_sign_in(body: BeginSignIn, request: Request, response: Response, desk: TheDesk) -> CodeSent:
    """Mail a code to an address, or to whom an invitation was sent; the answer is the same for all of them."""
    if (body.address is None) == (body.invitation is None):
        raise unprocessable([("address", "Give either address or invitation.")])
    if body.address is not None and not is_address(body.address):
        raise unprocessable([("address", str(Refusal.ADDRESS))])
    return await _ask(desk, request, response, address=body.address, invitation=body.invitation)


@router.post("/session", status_code=201, openapi_extra=OPEN)
async def enter(body: EnterCode, request: Request, response: Response, desk: TheDesk) -> SessionOut:
    """Sign in by the code, from the browser that asked for it."""
    browser = cookies.read(request, cookies.SIGN_IN, desk.settings)
    try:
        entered = await ways_in.enter(desk, browser, body.code)
    except CodeRefusedError as refused:
        raise Problem(
            403, f"code-{refused.answer}", "This code opens nothing", "Look at the newest mail, or ask for a new code."
        ) from refused
    except ServiceAwayError as away:
        raise _away() from away
    seconds = int(entered.expires_in.total_seconds())
    cookies.put(response, cookies.SESSION, entered.cookie, desk.settings, seconds=seconds)
    cookies.drop(response, cookies.SIGN_IN, desk.settings)
    session = await desk.entry.session(hashed(entered.cookie), desk.clock.now())
    assert session is not None
    return _shown(session)


@readers.get("/session", openapi_extra=OPEN)
async def get_session(session: TheSession) -> SessionOut:
    """As what the signed-in person acts, and as what else they could."""
    return _shown(session)


@router.delete("/session", status_code=204, openapi_extra=OPEN)
async def leave(session: TheSession, response: Response, desk: TheDesk) -> None:
    """Sign out."""
    await desk.entry.end_session(session.id)
    cookies.drop(response, cookies.SESSION, desk.settings)


@router.post("/session/token", openapi_extra=OPEN)
async def get_token(body: TokenRequest, session: TheSession, desk: TheDesk) -> TokenOut:
    """A token of the signed-in person for one service; with `invitation`, one that proves it."""
    if body.audience not in SERVICES:
        raise unprocessable([("audience", f"Must be one of {', '.join(SERVICES)}.")])
    if body.invitation is not None and body.invitation not in session.invitations:
        raise not_found("invitation")
    token = await desk.mint(session, body.audience, invitation=body.invitation)
    return TokenOut(access_token=token, expires_in=LIFETIME)


async def _ask(
    desk: Desk,
    request: Request,
    response: Response,
    *,
    address: str | None = None,
    invitation: str | None = None,
    registration: Registration | None = None,
) -> CodeSent:
    wish = Ask(
        browser=cookies.read(request, cookies.SIGN_IN, desk.settings),
        client=cookies.client_of(request),
        language=catalogues.negotiate(request.headers.get("accept-language", "")).language,
        address=address,
        invitation=invitation,
        registration=registration,
    )
    try:
        cookie = await ways_in.ask(desk, wish)
    except TooManyCodesError as error:
        seconds = str(int(desk.settings.limit_window.total_seconds()))
        raise Problem(
            429, "too-many-codes", "Too many codes", "Wait a few minutes.", headers={"Retry-After": seconds}
        ) from error
    except WrongFieldsError as error:
        raise unprocessable([("address", str(Refusal.ADDRESS))]) from error
    except ServiceAwayError as away:
        raise _away() from away
    lifetime = int(desk.settings.code_lifetime.total_seconds())
    cookies.put(response, cookies.SIGN_IN, cookie, desk.settings, seconds=lifetime)
    return CodeSent(expires_in=lifetime)


def _away() -> Problem:
    return Problem(
        503, "service-away", "Not possible at the moment", "Try again in a moment.", headers={"Retry-After": "1"}
    )


def _shown(session: "TheSession") -> SessionOut:
    return SessionOut(
        role=_role(session.role),
        roles=tuple(_role(role) for role in session.roles),
        invitations=tuple(sorted(session.invitations)),
        expires_at=session.expires_at,
    )


def _role(role: Role) -> RoleOut:
    return RoleOut(kind=role.kind, id=role.id, name=role.name)
