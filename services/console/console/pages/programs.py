"""Programs: creators find them and apply, brands see their own, and everybody may read one (C4)."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from console.clients import (
    Campaigns,
    DeclinedError,
    NotThereError,
    Programs,
    ServiceAwayError,
    WrongFieldsError,
)
from console.domain.words import mark
from console.pages import labels, places, program_labels
from console.pages.bio import PUBLIC
from console.pages.forms import Form
from console.pages.problems import why_declined
from console.pages.site import Page, of_service
from console.pages.view import View
from contracts.campaigns import Answer, ApplicationStatus
from contracts.http.campaigns import Apply, CampaignOut, ProgramOut, PublicProgram
from contracts.http.console import RoleKind
from contracts.money import Money

ON_PAGE = 25
IDEA, ANSWER = 5000, 5000
MOST_FOLLOWERS = 10**12
CACHE = "public, max-age=60, stale-while-revalidate=300"
MOST_COUNTED = 20
"""Of so many programs of a brand, the waiting applications are counted."""


async def show(view: View) -> Response:
    """A creator's directory of open programs, or a brand's own programs."""
    return await (_of_brand(view) if view.who.role.kind is RoleKind.BRAND else _directory(view))


async def _directory(view: View) -> Response:
    form = Form(dict(view.request.query_params))
    category = form.values.get("category", "")
    country = form.values.get("country", "")
    commission = form.basis_points("commission", view.locale) if form.values.get("commission", "").strip() else None
    followers = form.whole("followers", least=0, most=MOST_FOLLOWERS, required=False)
    filters: dict[str, Any] = {
        "category": category if category in program_labels.CATEGORY else "",
        "country": country if country in places.countries(view.locale.language) else "",
        "commission": "" if commission is None else form.values["commission"].strip(),
        "followers": "" if followers is None else str(followers),
        "for_me": "1" if form.values.get("for_me") == "1" else "",
    }
    sort = form.values.get("sort", "")
    kept = {name: value for name, value in filters.items() if value}
    order = {"sort": sort} if sort == "newest" else {}
    page = await Programs(view.service("campaigns")).directory(
        {
            "category": filters["category"],
            "country": filters["country"],
            "min_commission": commission,
            "min_followers_at_most": followers,
            "for_me": "true" if filters["for_me"] else "",
            "sort": "newest" if order else "fit",
            "cursor": view.query("cursor", 2000),
            "limit": ON_PAGE,
        }
    )
    return view.render(
        "programs.html",
        form=form,
        page=page,
        filters=[(name, value, _link(kept | order, without=name)) for name, value in kept.items()],
        sort="newest" if order else "fit",
        everything=_link(order),
        first=_link(kept | order) if view.query("cursor", 2000) else "",
        following=_link(kept | order | {"cursor": page.next_cursor}) if page.next_cursor else "",
        countries=places.countries(view.locale.language),
        categories=_categories(view),
        labels=labels,
        words=program_labels,
        why=lambda program: _why(view, program),
    )


def _link(query: Mapping[str, Any], without: str = "") -> str:
    given = {name: value for name, value in query.items() if name != without}
    return f"/programs?{urlencode(given)}" if given else "/programs"


def _categories(view: View) -> list[tuple[str, str]]:
    named = ((code, view.say(words)) for code, words in program_labels.CATEGORY.items())
    return sorted(((str(code), words) for code, words in named), key=lambda pair: pair[1])


def _why(view: View, program: ProgramOut) -> list[tuple[str, str]]:
    """The reasons for and against, in words and tone."""
    found = []
    for part in program.fit:
        if (part.reason, part.standing) in program_labels.FIT:
            words, tone = program_labels.FIT[part.reason, part.standing]
            asks = ", ".join(_name(view, one) for one in part.asks)
            found.append((view.say(words) % {"asks": asks} if "%(asks)s" in words else view.say(words), tone))
    return found


def _name(view: View, asked: str) -> str:
    words = program_labels.CATEGORY.get(asked) or {str(one): words for one, words in labels.PLATFORM.items()}.get(asked)
    return view.say(words) if words else asked


async def _of_brand(view: View) -> Response:
    """Every campaign that takes or took applications, with how many of them wait."""
    programs = Programs(view.service("campaigns"))
    cursor = view.query("cursor", 2000)
    page = await Campaigns(view.service("campaigns")).all(cursor, limit=100)
    mine = [campaign for campaign in page.items if campaign.program is not None]
    waiting = await asyncio.gather(
        *(programs.of_campaign(campaign.id, ApplicationStatus.RECEIVED, limit=1) for campaign in mine[:MOST_COUNTED])
    )
    counts = {campaign.id: found.total for campaign, found in zip(mine, waiting, strict=False)}
    return view.render(
        "programs_of_brand.html",
        mine=mine,
        counts=counts,
        state=lambda campaign: state_of(view, campaign),
        following=f"/programs?{urlencode({'cursor': page.next_cursor})}" if page.next_cursor else "",
        first="/programs" if cursor else "",
        labels=labels,
    )


def state_of(view: View, campaign: CampaignOut) -> tuple[str, str]:
    """Whether a program takes applications now, in words and tone."""
    program = campaign.program
    until = None if program is None else program.accepts_until
    if program is None or campaign.status != "published" or (until is not None and until <= view.desk.clock.now()):
        return (mark("Closed"), "")
    return (mark("Open"), "green")


async def show_program(view: View) -> Response:
    """One program: what it asks for and pays, how the creator stands by its rules, and the application."""
    return await _program_page(view, Form())


async def _program_page(view: View, form: Form, status: int = 200) -> Response:
    program = await Programs(view.service("campaigns")).find(view.path("campaign"))
    return view.render(
        "program.html",
        status,
        form=form,
        program=program,
        failed=[finding for finding in program.findings if finding.standing == "failed"],
        countries=places.countries(view.locale.language),
        labels=labels,
        words=program_labels,
        why=_why(view, program),
    )


async def apply(view: View) -> Response:
    """Apply, with answers, an idea, and a price of one's own if one likes."""
    form = await view.form()
    programs = Programs(view.service("campaigns"))
    program = await programs.find(view.path("campaign"))
    asked = read_application(form, program, view)
    if not form.errors:
        try:
            made = await programs.apply(program.campaign, asked, key=form.text("key", most=100))
            return view.go(f"/applications/{made.id}?done=applied")
        except WrongFieldsError as wrong:
            form.take(wrong.errors, {"fee": "fee", "commission": "commission", "idea": "idea", "answers": "form"})
        except DeclinedError as declined:
            form.wrong("form", why_declined(declined))
    return await _program_page(view, form, 422)


def read_application(form: Form, program: ProgramOut, view: View) -> Apply:
    """What was typed; what is wrong with it is noted in the form."""
    terms = program.terms
    fee = commission = None
    if form.values.get("fee", "").strip():
        amount = form.amount("fee", terms.fee.currency, view.locale)
        fee = None if amount is None else Money(amount=amount, currency=terms.fee.currency)
    if form.values.get("commission", "").strip():
        commission = form.basis_points("commission", view.locale)
    answers = []
    for question in program.program.questions:
        text = form.text(
            f"q-{question.id}", most=ANSWER, required=question.required, words=mark("Answer this question.")
        )
        if text:
            answers.append(Answer(question=question.id, text=text))
    idea = form.text("idea", most=IDEA)
    if form.errors:
        return Apply()
    return Apply(idea=idea, answers=tuple(answers), fee=fee, commission=commission)


async def show_public(view: View) -> Response:
    """A program for everybody, without a cookie; the way in leads back to its page."""
    campaign = view.path("campaign")
    program: PublicProgram | None = None
    status, is_away = 404, False
    try:
        program = await view.desk.programs.find(campaign, Programs(view.desk.public_caller("campaigns")))
        status = 200
    except NotThereError:
        pass
    except (ServiceAwayError, DeclinedError) as away:
        if isinstance(away, ServiceAwayError):
            of_service(away)
        status, is_away = 503, True
    response = view.render(
        "program_public.html",
        status,
        program=program,
        is_away=is_away,
        campaign=campaign,
        countries=view.locale.territories,
        labels=labels,
        words=program_labels,
    )
    response.headers.update(PUBLIC)
    response.headers["Cache-Control"] = CACHE if program is not None else "public, max-age=5"
    if is_away:
        response.headers["Retry-After"] = "5"
    return response


PAGES = (
    Page("/p/{campaign}", show_public, is_public=True),
    Page("/programs", show, roles=(RoleKind.BRAND, RoleKind.CREATOR)),
    Page("/programs/{campaign}", show_program, RoleKind.CREATOR),
    Page("/programs/{campaign}", apply, RoleKind.CREATOR, "POST"),
)
