"""Collaborations at work, made by campaigns' own rules, as its API tells them: for screenshots and page tests."""

import base64
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx

from campaigns import answers
from campaigns.answers import boards
from campaigns.domain import campaigns
from campaigns.domain.calendar import Calendar
from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.collaborations import invitations, offers, proposals, samples, terms, work
from campaigns.domain.collaborations.records import CollaborationRecord, Step
from campaigns.domain.collaborations.stages import stage_of
from campaigns.domain.collaborations.states import Action
from campaigns.domain.collaborations.terms import Change
from campaigns.domain.collaborations.waiting import due_at, needs, waiting
from campaigns.domain.collaborations.work import Said
from campaigns.store.boards import Stage
from contracts.campaigns import InvitationKind, Planned, ProposalKind, Side
from contracts.envelope import fact_name
from contracts.http.campaigns import BoardOut, CollaborationOut, CreateCampaign, HappenedOut, ProfileSummary
from tests.console.sample_people import BRAND, CAMPAIGN, CREATOR, NOON, PEOPLE, ago, eur

WORK, OFFERED = "work-1", "work-2"
ROME = Calendar("Europe/Rome", "IT")
SEVEN_DAYS = timedelta(days=7)
B, C = Side.BRAND, Side.CREATOR


def planned(number: int, **days: int) -> Planned:
    """A short video, its steps due so many days from noon."""
    dues = {"concept": 1, "submission": 9, "publication": 16} | days
    return Planned.model_validate(
        {
            "id": f"d-{number}",
            "type": "short-video" if number != 2 else "story",
            "platform": "tiktok" if number != 2 else "instagram",
            "fee": eur(15_000),
            "manner": "Before and after, in daylight.",
            **{f"{step}_due": NOON + timedelta(days=by) for step, by in dues.items()},
        }
    )


def a_record(id_: str, person: int, days: float, *deliverables: Planned) -> CollaborationRecord:
    """An invitation that was sent so many days ago, with a fee that its deliverables share."""
    given = deliverables or (planned(1), planned(2, submission=11))
    draft = CreateCampaign.model_validate(
        {
            "name": "Spring serum launch",
            "landing_url": "https://lumea.example/products/vitamin-c-serum",
            "goal": {"metric": "orders", "target": 300, "measured_by": "both", "deadline": NOON + timedelta(days=41)},
            "brief": {"product": "Vitamin C serum, 30 ml", "sample_policy": "Two bottles, yours to keep"},
            "terms": {"fee": eur(15_000 * len(given)), "commission": 1200, "discount": 1500},
            "ends_at": NOON + timedelta(days=41),
        }
    )
    campaign = campaigns.published(campaigns.drafted(draft, id_=CAMPAIGN, brand=BRAND, now=ago(days=20)), ago(days=20))
    return invitations.invited(
        campaign,
        id_=id_,
        contact=CREATOR,
        kind=InvitationKind.DIRECT,
        profile=PEOPLE[person][0],
        message="Your honest before-and-after videos are what we look for.",
        terms=terms.first_terms(draft.terms, f"CODE{id_[-1]}15", ago(days=days), given),
        now=ago(days=days),
        answer_within=SEVEN_DAYS,
    )


class Told:
    """A collaboration that takes steps, and remembers them for its history."""

    def __init__(self, record: CollaborationRecord, person: int) -> None:
        self.record = record
        self.person = person
        self.history = [HappenedOut(revision=1, fact="creator-invited", at=record.state.invitation.sent_at, by=B)]

    def take(self, step: Step) -> "Told":
        self.record = step.after
        self.history.append(
            HappenedOut(
                revision=step.after.revision,
                fact=fact_name(step.says.TYPE),
                at=step.at,
                by=step.by,
                deliverable=step.deliverable,
            )
        )
        return self

    def does(self, action: Action, side: Side, at: datetime, one: str = "d-1", **said: Any) -> "Told":
        return self.take(work.done(self.record, one, action, side, at, ROME, Said(**said)))

    def out(self, side: Side, now: datetime = NOON) -> CollaborationOut:
        """As that side reads it."""
        one = summary(self.person)
        return answers.collaboration_out(
            self.record, {BRAND: "Lumea Skincare"}, {CAMPAIGN: _campaign()}, {one.id: one}, side, now
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        """To whichever side the token is of."""
        told = self.out(side_of(request))
        return httpx.Response(200, json=told.model_dump(mode="json", by_alias=True))


def summary(person: int) -> ProfileSummary:
    """What campaigns knows of one of the people."""
    profile, handle, name, followers, *_ = PEOPLE[person]
    return ProfileSummary(id=profile, network="tiktok", handle=handle, display_name=name, followers=followers)


def _campaign() -> CampaignRecord:
    draft = CreateCampaign.model_validate(
        {
            "name": "Spring serum launch",
            "landing_url": "https://lumea.example/products/vitamin-c-serum",
            "goal": {"metric": "orders", "target": 300, "measured_by": "both", "deadline": NOON + timedelta(days=41)},
            "brief": {"product": "Vitamin C serum, 30 ml", "sample_policy": "Two bottles, yours to keep"},
            "terms": {"fee": eur(15_000), "commission": 1200},
        }
    )
    return campaigns.published(campaigns.drafted(draft, id_=CAMPAIGN, brand=BRAND, now=ago(days=20)), ago(days=20))


def side_of(request: httpx.Request) -> Side:
    """The side that a token is of, unchecked."""
    body = request.headers["authorization"].split(".")[1]
    kind = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["kind"]
    return B if kind == "brand" else C


def at_work() -> Told:
    """Agreed after a counter-offer: one piece is in review, of one the concept is due; a sample is on its way."""
    told = offered()
    told.take(offers.accepted(told.record, B, CREATOR, 2, ago(days=12), ROME))
    told.take(
        samples.moved(
            told.record,
            Action.REQUEST_SAMPLE,
            C,
            ago(days=11),
            ROME,
            reason="I want to try it.",
            plan="Two weeks, then a before and after.",
        )
    )
    told.take(samples.moved(told.record, Action.APPROVE_SAMPLE, B, ago(days=10), ROME, answer="Gladly."))
    told.take(
        samples.moved(
            told.record, Action.SHIP_SAMPLE, B, ago(days=9), ROME, carrier="Poste Italiane", tracking="RB123456785IT"
        )
    )
    told.does(Action.PROPOSE_CONCEPT, C, ago(days=8), text="Morning routine: my skin on day 1 and on day 14.")
    told.does(Action.ASK_CHANGES, B, ago(days=7), points=("Show the bottle earlier.", "Say that it has no perfume."))
    told.does(
        Action.PROPOSE_CONCEPT, C, ago(days=6), text="The bottle first, then day 1 and day 14. No perfume, said aloud."
    )
    told.does(Action.APPROVE_CONCEPT, B, ago(days=5))
    told.does(Action.SUBMIT, C, ago(days=2), url="https://drive.example/preview/8842", text="First cut")
    told.take(
        proposals.proposed(
            told.record,
            ProposalKind.EXTENSION,
            C,
            ago(days=1),
            deliverable="d-2",
            until=NOON + timedelta(days=20),
            note="I am ill this week.",
        )
    )
    told.take(terms.announced(told.record, Change(hold_days=14), ago(hours=20)))
    return told.take(terms.announced(told.record, Change(commission=1000), ago(hours=2)))


def offered() -> Told:
    """The creator has made a counter-offer."""
    told = Told(a_record(WORK, 0, 14), 0)
    asked = offers.Asked(eur(36_000), 1500, None, NOON + timedelta(days=18), "Two videos take me three days.")
    return told.take(offers.offered(told.record, C, CREATOR, 1, asked, ago(days=13), SEVEN_DAYS))


def on_the_table() -> Told:
    """As `offered`, two days ago, and not answered yet."""
    told = Told(a_record(OFFERED, 3, 3), 3)
    asked = offers.Asked(eur(36_000), 1500, None, NOON + timedelta(days=18), "Two videos take me three days.")
    return told.take(offers.offered(told.record, C, CREATOR, 1, asked, ago(days=2), SEVEN_DAYS))


def everything() -> list[Told]:
    return [at_work(), on_the_table(), Told(a_record("work-3", 1, 1), 1)]


def for_brand() -> list[CollaborationOut]:
    """All of them as the brand reads them."""
    return [told.out(B) for told in everything()]


def listed(request: httpx.Request) -> httpx.Response:
    """All of them, as the API lists them to that side."""
    side = side_of(request)
    items = [told.out(side).model_dump(mode="json", by_alias=True) for told in everything()]
    return httpx.Response(200, json={"items": items, "next_cursor": None, "total": None})


def columns(told: Sequence[Told]) -> dict[str, list[CollaborationRecord]]:
    """By stage, what is due first at the top."""
    found: dict[str, list[CollaborationRecord]] = {}
    for one in sorted(told, key=lambda one: due_at(one.record)):
        found.setdefault(stage_of(one.record.state), []).append(one.record)
    return found


def counts(told: Sequence[Told], now: datetime = NOON) -> dict[str, Stage]:
    """As the store counts them."""
    return {
        stage: Stage(
            len(records), sum(due_at(one) < now for one in records), sum(needs(one, Side.BRAND) for one in records)
        )
        for stage, records in columns(told).items()
    }


def a_board() -> BoardOut:
    """Everything on a board."""
    told = everything()
    people = {one.record.state.id: summary(one.person) for one in told}
    cards = {
        stage: [boards.card_out(one, {one.state.profile or "": people[one.state.id]}, NOON) for one in records]
        for stage, records in columns(told).items()
    }
    return boards.board_of(counts(told), cards)


def column(request: httpx.Request) -> httpx.Response:
    """A campaign's collaborations of the stages that are asked for, by what they need, as the API lists them."""
    query = request.url.params
    stages = query.get_list("stage")
    found = [
        one
        for one in everything()
        if (not stages or stage_of(one.record.state) in stages)
        and (not query.get("needs_brand") or needs(one.record, Side.BRAND))
        and (not query.get("overdue") or due_at(one.record) < NOON)
    ]
    found.sort(key=lambda one: due_at(one.record))
    items = [one.out(B).model_dump(mode="json", by_alias=True) for one in found]
    return httpx.Response(200, json={"items": items, "next_cursor": None, "total": None})


def my_steps(request: httpx.Request) -> httpx.Response:
    """The creator's steps that one side is waited for."""
    by = request.url.params.get("by")
    found = [
        (waits.order, boards.step_out(one.record, waits.due, {BRAND: "Lumea Skincare"}, {CAMPAIGN: _campaign()}, NOON))
        for one in everything()
        for waits in waiting(one.record)
        if by in (None, waits.due.by)
    ]
    items = [step.model_dump(mode="json", by_alias=True) for _, step in sorted(found, key=lambda one: one[0])]
    return httpx.Response(200, json={"items": items, "next_cursor": None, "total": len(items)})


Answer = Callable[[httpx.Request], httpx.Response] | dict[str, Any]


def given() -> dict[str, Answer]:
    """The kit's answers about them."""
    path = f"campaigns/v1/campaigns/{CAMPAIGN}"
    found: dict[str, Answer] = {
        f"GET {path}/board": a_board().model_dump(mode="json", by_alias=True),
        f"GET {path}/stages": boards.stages_out(counts(everything())).model_dump(mode="json"),
        "GET campaigns/v1/me/steps": my_steps,
    }
    for told in everything():
        path = f"campaigns/v1/collaborations/{told.record.state.id}"
        found[f"GET {path}"] = told.answer
        steps = [one.model_dump(mode="json") for one in told.history]
        found[f"GET {path}/history"] = {"items": steps, "next_cursor": None, "total": None}
    return found
