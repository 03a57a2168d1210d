"""For operators: third parties that may read creators' figures, and what each may read (D11)."""

from typing import Any

from starlette.responses import Response

from chassis.http.tokens import LIFETIME
from console import third_parties
from console.domain.words import mark
from console.pages.forms import Form
from console.pages.site import Page
from console.pages.view import View
from console.store.third_parties import ThirdParty
from contracts.http.console import RoleKind
from contracts.http.discovery import FIELDS_OF, DataScope

BASE = "/third-parties"
NAME = 200
SCOPES: dict[DataScope, str] = {
    DataScope.FIND: mark("Which creator a handle stands for"),
    DataScope.REACH: mark("Followers and views"),
    DataScope.ENGAGEMENT: mark("Likes, comments, shares and engagement"),
    DataScope.GROWTH: mark("Growth"),
    DataScope.ACTIVITY: mark("How often they publish"),
    DataScope.SALES: mark("Sales per 1,000 views"),
    DataScope.VIDEO_LIST: mark("Which videos there are"),
    DataScope.VIDEO_COUNTS: mark("How videos did"),
    DataScope.AGES: mark("Audience by age"),
    DataScope.GENDERS: mark("Audience by gender"),
    DataScope.COUNTRIES: mark("Audience by country"),
    DataScope.FOLLOWERS: mark("Followers"),
    DataScope.AVERAGE_VIEWS: mark("Average views"),
    DataScope.MEDIAN_VIEWS: mark("Median views"),
    DataScope.MEDIAN_VIEWS_7D: mark("Median views after seven days"),
    DataScope.AVERAGE_LIKES: mark("Average likes"),
    DataScope.AVERAGE_COMMENTS: mark("Average comments"),
    DataScope.AVERAGE_SHARES: mark("Average shares"),
    DataScope.ENGAGEMENT_PER_VIEW: mark("Engagement per view"),
    DataScope.ENGAGEMENT_PER_FOLLOWER: mark("Views per follower"),
    DataScope.GROWTH_7D: mark("Growth in 7 days"),
    DataScope.GROWTH_30D: mark("Growth in 30 days"),
    DataScope.GROWTH_90D: mark("Growth in 90 days"),
    DataScope.VIDEOS_PER_WEEK: mark("Videos a week"),
    DataScope.VIDEOS_30D: mark("Videos of 30 days"),
    DataScope.VIEWS_30D: mark("Views of 30 days"),
    DataScope.GPM: mark("Gross sales per 1,000 views"),
    DataScope.NET_GPM: mark("Net sales per 1,000 views"),
    DataScope.VIDEO_ID: mark("Ids of videos"),
    DataScope.VIDEO_PUBLISHED_AT: mark("When each was published"),
    DataScope.VIDEO_VIEWS: mark("Views of each video"),
    DataScope.VIDEO_LIKES: mark("Likes of each video"),
    DataScope.VIDEO_COMMENTS: mark("Comments on each video"),
    DataScope.VIDEO_SHARES: mark("Shares of each video"),
    DataScope.VIDEO_VIEWS_7D: mark("Views of each video after seven days"),
}
WHOLE: tuple[DataScope, ...] = tuple(
    scope for scope in DataScope if scope not in {field for group in FIELDS_OF.values() for field in group}
)
"""What has a box of its own; the fields of a group have theirs below it."""

BOXES: dict[str, Any] = {"scopes": SCOPES, "whole": WHOLE, "fields": FIELDS_OF}


async def list_third_parties(view: View) -> Response:
    """All of them, revoked ones last seen as such, and the form for a new one."""
    return await _list(view, Form())


async def make(view: View) -> Response:
    """A new one; its secret is shown on this answer and never again."""
    form = await view.form()
    name = form.line("name", most=NAME, required=True)
    scopes = _scopes(form)
    if form.errors:
        return await _list(view, form, 422)
    made, secret = await third_parties.make(view.desk, name, scopes, view.who.person)
    return await _show(view, made, Form(), secret=secret)


async def show(view: View) -> Response:
    """One of them."""
    found = await view.desk.third_parties.find(view.path("third_party"))
    return await _not_there(view) if found is None else await _show(view, found, Form())


async def change(view: View) -> Response:
    """What it may read from its next token on."""
    form = await view.form()
    id_ = view.path("third_party")
    scopes = _scopes(form)
    found = await view.desk.third_parties.find(id_)
    if found is None:
        return await _not_there(view)
    if form.errors:
        return await _show(view, found, form, status=422)
    if await view.desk.third_parties.change_scopes(id_, third_parties.in_order(scopes)) is None:
        return await _show(view, found, Form(), status=409)
    return view.go(f"{BASE}/{id_}?done=third-party-changed")


async def revoke(view: View) -> Response:
    """It gets no more tokens; again changes nothing."""
    id_ = view.path("third_party")
    if await view.desk.third_parties.find(id_) is None:
        return await _not_there(view)
    await third_parties.revoke(view.desk, id_, view.who.person)
    return view.go(f"{BASE}/{id_}?done=third-party-revoked")


def _scopes(form: Form) -> list[DataScope]:
    found = [scope for scope in DataScope if form.values.get(f"scope-{scope}") == "yes"]
    if not found:
        form.wrong("scopes", mark("Choose at least one thing that it may read."))
    return found


async def _list(view: View, form: Form, status: int = 200) -> Response:
    found = await view.desk.third_parties.all()
    return view.render(
        "third_parties.html", status, items=found, base=BASE, form=form, name_length=NAME, chosen=(), **BOXES
    )


async def _show(view: View, found: ThirdParty, form: Form, *, status: int = 200, secret: str = "") -> Response:
    return view.render(
        "third_party.html",
        status,
        one=found,
        secret=secret,
        base=BASE,
        form=form,
        chosen=() if form.values else found.scopes,
        token_url=f"{view.desk.settings.console_public_url}/oauth/token",
        minutes=LIFETIME // 60,
        **BOXES,
    )


async def _not_there(view: View) -> Response:
    return await _list(view, Form(), 404)


PAGES = (
    Page(BASE, list_third_parties, RoleKind.OPERATOR),
    Page(BASE, make, RoleKind.OPERATOR, "POST"),
    Page(f"{BASE}/{{third_party}}", show, RoleKind.OPERATOR),
    Page(f"{BASE}/{{third_party}}", change, RoleKind.OPERATOR, "POST"),
    Page(f"{BASE}/{{third_party}}/revoke", revoke, RoleKind.OPERATOR, "POST"),
)
