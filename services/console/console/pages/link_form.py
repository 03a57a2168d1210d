"""The forms of a link: a new one, and a change of one that is there (A1)."""

import re
from typing import Any

from console.domain.words import Say, mark
from console.pages import labels
from console.pages.forms import Form
from console.pages.view import View
from contracts.attribution import Placement, UtmParameters
from contracts.http.attribution import CouponOut, LinkChange, LinkNew, LinkOut, PlacementOut

ADDRESS = 2000
CODE = (4, 32)
_CODE = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
UTM = ("source", "medium", "campaign", "content", "term")

FIELDS = {
    "collaboration": "collaboration",
    "placement": "placement",
    "destination": "destination",
    "code": "code",
    "coupon": "coupon",
    "expires_at": "expires",
    **{f"utm.{name}": f"utm_{name}" for name in UTM},
}
"""Which of our fields shows what attribution refuses of its own."""


def read_new(form: Form, view: View, collaborations: dict[str, str]) -> LinkNew | None:
    """The link that a form asks for; None with the reasons in the form."""
    words = mark("Choose whose link it is.")
    collaboration = form.choice("collaboration", list(collaborations), words) if collaborations else ""
    placement = Placement(form.choice("placement", list(Placement), mark("Choose where the link will stand.")))
    code = form.line("code", most=CODE[1])
    if code and not (len(code) >= CODE[0] and _CODE.fullmatch(code)):
        form.wrong(
            "code",
            Say(
                mark("Enter %(least)s to %(most)s letters and digits, with hyphens between them."),
                {"least": CODE[0], "most": CODE[1]},
            ),
        )
    destination = _destination(form)
    expires = form.end_of_day("expires", view.who.role.zone, required=False)
    utm = _utm(form)
    if form.errors:
        return None
    return LinkNew(
        collaboration=collaboration,
        placement=placement,
        destination=destination,
        code=code or None,
        utm=utm,
        coupon=form.values.get("coupon", "")[:200] or None,
        expires_at=expires,
    )


def read_change(form: Form, view: View) -> LinkChange | None:
    """Where a link leads from now on and until when; None with the reasons in the form."""
    destination = _destination(form, required=True)
    expires = form.end_of_day("expires", view.who.role.zone, required=False)
    utm = _utm(form)
    if form.errors or destination is None:
        return None
    return LinkChange(destination=destination, expires_at=expires, utm=utm)


def _destination(form: Form, *, required: bool = False) -> str | None:
    destination = form.line(
        "destination", most=ADDRESS, required=required, words=mark("Enter the page that the link leads to.")
    )
    if destination and not destination.startswith(("https://", "http://")):
        form.wrong("destination", mark("Enter a whole address, such as https://example.com/serum."))
    return destination or None


def _utm(form: Form) -> UtmParameters:
    given = {name: form.line(f"utm_{name}", most=100) for name in UTM}
    if form.errors:
        return UtmParameters()
    return UtmParameters(**{name: value for name, value in given.items() if value})


def choices(view: View, placements: tuple[PlacementOut, ...] | None) -> list[tuple[str, str, str]]:
    """The places for links, with what the networks allow there."""
    hints = {one.placement: one.hint for one in placements or ()}
    return [(place, view.say(name), view.say(hints.get(place, ""))) for place, name in labels.PLACEMENT.items()]


def coupon_choices(view: View, coupons: list[CouponOut], names: dict[str, str]) -> list[tuple[str, str]]:
    """The codes that a link may take along: none first."""
    rows = [(one.id, f"{one.code} · {names[one.creator]}" if one.creator in names else one.code) for one in coupons]
    return [("", view.say(mark("No code"))), *rows]


def values_of(link: LinkOut, view: View) -> dict[str, Any]:
    """What the change form shows of a link before anybody typed."""
    expires = link.expires_at.astimezone(view.formats.zone).date().isoformat() if link.expires_at else ""
    utm = {f"utm_{name}": getattr(link.utm, name) or "" for name in UTM}
    return {"destination": link.destination or link.target, "expires": expires, **utm}
