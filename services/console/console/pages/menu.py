"""The menu on the left: what each kind of person has, and where they are."""

from dataclasses import dataclass

from console.domain.sessions import Session
from console.domain.words import mark
from contracts.http.console import RoleKind


@dataclass(frozen=True)
class Entry:
    """One place. `words` are translated on the page."""

    words: str
    path: str
    icon: str
    is_here: bool = False


MESSAGES = "/messages"
SHORTLISTS = "/shortlists"
"""The places that tell how much is new there."""
PLACES: dict[RoleKind, tuple[Entry, ...]] = {
    RoleKind.BRAND: (
        Entry(mark("Campaigns"), "/campaigns", "campaign"),
        Entry(mark("Programs"), "/programs", "inbox"),
        Entry(mark("Explore"), "/creators", "search"),
        Entry(mark("Products"), "/products", "product"),
        Entry(mark("Messages"), MESSAGES, "mail"),
        Entry(mark("Shortlists"), SHORTLISTS, "star"),
        Entry(mark("Stores"), "/stores", "store"),
        Entry(mark("Reviews"), "/reviews", "clock"),
        Entry(mark("Held orders"), "/held", "pause"),
        Entry(mark("Crediting"), "/policy", "scale"),
    ),
    RoleKind.CREATOR: (
        Entry(mark("Home"), "/home", "home"),
        Entry(mark("Invitations"), "/invitations", "mail"),
        Entry(mark("Programs"), "/programs", "search"),
        Entry(mark("Applications"), "/applications", "file"),
        Entry(mark("My work"), "/my-work", "check"),
        Entry(mark("Messages"), MESSAGES, "inbox"),
        Entry(mark("Links"), "/links", "link"),
        Entry(mark("Earnings"), "/earnings", "coin"),
        Entry(mark("Profile"), "/profile", "person"),
        Entry(mark("Your data"), "/privacy", "person"),
    ),
    RoleKind.OPERATOR: (
        Entry(mark("Held orders"), "/held-orders", "pause"),
        Entry(mark("Reviews"), "/holds", "clock"),
        Entry(mark("Creators"), "/profiles", "search"),
        Entry(mark("Who is listed"), "/eligibility", "check"),
        Entry(mark("Privacy"), "/privacy-requests", "person"),
        Entry(mark("Erasures"), "/erasures", "leave"),
        Entry(mark("Third parties"), "/third-parties", "link"),
        Entry(mark("Click counts"), "/click-counts", "scale"),
        Entry(mark("Dead letters"), "/dead-letters", "inbox"),
        Entry(mark("Consumers"), "/consumers", "pulse"),
    ),
}


def menu_of(session: Session | None, path: str) -> tuple[Entry, ...]:
    """The person's places, the present one marked."""
    if session is None:
        return ()
    return tuple(
        Entry(place.words, place.path, place.icon, path == place.path or path.startswith(f"{place.path}/"))
        for place in PLACES[session.role.kind]
    )
