"""A campaign's board and its counts, and a creator's steps across campaigns."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from campaigns.answers.collaborations import next_of
from campaigns.domain.campaigns import CampaignRecord
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
    cards = {stage: [card_out(one, profiles, now) for one in column] for stage, column in first.items()}
    return board_of(counts, cards)


def board_of(counts: Mapping[str, Stage], cards: Mapping[str, Sequence[CardOut]]) -> BoardOut:
    """The columns with their counts and first cards."""
    return BoardOut(
        columns=tuple(
            ColumnOut(stage=stage, **asdict(counts.get(stage, NOBODY)), items=tuple(cards.get(stage, ())))
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


def card_out(one: CollaborationRecord, profiles: Mapping[str, ProfileSummary], now: datetime) -> CardOut:
    """A collaboration on the board."""
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
        if record is None:
            continue
        dues = (one.due for one in waiting(record) if one.due.subject == step.subject)
        told += [step_out(record, due, brands, of_campaigns, now) for due in dues]
    return told


def step_out(
    record: CollaborationRecord,
    due: Due,
    brands: Mapping[str, str],
    of_campaigns: Mapping[str, CampaignRecord],
    now: datetime,
) -> OpenStepOut:
    """One step, with what it is about; names that are not known are left empty."""
    state = record.state
    about = subject_of(record, due)
    ids = [one.id for one in state.deliverables]
    planned = {one.id: one for version in state.terms for one in version.deliverables}
    campaign = of_campaigns.get(state.campaign)
    told = asdict(due) | {"is_overdue": due.is_overdue or (due.at is not None and due.at < now)}
    return OpenStepOut(
        **told,
        collaboration=state.id,
        campaign=state.campaign,
        brand=state.brand,
        brand_name=brands.get(state.brand, ""),
        campaign_name=campaign.name if campaign else "",
        stage=stage_of(state),
        number=ids.index(about) + 1 if about in ids else None,
        deliverable=planned.get(about),
    )
