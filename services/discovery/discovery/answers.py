"""What the API tells of profiles, and how refusals are told."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from chassis.http import Problem, unavailable, unprocessable
from chassis.http.answers import Told
from contracts.discovery import AgeBand, Gender
from contracts.http.discovery import (
    CreatorOut,
    EarlierPrediction,
    ErasureOut,
    FactorOut,
    FitIn,
    FitOut,
    PublishedViews,
    RangeOut,
    SalesHistory,
    ServiceAnswer,
    SnapshotIn,
)
from contracts.money import Money
from discovery.domain.columns import UnreadableFile
from discovery.domain.erasure import SERVICES
from discovery.domain.fit import Fit, Question
from discovery.domain.history import History
from discovery.domain.profiles import Observation, ProfileRecord
from discovery.domain.ranges import Range
from discovery.domain.rows import network_of
from discovery.domain.snapshots import FIGURES, Figures, Snapshot, Video, at_millisecond
from discovery.search.finding import MOST_SCORED, TooManyToScore
from discovery.search.search import NoIndexYet
from discovery.store import CameAbout, Full, KnownCampaign


def creator_out(profile: ProfileRecord) -> CreatorOut:
    """A profile as brands and operators see it."""
    state = profile.state()
    return CreatorOut(**{name: getattr(state, name) for name in type(state).model_fields}, revision=profile.revision)


def unreadable(error: UnreadableFile) -> Problem:
    """422, naming the file or the parameter."""
    return unprocessable([(error.about, f"{str(error)[:1].upper()}{str(error)[1:]}.")])


def no_index_yet(_error: NoIndexYet) -> Problem:
    """503: everything else works meanwhile."""
    return unavailable(
        "search-not-ready", "The search is not ready", "Its index is being made. Try again in a moment.", retry_after=2
    )


def full(error: Full) -> Problem:
    """409, saying of what there are too many."""
    return Problem(409, "full", "There is no more room", str(error))


def too_many(error: TooManyToScore) -> Problem:
    """422: the order by fit is exact or not given."""
    told = f"{error.found:,} creators are found, and up to {MOST_SCORED:,} are put in order by fit: add filters."
    return unprocessable([("sort", told)])


PROBLEMS: Mapping[type[Exception], Told] = {
    UnreadableFile: unreadable,
    NoIndexYet: no_index_yet,
    Full: full,
    TooManyToScore: too_many,
}


def observation_in(said: SnapshotIn, who: str) -> Observation:
    """What a source tells, as it is kept. Raises `UnreadableFile` for what is no network's name."""
    snapshot = Snapshot(
        at=at_millisecond(said.at),
        source=said.source or who,
        handle=said.handle,
        display_name=said.display_name,
        figures=Figures(**{name: getattr(said, name) for name in FIGURES}),
        ages={each.band: each.share for each in said.audience.ages},
        genders={each.gender: each.share for each in said.audience.genders},
        countries={each.country: each.share for each in said.audience.countries},
        videos=tuple(
            Video(
                id=video.id,
                published_at=at_millisecond(video.published_at),
                views=video.views,
                likes=video.likes,
                comments=video.comments,
                shares=video.shares,
            )
            for video in said.videos
        ),
    )
    return Observation(network_of(said.network), said.handle, snapshot)


TIME_AND_ID: Final = (datetime, str)
"""What a cursor over things of a time says."""


CARES: Final = ("interests", "jobs", "industries")
NAMED: Final = ("aspires_to", "peers")
"""The parts of a persona that fit looks for in creators' words, and those that name creators."""


def question_in(said: FitIn, campaign: KnownCampaign | None, persona: Mapping[str, Any] | None) -> Question:
    """What a brand asks, by one of its personas if there is one.

    What it costs to send a campaign's sample is said in one currency and counts in that alone.
    """
    whom = persona or {}
    sales = said.sales_per_thousand_viewers
    currency = said.currency or (campaign and campaign.currency) or "EUR"
    costs = campaign if campaign is not None and campaign.currency == currency else None
    about = said.categories or tuple(filter(None, (campaign.category,) if campaign is not None else ()))
    return Question(
        ages=frozenset(AgeBand(each) for each in whom.get("ages", ())),
        genders=frozenset(Gender(each) for each in whom.get("genders", ())),
        countries=frozenset(whom.get("countries", ())),
        categories=frozenset(about),
        influencer_type=said.influencer_type or (campaign.influencer_type if campaign is not None else None),
        deliverable=said.deliverable,
        currency=currency,
        budget=said.budget,
        fee=said.fee,
        product_cost=_first(said.product_cost, None if costs is None else costs.product),
        shipping=_first(said.shipping, None if costs is None else costs.shipping),
        other_costs=said.other_costs,
        sales_per_viewer=None if sales is None else Range(sales[0] / 1000, sales[1] / 1000),
        cares=tuple(line for part in CARES for line in whom.get(part, ())),
        professional=whom.get("professional"),
        named=tuple(line for part in NAMED for line in whom.get(part, ())),
        leave_out=tuple(whom.get("leave_out", ())),
    )


def _first(*amounts: int | None) -> int:
    return next((amount for amount in amounts if amount is not None), 0)


def sales_out(question: Question, reckoned: History | None) -> SalesHistory | None:
    """What makes money of viewers, by a thousand of them, and from how many collaborations that comes."""
    sales = question.sales_per_viewer
    if sales is None or sales.high is None:
        return None
    of = None if reckoned is None else reckoned.collaborations
    return SalesHistory(low=sales.low * 1000, high=sales.high * 1000, collaborations=of)


def fit_out(profile: str, found: Fit, sales: SalesHistory | None) -> FitOut:
    """An answer with all of its parts."""
    return FitOut(
        profile=profile,
        left_out=found.left_out,
        views=None if found.views is None else _range(found.views),
        factors=tuple(
            FactorOut(
                name=factor.name,
                value=_range(factor.value),
                inputs={name: _plain(value) for name, value in factor.inputs.items()},
                missing=factor.missing,
                by_hand=factor.by_hand,
            )
            for factor in found.factors
        ),
        viewers=None if found.viewers is None else _range(found.viewers),
        cost=_range(found.cost),
        costs=dict(found.costs),
        currency=found.currency,
        cost_per_thousand=None if found.cost_per_thousand is None else _range(found.cost_per_thousand),
        outcome_low=None if found.outcome is None else found.outcome[0],
        outcome_high=None if found.outcome is None else found.outcome[1],
        sales=sales,
        score=found.score,
    )


def _range(value: Range) -> RangeOut:
    return RangeOut(low=value.low, high=value.high)


def _plain(value: object) -> object:
    return _range(value).model_dump() if isinstance(value, Range) else value


PREDICTED: Final = ("viewers", "views", "currency", "outcome_low", "outcome_high", "cost")
"""What is kept of an answer, to be compared with what comes of it."""


def earlier(came: CameAbout) -> EarlierPrediction:
    """What was predicted, and what came of it by now."""
    row = came.row
    return EarlierPrediction(
        profile=row["profile"],
        campaign=row["campaign"],
        predicted_at=row["at"],
        completed=came.completed,
        fee=None if came.fee is None else Money.model_validate(came.fee),
        net_sales=tuple(Money(amount=net, currency=currency) for currency, net in came.sold.items()),
        published=PublishedViews(**asdict(came.published)),
        **{name: row.get(name) for name in PREDICTED},
    )


def erasure_out(row: Mapping[str, Any], now: datetime, overdue_after: timedelta) -> ErasureOut:
    """An erasure with what each service has answered."""
    return ErasureOut(
        id=row["_id"],
        asked_by=row["asked_by"],
        account=row["account"],
        profiles=tuple(row["profiles"]),
        invitations=tuple(row.get("invitations", ())),
        asked_at=row["asked_at"],
        asked=row["asked"],
        completed_at=row["completed_at"],
        overdue=row["is_open"] and now - row["waits_since"] > overdue_after,
        answers=tuple(_answer(service, row["answers"].get(service)) for service in SERVICES),
    )


def _answer(service: str, said: Mapping[str, Any] | None) -> ServiceAnswer:
    if said is None:
        return ServiceAnswer(service=service)
    return ServiceAnswer(service=service, answered_at=said["at"], went=said["went"], kept=said["kept"])
