"""Collaborations as both sides read them."""

from typing import Annotated

from pydantic import Field

from contracts.campaigns import Brief, Collaboration, InvitationKind, Planned, Side
from contracts.envelope import Model, Utc
from contracts.ids import Id


class ProfileSummary(Model):
    """What campaigns knows of who was invited; absent until discovery has said it."""

    id: Id
    network: str = ""
    handle: str = ""
    display_name: str = ""
    followers: int | None = None


class NextOut(Model):
    """Something that somebody is waited for: what, by whom, until when, and what silence means then.

    `subject` is empty for the collaboration itself, `sample`, or a deliverable's id; `can` is what the reader may do.
    """

    subject: str
    what: str
    by: Side
    at: Utc | None = None
    silence: str
    is_overdue: bool = False
    can: tuple[str, ...] = ()


class CollaborationOut(Collaboration):
    """A collaboration, with names for people. `can` lists what the reader may do with it now, `next` who is waited for.

    `brief` and `deadline` are the campaign's, so that whoever is invited knows what is asked for. `offer` is the number
    of the offer on the table, `stage` the column of a board. `sample_can` is what the reader may do with the sample,
    also while nobody is waited for.
    """

    revision: int
    kind: InvitationKind
    brand_name: str = ""
    campaign_name: str = ""
    brief: Brief | None = None
    deadline: Utc | None = None
    profile_summary: ProfileSummary | None = None
    can: tuple[str, ...] = ()
    offer: int = 1
    stage: str = ""
    next: tuple[NextOut, ...] = ()
    sample_can: tuple[str, ...] = ()


class HappenedOut(Model):
    """One step of a collaboration's history: which fact, by whom, about which deliverable."""

    revision: int
    fact: str
    at: Utc
    by: Side
    deliverable: Id | None = None


class CardOut(Model):
    """A collaboration on a board: whom it is with, and who is waited for next."""

    id: Id
    revision: int
    creator: Id | None = None
    profile_summary: ProfileSummary | None = None
    offer: int = 1
    stage: str = ""
    next: NextOut | None = None
    needs_brand: Annotated[
        bool, Field(description="The brand is waited for, be it for another step or for an answer to a proposal.")
    ] = False


class StageOut(Model):
    """One stage of a campaign, in exact figures: who stands in it, of whom a step is overdue, who waits for the brand.

    Overdue is whatever has a step whose time is over, be it the brand's or the creator's.
    """

    stage: str
    count: int
    overdue: int = 0
    needs_brand: int = 0


class StagesOut(Model):
    """All stages of a campaign from the left, also those in which nobody stands, and their sums."""

    count: int
    overdue: int
    needs_brand: int
    stages: tuple[StageOut, ...]


class ColumnOut(StageOut):
    """One stage of a board with its first cards: what is due first at the top."""

    items: tuple[CardOut, ...] = ()


class BoardOut(Model):
    """A campaign's collaborations by stage, all stages from the left; the rest of a column is listed by `stage`."""

    columns: tuple[ColumnOut, ...]


class OpenStepOut(Model):
    """One step that somebody is waited for, in a creator's list of work across campaigns.

    `subject` is empty for the offer, `sample`, a deliverable's id, or `proposal:` with its number; a proposal has no
    date. `deliverable` is the planned one that a step or a proposal is about.
    """

    collaboration: Id
    campaign: Id
    brand: Id
    brand_name: str = ""
    campaign_name: str = ""
    stage: str
    subject: str
    what: str
    by: Side
    at: Utc | None = None
    silence: str = ""
    is_overdue: bool = False
    number: Annotated[int | None, Field(description="The deliverable's place among the others, from 1.")] = None
    deliverable: Planned | None = None
