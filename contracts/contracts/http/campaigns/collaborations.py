"""Collaborations as both sides read them."""

from contracts.campaigns import Brief, Collaboration, InvitationKind
from contracts.envelope import Model, Utc
from contracts.ids import Id


class ProfileSummary(Model):
    """What campaigns knows of who was invited; absent until discovery has said it."""

    id: Id
    network: str = ""
    handle: str = ""
    display_name: str = ""
    followers: int | None = None


class CollaborationOut(Collaboration):
    """A collaboration, with names for people. `can` lists what the reader may do with it now.

    `brief` and `deadline` are the campaign's, so that whoever is invited knows what is asked for.
    """

    revision: int
    kind: InvitationKind
    brand_name: str = ""
    campaign_name: str = ""
    brief: Brief | None = None
    deadline: Utc | None = None
    profile_summary: ProfileSummary | None = None
    can: tuple[str, ...] = ()
