"""Collaborations as both sides read them."""

from contracts.campaigns import Brief, Collaboration, InvitationKind, Side
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
    of the offer on the table, `stage` the column of a board.
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
    next: NextOut | None = None


class ColumnOut(Model):
    """One stage of a board: how many there are, and the newest of them."""

    stage: str
    count: int
    items: tuple[CardOut, ...] = ()


class BoardOut(Model):
    """A campaign's collaborations by stage, all stages from the left; the rest of a column is listed by `stage`."""

    columns: tuple[ColumnOut, ...]
