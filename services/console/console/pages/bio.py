"""A creator's public page: links that lead on now and codes that stores know (A2). For everybody, without a cookie."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus

from starlette.responses import Response

from console.bios import Bio
from console.clients import Attribution, DeclinedError, ServiceAwayError
from console.pages.assets import BIO_STYLE
from console.pages.site import Page, of_service
from console.pages.view import HEADERS, View
from contracts.attribution import Placement
from contracts.http.attribution import BioCoupon, BioLink, BioOut

ROWS = 70
SIGNS = 60
"""Links and codes on one page, and letters of a name: the page stays below 30 KB, and nobody scrolls further."""

CACHE = "public, max-age=60, stale-while-revalidate=300"
PUBLIC = {
    **HEADERS,
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    # The redirect counts where clicks come from: the site, never the page.
    "Referrer-Policy": "strict-origin",
    "Vary": "Accept-Language",
}


@dataclass
class Shelf:
    """One brand's place on the page."""

    name: str
    links: list[BioLink] = field(default_factory=list)
    coupons: list[BioCoupon] = field(default_factory=list)


def shelves_of(shows: BioOut) -> list[Shelf]:
    """By brand, in the order of the answer. Where a campaign has links for the bio, its other placements stay away."""
    for_bio = {link.campaign for link in shows.links if link.placement is Placement.BIO}
    shelves: dict[str, Shelf] = {}
    for link in shows.links:
        if link.placement is Placement.BIO or link.campaign not in for_bio:
            _shelf(shelves, link).links.append(link)
    for coupon in shows.coupons:
        _shelf(shelves, coupon).coupons.append(coupon)
    return list(_first(shelves.values(), ROWS))


def _first(shelves: Iterable[Shelf], rows: int) -> Iterator[Shelf]:
    for shelf in shelves:
        if rows <= 0:
            return
        links = shelf.links[:rows]
        coupons = shelf.coupons[: rows - len(links)]
        rows -= len(links) + len(coupons)
        yield Shelf(shelf.name, links, coupons)


def _shelf(shelves: dict[str, Shelf], one: BioLink | BioCoupon) -> Shelf:
    return shelves.setdefault(one.brand, Shelf(one.brand_name))


async def show(view: View) -> Response:
    """The page; 304 for whoever has it already, the last known one while attribution is away."""
    try:
        bio = await view.desk.bios.find(view.path("creator"), Attribution(view.desk.public_caller("attribution")))
    except ServiceAwayError as away:
        of_service(away)
        return _calm(view, HTTPStatus.SERVICE_UNAVAILABLE)
    except DeclinedError:
        return _calm(view, HTTPStatus.SERVICE_UNAVAILABLE)
    if bio is None:
        return _calm(view, HTTPStatus.NOT_FOUND)
    page = _page(view, 200, bio, shelves_of(bio.shows))
    tag = f'"{sha256(bytes(page.body)).hexdigest()[:32]}"'
    page.headers.update({**PUBLIC, "Cache-Control": CACHE, "ETag": tag})
    if tag in _tags(view.request.headers.get("if-none-match", "").split(",")):
        kept = ("Cache-Control", "ETag", "Vary")
        return Response(status_code=304, headers={name: page.headers[name] for name in kept})
    return page


def _tags(given: Sequence[str]) -> set[str]:
    return {one.strip().removeprefix("W/") for one in given}


def _calm(view: View, status: HTTPStatus) -> Response:
    page = _page(view, status, None, [])
    page.headers.update({**PUBLIC, "Cache-Control": "no-store"})
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        page.headers["Retry-After"] = "30"
    return page


def _page(view: View, status: int, bio: Bio | None, shelves: list[Shelf]) -> Response:
    return view.render(
        "bio.html",
        status,
        bio=bio,
        shelves=shelves,
        is_away=status == HTTPStatus.SERVICE_UNAVAILABLE,
        bio_style=BIO_STYLE.path,
        signs=SIGNS,
    )


PAGES = (Page("/c/{creator}", show, is_public=True),)
