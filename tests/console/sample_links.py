"""Sample links in several places, codes in each state, and a public page."""

from datetime import timedelta
from typing import Any

import httpx

from contracts.attribution import CouponStatus, LinkStatus, Placement, UtmParameters
from contracts.http.attribution import (
    BioCoupon,
    BioLink,
    BioOut,
    Clicks,
    CouponOut,
    LinkOut,
    PlacementOut,
    PlacementsOut,
)
from tests.console.sample_people import BRAND, CAMPAIGN, CREATOR, NOON, ago, eur

PAGE = "https://lumea.example/products/vitamin-c-serum"
QR_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path fill="#fff" d="M0 0h8v8H0z"/>'
    '<path d="M1 1h2v2H1zM5 1h2v2H5zM1 5h2v2H1zM4 4h1v1H4zM6 5h1v2H6z"/></svg>'
)
A_QR = httpx.Response(200, text=QR_SVG, headers={"content-type": "image/svg+xml"})
CODES_FILE = httpx.Response(200, text="Code,Discount\r\nMAXIMILIAN15,15%\r\n", headers={"content-type": "text/csv"})


def some_links() -> list[LinkOut]:
    def one(number: int, code: str, placement: Placement, clicks: tuple[int, int, int], **values: Any) -> LinkOut:
        return LinkOut(
            **{
                "id": f"link-{number}",
                "code": code,
                "url": f"https://go.example/r/{code}",
                "target": f"{PAGE}?utm_source=creator&utm_medium=affiliate&utm_content={placement}",
                "destination": PAGE,
                "utm": UtmParameters(source="creator", medium="affiliate", content=placement.value),
                "brand": BRAND,
                "campaign": CAMPAIGN,
                "collaboration": "invitation-0",
                "creator": CREATOR,
                "placement": placement,
                "status": LinkStatus.ACTIVE,
                "clicks": Clicks(raw=clicks[0], unique=clicks[1], human=clicks[2]),
                "revision": 1,
                **values,
            }
        )

    return [
        one(1, "k0Xw7Qp", Placement.BIO, (18_422, 12_108, 14_377)),
        one(2, "ana-glow", Placement.ON_SCREEN, (2_310, 1_798, 2_101), expires_at=NOON + timedelta(days=12)),
        one(3, "k2Tb8Rn", Placement.STORY, (940, 702, 811), status=LinkStatus.PAUSED, paused=True, revision=4),
        one(4, "k9Vd3Lm", Placement.PAID_AD, (402, 331, 380), status=LinkStatus.ENDED, revision=2),
    ]


def some_coupons() -> list[CouponOut]:
    def one(number: int, code: str, creator: str, status: CouponStatus, **values: Any) -> CouponOut:
        return CouponOut(
            **{
                "id": f"coupon-{number}",
                "code": code,
                "brand": BRAND,
                "campaign": CAMPAIGN,
                "collaboration": f"invitation-{number}",
                "creator": creator,
                "status": status,
                "percent_off": 1500,
                "created_at": ago(days=10),
                **values,
            }
        )

    return [
        one(1, "ANA15", CREATOR, CouponStatus.CONFIRMED),
        one(2, "MAXIMILIAN15", "creator-max", CouponStatus.TO_ENTER),
        one(3, "LINH5", "creator-linh", CouponStatus.CONFIRMED, percent_off=None, amount_off=eur(500)),
        one(4, "EARLYLINH", "creator-linh", CouponStatus.ENDED, ended_at=ago(days=3)),
    ]


def some_placements() -> PlacementsOut:
    hints = {
        Placement.BIO: "Can be tapped. TikTok allows one link, from 1,000 followers or with a business account.",
        Placement.CAPTION: "Can't be tapped on TikTok and Instagram: people copy or type it.",
        Placement.STORY: "Can be tapped as a link sticker, one for each story; it goes after 24 hours.",
        Placement.ON_SCREEN: "People type it or scan its QR code: keep it on the screen for at least three seconds.",
    }
    return PlacementsOut(
        items=tuple(
            PlacementOut(placement=place, hint=hints.get(place, ""), utm=UtmParameters()) for place in Placement
        )
    )


def a_bio() -> BioOut:
    nordlys = {"brand": "brand-2", "brand_name": "Nordlys Running", "campaign": "campaign-9"}
    lumea = {"brand": BRAND, "brand_name": "Lumea Skincare", "campaign": CAMPAIGN}
    return BioOut(
        creator=CREATOR,
        links=(
            BioLink(url="https://go.example/r/k0Xw7Qp", host="lumea.example", placement=Placement.BIO, **lumea),
            BioLink(url="https://go.example/r/ana-run", host="nordlys.example", placement=Placement.LIVE, **nordlys),
            BioLink(url="https://go.example/r/ana-glow", host="lumea.example", placement=Placement.ON_SCREEN, **lumea),
        ),
        coupons=(
            BioCoupon(code="ANA15", percent_off=1500, **lumea),
            BioCoupon(code="ANARUNS", amount_off=eur(1_000), **nordlys),
        ),
    )
