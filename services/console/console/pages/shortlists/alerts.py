"""What changed about those on a brand's shortlists, and up to where each member has read it (D7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response

from console.domain.words import mark
from console.pages import creator_labels
from console.pages.creators.faces import name_of
from console.pages.site import Page
from console.pages.view import View
from console.store import Readings
from contracts.discovery import Availability, DeliverableKind, Profile
from contracts.http.console import RoleKind
from contracts.http.discovery import AlertOut, ShortlistOut


@dataclass(frozen=True)
class Told:
    """An alert in words."""

    alert: AlertOut
    name: str
    shortlist: str
    what: str
    before: str
    after: str
    is_new: bool


def readings(view: View) -> Readings:
    """This member's own."""
    return Readings(view.desk.db, view.who.role.id, view.who.person)


def told(
    view: View,
    alerts: Sequence[AlertOut],
    lists: Sequence[ShortlistOut],
    profiles: Mapping[str, Profile],
    read: datetime | None,
) -> list[Told]:
    """Alerts in words, those after `read` as new."""
    by_id = {one.id: one.name for one in lists}
    return [
        Told(
            alert=one,
            name=name_of(profiles[one.profile]) if one.profile in profiles else view.say(mark("A creator who is gone")),
            shortlist=by_id.get(one.shortlist, ""),
            what=view.say(creator_labels.ALERT.get(one.what, one.what)),
            before=_value(view, one.what, one.before),
            after=_value(view, one.what, one.after),
            is_new=read is None or one.at > read,
        )
        for one in alerts
    ]


def _value(view: View, what: str, value: Any) -> str:
    """What an alert was or is: rates, an availability, or a growth."""
    if value in (None, [], ""):
        return view.say(mark("not known"))
    if what == "availability":
        return view.say(creator_labels.AVAILABILITY[Availability(value)][0])
    if what == "growth":
        return view.formats.change(int(value))
    return ", ".join(
        f"{view.say(creator_labels.DELIVERABLE_KIND[DeliverableKind(rate['deliverable'])])} "
        f"{view.formats.minor(int(rate['amount']), str(rate['currency']))}"
        for rate in value
    )


async def read_alerts(view: View) -> Response:
    """Everything that the page showed is read, for this member alone."""
    form = await view.form()
    try:
        until = datetime.fromisoformat(form.text("until", most=40)).astimezone(UTC)
    except ValueError:
        return view.go("/shortlists")
    now = view.desk.clock.now()
    await readings(view).read_alerts(min(until, now), now)
    view.desk.alerts.forget(view.who)
    return view.go("/shortlists?done=alerts-read")


PAGES = (Page("/shortlists/alerts", read_alerts, RoleKind.BRAND, "POST"),)
