"""A creator's page: figures with history, audience, work here, and how well they fit, all with where it comes from."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlencode

from starlette.responses import Response

from console.clients import Attribution, Campaigns, Discovery, NotThereError, WrongFieldsError
from console.domain.words import mark
from console.pages import creator_labels, labels, places
from console.pages.creators import fitting
from console.pages.creators.all_figures import rows_of
from console.pages.creators.faces import name_of
from console.pages.creators.figures import card_of
from console.pages.creators.history import audience_of, charts_of
from console.pages.forms import Form
from console.pages.parts import if_there
from console.pages.site import Page
from console.pages.view import View
from contracts.campaigns import CampaignStatus
from contracts.http.attribution import CreatorResult
from contracts.http.campaigns import CampaignOut
from contracts.http.console import RoleKind
from contracts.http.discovery import FitOut, PastCampaign, PersonaOut, ShortlistOut, TypeMatrix, TypeOut

MOST_RESULTS: Final = 10
"""Of so many campaigns with the creator it is asked what they brought, the newest first."""


@dataclass(frozen=True)
class Around:
    """What stands around a creator; a part whose service is away is None."""

    campaigns: tuple[CampaignOut, ...] | None
    shortlists: tuple[ShortlistOut, ...] | None
    personas: tuple[PersonaOut, ...] | None
    type_: TypeOut | None
    matrix: TypeMatrix | None

    def campaign_names(self) -> Mapping[str, str]:
        """Names by id, of the newest hundred."""
        return {one.id: one.name for one in self.campaigns or ()}


async def show(view: View) -> Response:
    """Everything that is known of one creator; what to judge them by is in the address."""
    return await _render(view, Form(dict(view.request.query_params)))


async def _render(view: View, asked: Form, form: Form | None = None, status: int = 200) -> Response:
    profile = view.path("profile")
    page, around = await asyncio.gather(Discovery(view.service("discovery")).page(profile), _around(view, profile))
    fit, brought = await asyncio.gather(_fit(view, asked, around), _brought(view, page.campaigns))
    shown = form or asked
    names = await _names(view, fit)
    problems = HTTPStatus.UNPROCESSABLE_ENTITY if asked.errors else status
    given = _given(asked)
    market = _market(view)
    return view.render(
        "creator.html",
        problems,
        page=page,
        card=card_of(view, page.creator, market, worked_with_us=bool(page.campaigns)),
        figures=rows_of(page.figures, view),
        charts=charts_of(page, view),
        audience=audience_of(page.creator.audience, view),
        around=around,
        brought=brought,
        open_campaigns=_open(around),
        campaign_names=around.campaign_names(),
        fit=fit,
        answer=None if fit is None else fitting.answer_of(fit, view),
        viewers_of=lambda value: fitting.predicted_viewers(value, view),
        cost_of=lambda value, currency: fitting.cost_of(value, currency, view),
        came_of=lambda one: fitting.came_of(one, view),
        names=names,
        form=shown,
        given=given,
        here=_here(profile, given),
        labels=creator_labels,
        work_labels=labels,
    )


async def _around(view: View, profile: str) -> Around:
    discovery = Discovery(view.service("discovery"))
    campaigns, shortlists, personas, type_, matrix = await asyncio.gather(
        if_there(Campaigns(view.service("campaigns")).all(limit=100)),
        if_there(discovery.shortlists()),
        if_there(discovery.personas()),
        if_there(discovery.type_of(profile)),
        if_there(discovery.types()),
    )
    return Around(None if campaigns is None else campaigns.items, shortlists, personas, type_, matrix)


def _open(around: Around) -> list[CampaignOut] | None:
    if around.campaigns is None:
        return None
    return [one for one in around.campaigns if one.status is CampaignStatus.PUBLISHED]


async def _brought(view: View, past: Sequence[PastCampaign]) -> Mapping[str, CreatorResult]:
    """What the newest collaborations brought, by their ids; nothing of a campaign while attribution is away."""
    attribution = Attribution(view.service("attribution"))
    campaigns = list(dict.fromkeys(one.campaign for one in past))[:MOST_RESULTS]
    found = await asyncio.gather(*(if_there(attribution.results(one)) for one in campaigns))
    return {row.collaboration: row for results in found if results is not None for row in results.creators}


async def _fit(view: View, asked: Form, around: Around, kept_for: str | None = None) -> FitOut | None:
    """The answer; None while something in the question is wrong, or discovery does not answer."""
    personas = {one.id: one.name for one in around.personas or ()}
    question = fitting.read(asked, view, personas, around.campaign_names())
    if question is None:
        return None
    if kept_for is not None:
        question = question.model_copy(update={"campaign": kept_for, "keep": True})
    try:
        return await if_there(Discovery(view.service("discovery")).fit(view.path("profile"), question))
    except WrongFieldsError as wrong:
        asked.take(wrong.errors, fitting.FIELDS)
        return None


async def _names(view: View, fit: FitOut | None) -> Mapping[str, str]:
    """Whom earlier predictions were about, by id."""
    if fit is None or not fit.earlier:
        return {}
    found = await if_there(Discovery(view.service("discovery")).named(one.profile for one in fit.earlier))
    return {id_: name_of(profile) for id_, profile in (found or {}).items()}


async def set_relevance(view: View) -> Response:
    """Let the brand's own relevance count for this creator, or the reckoned one again."""
    form, profile = await view.form(), view.path("profile")
    back = _here(profile, _question(form))
    discovery = Discovery(view.service("discovery"))
    if "forget" in form.values:
        try:
            await discovery.forget_relevance(profile)
        except NotThereError:  # somebody else took it back meanwhile: what is wanted holds
            await discovery.find(profile)
        return view.go(_done(back, "relevance-forgotten"))
    relevance = form.basis_points("relevance", view.locale)
    if relevance is None:
        return await _again(view, form)
    await discovery.set_relevance(profile, relevance)
    return view.go(_done(back, "relevance-set"))


async def keep_prediction(view: View) -> Response:
    """Keep the answer for one campaign, to stand beside what comes of it."""
    form, profile = await view.form(), view.path("profile")
    question = _question(form)
    around = await _around(view, profile)
    campaign = form.text("for_campaign")
    if campaign not in around.campaign_names():
        form.wrong("for_campaign", mark("Choose one of your campaigns."))
        return await _again(view, form)
    asked = Form(question)
    if await _fit(view, asked, around, campaign) is None:
        form.errors |= asked.errors or {"form": mark("This can't be kept right now. Try again in a minute.")}
        return await _again(view, form)
    return view.go(_done(_here(profile, question), "prediction-kept"))


async def _again(view: View, form: Form) -> Response:
    """The page with what was typed and what is wrong with it."""
    return await _render(view, Form(_question(form)), form, 422)


def _question(form: Form) -> dict[str, str]:
    return _given(form)


def _given(form: Form) -> dict[str, str]:
    """The question, and the market whose standing is shown, as the address says them."""
    return {name: form.values[name] for name in (*fitting.ASKED, "market") if form.values.get(name)}


def _market(view: View) -> str:
    """The market whose standing is shown, as Explore's link names it; none where there is no such country."""
    code = view.query("market")
    return code if code in places.countries("en") else ""


def _here(profile: str, given: Mapping[str, str]) -> str:
    path = f"/creators/{quote(profile, safe='')}"
    return f"{path}?{urlencode(dict(given))}" if given else path


def _done(address: str, word: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}done={word}#fit"


PAGES = (
    Page("/creators/{profile}", show, RoleKind.BRAND),
    Page("/creators/{profile}/relevance", set_relevance, RoleKind.BRAND, "POST"),
    Page("/creators/{profile}/prediction", keep_prediction, RoleKind.BRAND, "POST"),
)
