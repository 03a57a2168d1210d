"""A campaign's counts and columns, and a creator's list of work: what is due first, exactly counted, page by page."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns.domain.collaborations import proposals, work
from campaigns.domain.collaborations.deadlines import missed
from campaigns.domain.collaborations.records import CollaborationRecord
from campaigns.domain.collaborations.stages import STAGES, stage_of, stages_of
from campaigns.domain.collaborations.states import Action
from campaigns.domain.collaborations.waiting import NEVER, answers_for_creator, due_at, needs, waiting
from campaigns.domain.collaborations.work import Said
from campaigns.store import documents
from chassis.http import Kind
from contracts.campaigns import CollaborationStatus, ProposalKind, Side
from tests.campaigns.builders import NOON, ROME, WEEK, a_deliverable, a_profile, a_work, agreed, an_invitation
from tests.campaigns.kit import Campaigns, fields, found, problem

DAY = timedelta(days=1)


def named(record: CollaborationRecord, id_: str, **fields: Any) -> dict[str, Any]:
    """As stored, under another id and with other fields of the state."""
    state = record.state.model_copy(update={"id": id_, **fields})
    return documents.of_collaboration(CollaborationRecord(state, record.revision))


def test_what_waits_for_nobody_has_no_date_and_every_stage_belongs_to_a_state():
    assert due_at(an_invitation(CollaborationStatus.DECLINED)) == NEVER
    assert {name for status in CollaborationStatus for name in stages_of(status)} == set(STAGES)
    for status in CollaborationStatus:
        record = an_invitation(status)
        assert stage_of(record.state) in stages_of(status)


def test_a_proposal_waits_for_the_other_side_from_when_it_was_made():
    record = agreed(a_deliverable(0), a_deliverable(1, concept_due=NOON + WEEK))
    assert [(one.due.subject, one.due.by) for one in waiting(record)] == [("d-1", Side.CREATOR), ("d-0", Side.CREATOR)]
    assert (needs(record, Side.BRAND), due_at(record)) == (False, NOON + WEEK)
    at = NOON + DAY
    asked = proposals.proposed(record, ProposalKind.CANCELLATION, Side.CREATOR, at).after
    assert [one.due.subject for one in waiting(asked)] == ["proposal:1", "d-1", "d-0"]
    assert (needs(asked, Side.BRAND), due_at(asked)) == (True, NOON + WEEK)
    refused = proposals.answered(asked, 1, Side.BRAND, at, yes=False).after
    assert [one.due.subject for one in waiting(refused)] == ["d-1", "d-0"]


def test_whoever_answers_for_the_creator_has_the_work():
    assert answers_for_creator(an_invitation()) == "i-1"
    assert answers_for_creator(agreed()) == "a-1"


async def a_board(service: Campaigns) -> str:
    """One campaign of b-1: two are invited, five at work, one of them in review and two overdue, one declined."""
    campaign = await service.published()
    now = service.now()
    rows = [named(an_invitation(), f"i-{n}", profile=None) for n in (1, 2)]
    rows.append(named(an_invitation(CollaborationStatus.DECLINED), "i-3", profile=None))
    for number in range(5):
        due = now + (number - 2) * DAY + timedelta(hours=1)
        record = agreed(a_deliverable(0, concept_due=due), at=due - WEEK)
        if number == 4:
            words = Said(text="Lamp at dawn")
            record = work.done(record, "d-0", Action.PROPOSE_CONCEPT, Side.CREATOR, now, ROME, words).after
        if number == 0:
            (deadline,) = [one.deadline for one in record.state.deliverables]
            assert deadline is not None
            step = missed(record, "d-0", deadline.number, now)
            assert step is not None
            record = step.after
        rows.append(named(record, f"w-{number}", profile=None, creator=f"a-{number % 2}"))
    for row in rows:
        row["campaign"] = row["state"]["campaign"] = campaign
        row.pop("code", None)
    await service.db["collaborations"].insert_many(rows)
    return campaign


async def test_stages_are_counted_exactly_with_what_is_overdue_and_what_needs_the_brand(service: Campaigns):
    campaign = await a_board(service)
    told = found(await service.brand("GET", f"/v1/campaigns/{campaign}/stages"))
    counts = {one["stage"]: (one["count"], one["overdue"], one["needs_brand"]) for one in told["stages"]}
    assert list(counts) == list(STAGES)
    assert counts["invited"] == (2, 2, 0), "their offers, of the year before, are over"
    assert counts["concept"] == (4, 2, 0)
    assert counts["concept-review"] == (1, 0, 1)
    assert counts["declined"] == (1, 0, 0)
    assert (told["count"], told["overdue"], told["needs_brand"]) == (8, 4, 1)
    board = found(await service.brand("GET", f"/v1/campaigns/{campaign}/board"))["columns"]
    assert {one["stage"]: (one["count"], one["overdue"], one["needs_brand"]) for one in board} == counts
    (concept,) = (column for column in board if column["stage"] == "concept")
    assert [card["id"] for card in concept["items"]] == ["w-0", "w-1", "w-2", "w-3"], "what is due first"


async def listed(service: Campaigns, campaign: str, query: str, limit: int = 2) -> list[str]:
    """The ids of all pages."""
    ids: list[str] = []
    cursor = ""
    while True:
        path = f"/v1/campaigns/{campaign}/collaborations?limit={limit}&{query}{cursor}"
        page = found(await service.brand("GET", path))
        ids += [one["id"] for one in page["items"]]
        if page["next_cursor"] is None:
            return ids
        cursor = f"&cursor={page['next_cursor']}"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("stage=concept&sort=due", ["w-0", "w-1", "w-2", "w-3"]),
        ("stage=concept", ["w-3", "w-2", "w-1", "w-0"]),
        ("stage=concept&stage=concept-review&sort=due", ["w-0", "w-1", "w-2", "w-3", "w-4"]),
        ("state=agreed&sort=due", ["w-0", "w-1", "w-2", "w-3", "w-4"]),
        ("state=invited&state=declined", ["i-3", "i-2", "i-1"]),
        ("state=invited&stage=concept", []),
        ("needs_brand=true", ["w-4"]),
        ("overdue=true&state=agreed&sort=due", ["w-0", "w-1"]),
        ("overdue=true&needs_brand=true", []),
        ("", ["w-4", "w-3", "w-2", "w-1", "w-0", "i-3", "i-2", "i-1"]),
    ],
)
async def test_a_list_has_what_all_its_filters_let_through_in_its_order(service: Campaigns, query, expected):
    assert await listed(service, await a_board(service), query) == expected


async def test_what_is_due_at_the_same_moment_is_on_one_page_only(service: Campaigns):
    campaign = await service.published()
    due = service.now() + WEEK
    rows = [
        named(agreed(a_deliverable(0, concept_due=due)), id_, campaign=campaign, profile=None) | {"campaign": campaign}
        for id_ in ("w-2", "w-0", "w-1")
    ]
    await service.db["collaborations"].insert_many([{k: v for k, v in row.items() if k != "code"} for row in rows])
    assert await listed(service, campaign, "stage=concept&sort=due", limit=1) == ["w-0", "w-1", "w-2"]


async def test_filters_that_do_not_exist_are_refused(service: Campaigns):
    campaign = await service.published()
    path = f"/v1/campaigns/{campaign}/collaborations"
    assert fields(await service.brand("GET", f"{path}?stage=nowhere")) == ["stage.0"]
    assert fields(await service.brand("GET", f"{path}?state=nowhere")) == ["state.0"]
    newest = found(await service.brand("GET", f"/v1/campaigns/{await a_board(service)}/collaborations?limit=1"))
    answer = await service.brand("GET", f"{path}?sort=due&cursor={newest['next_cursor']}")
    assert problem(answer, 422)


async def test_a_board_and_its_counts_are_read_by_their_indexes(service: Campaigns):
    campaign = await a_board(service)
    rows = service.db["collaborations"]
    query = {"brand": "b-1", "campaign": campaign, "stage": {"$in": list(STAGES)}}
    order = [("due_at", 1), ("_id", 1)]
    plan = str((await rows.find(query).sort(order).hint("board").explain())["queryPlanner"]["winningPlan"])
    assert "'indexName': 'board'" in plan
    assert "'stage': 'SORT_MERGE'" in plan
    assert "'stage': 'SORT'," not in plan
    fields_ = {"_id": 0, "stage": 1, "due_at": 1, "needs_brand": 1}
    counted = str(await rows.find({"campaign": campaign}, fields_).hint("board").explain())
    assert "'indexName': 'board'" in counted
    assert "FETCH" not in counted
    mine = str(await rows.find({"worker": {"$exists": True}, "$or": [{"worker": "a-0"}]}).explain())
    assert "'indexName': 'work'" in mine


async def steps(service: Campaigns, account: str, query: str = "", limit: int = 2, **more: Any) -> list[dict[str, Any]]:
    """All pages of a creator's steps."""
    told: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = found(await service.creator(account, "GET", f"/v1/me/steps?limit={limit}{query}{cursor}", **more))
        told += page["items"]
        if page["next_cursor"] is None:
            assert page["total"] == len(told)
            return told
        cursor = f"&cursor={page['next_cursor']}"


async def test_a_creator_s_steps_of_all_campaigns_are_sorted_by_their_dates(service: Campaigns):
    await service.hear(a_profile("p-claimed", claimed_by=("a-7",)), revision=2)
    agreements = []
    for at in ("2029-03-01T11:00:00Z", "2029-02-01T11:00:00Z"):
        campaign = await service.published(terms={"discount": None})
        works = [a_work(number=1), a_work(concept_due="2029-01-02T11:00:00Z")]
        works[0]["concept_due"], works[0]["submission_due"], works[0]["publication_due"] = at, at, at
        sent = await service.invited(campaign, profile="p-claimed", deliverables=works)
        agreements.append(found(await service.creator("a-7", "POST", f"/v1/collaborations/{sent['id']}/accept")))
    first, second = agreements
    told = await steps(service, "a-7")
    assert [(one["collaboration"], one["subject"]) for one in told] == [
        (first["id"], first["deliverables"][1]["id"]),
        (second["id"], second["deliverables"][1]["id"]),
        (second["id"], second["deliverables"][0]["id"]),
        (first["id"], first["deliverables"][0]["id"]),
    ]
    assert [one["at"] for one in told] == sorted(one["at"] for one in told)
    assert (told[0]["brand_name"], told[0]["campaign_name"], told[0]["what"]) == ("Lumen", "Autumn lamps", "concept")
    assert (told[0]["number"], told[0]["deliverable"]["type"], told[0]["is_overdue"]) == (2, "short-video", False)
    path = f"/v1/collaborations/{first['id']}"
    found(
        await service.creator(
            "a-7", "POST", f"{path}/deliverables/{first['deliverables'][0]['id']}/propose-concept", {"text": "Dawn"}
        )
    )
    found(await service.brand("POST", f"{path}/proposals", {"kind": "cancellation"}))
    assert [one["what"] for one in await steps(service, "a-7", "&by=brand")] == ["review of the concept"]
    mine = await steps(service, "a-7", "&by=creator")
    assert [one["what"] for one in mine] == ["answer to the proposal", "concept", "concept", "concept"]
    assert (mine[0]["subject"], mine[0]["at"]) == ("proposal:1", None)
    assert await steps(service, "a-9") == []
    service.later(timedelta(days=3650))
    assert {one["is_overdue"] for one in await steps(service, "a-7", "&by=creator") if one["at"]} == {True}


async def test_an_invitation_is_a_step_of_whoever_was_asked_or_proved_it(service: Campaigns):
    campaign = await service.published(terms={"discount": None})
    asked = await service.invited(campaign, profile="p-claimed")
    mailed = await service.invited(campaign)
    assert [one["collaboration"] for one in await steps(service, "a-7")] == [asked["id"]]
    assert [one["what"] for one in await steps(service, "a-1", proves=mailed["id"])] == ["answer"]
    assert await steps(service, "a-1") == []
    assert await steps(service, "a-1", proves=asked["id"]) == [], "what was asked directly is proved by nobody else"
    found(await service.accept(mailed["id"], "a-2"))
    assert await steps(service, "a-1", proves=mailed["id"]) == []


async def test_steps_are_for_creators(service: Campaigns):
    assert (await service.brand("GET", "/v1/me/steps")).status_code == 403
    token = service.token(Kind.CREATOR, "a-9")
    assert (await service.send(token, "GET", "/v1/me/steps?by=nobody")).status_code == 422


async def test_what_a_creator_may_do_with_the_sample_is_told_also_while_nobody_is_waited_for(service: Campaigns):
    campaign = await service.published()
    sent = await service.invited(campaign, profile="p-claimed", deliverables=[a_work()])
    path = f"/v1/collaborations/{sent['id']}"
    assert found(await service.creator("a-7", "GET", path))["sample_can"] == []
    found(await service.creator("a-7", "POST", f"{path}/accept"))
    assert found(await service.creator("a-7", "GET", path))["sample_can"] == ["request-sample"]
    assert (await service.collaboration(sent["id"]))["sample_can"] == []
    found(await service.creator("a-7", "POST", f"{path}/sample/request", {"reason": "r", "plan": "p"}))
    assert (await service.collaboration(sent["id"]))["sample_can"] == ["approve-sample", "refuse-sample"]
