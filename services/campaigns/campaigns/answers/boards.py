"""A campaign's board and its counts, and a creator's steps across campaigns."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from campaigns.answers.collaborations import next_of
from campaigns.domain.collaborations.deadlines import Due
from campaigns.domain.collaborations.records import CollaborationRecord
from campaigns.domain.collaborations.stages import STAGES, stage_of
from campaigns.domain.collaborations.waiting import needs, subject_of, waiting
from campaigns.store.boards import Stage, StepAt
from campaigns.store.views import Names
from chassis.context import Context
from contracts.campaigns import Side
from contracts.http.campaigns import (
    BoardOut,
    CardOut,
    ColumnOut,
    OpenStepOut,
    ProfileSummary,
    StageOut,
    StagesOut,
)

NOBODY = Stage()


async def board_out(
    context: Context[Any], counts: Mapping[str, Stage], first: Mapping[str, Sequence[CollaborationRecord]]
) -> BoardOut:
    """A board as its brand sees it: every stage from the left, also those in which nobody stands."""
    shown = [one for column in first.values() for one in column]
    profiles = await Names(context.db).of_profiles(one.state.profile for one in shown if one.state.profile)
    now = context.clock.now()
    return BoardOut(
        columns=tuple(
            ColumnOut(
                stage=stage,
                **asdict(counts.get(stage, NOBODY)),
                items=tuple(_card(one, profiles, now) for one in first.get(stage, ())),
            )
            for stage in STAGES
        )
    )


def stages_out(counts: Mapping[str, Stage]) -> StagesOut:
    """A campaign's stages, and their sums."""
    return StagesOut(
        count=sum(one.count for one in counts.values()),
        overdue=sum(one.overdue for one in counts.values()),
        needs_brand=sum(one.needs_brand for one in counts.values()),
        stages=tuple(StageOut(stage=stage, **asdict(counts.get(stage, NOBODY))) for stage in STAGES),
    )


async def steps_out(
    context: Context[Any], steps: Sequence[StepAt], found: Mapping[str, CollaborationRecord]
) -> list[OpenStepOut]:
    """A creator's steps; one that was done since it was listed is left out."""
    names = Names(context.db)
    brands = await names.of_brands(one.state.brand for one in found.values())
    of_campaigns = await names.of_campaigns(one.state.campaign for one in found.values())
    now = context.clock.now()
    told = []
    for step in steps:
        record = found.get(step.collaboration)
        waits = None if record is None else next((w for w in waiting(record) if w.due.subject == step.subject), None)
        if record is None or waits is None:
            continue
        campaign = of_campaigns.get(record.state.campaign)
        told.append(
            OpenStepOut(
                collaboration=record.state.id,
                campaign=record.state.campaign,
                brand=record.state.brand,
                brand_name=brands.get(record.state.brand, ""),
                campaign_name=campaign.name if campaign else "",
                stage=stage_of(record.state),
                **_step(record, waits.due, now),
            )
        )
    return told


def _step(record: CollaborationRecord, due: Due, now: datetime) -> dict[str, Any]:
    about = subject_of(record, due)
    ids = [one.id for one in record.state.deliverables]
    planned = {one.id: one for version in record.state.terms for one in version.deliverables}
    return asdict(due) | {
        "is_overdue": due.is_overdue or (due.at is not None and due.at < now),
        "number": ids.index(about) + 1 if about in ids else None,
        "deliverable": planned.get(about),
    }


def _card(one: CollaborationRecord, profiles: Mapping[str, ProfileSummary], now: datetime) -> CardOut:
    return CardOut(
        id=one.state.id,
        revision=one.revision,
        creator=one.state.creator,
        profile_summary=profiles.get(one.state.profile or ""),
        offer=one.on_the_table.number,
        stage=stage_of(one.state),
        next=next(next_of(one, Side.BRAND, now), None),
        needs_brand=needs(one, Side.BRAND),
    )
