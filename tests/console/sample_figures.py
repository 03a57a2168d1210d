"""Ana's figures, each with its time and its source, as discovery tells them."""

from contracts.discovery import Record
from contracts.http.discovery import FigureOut, OwnFigures, ResponsivenessOut
from tests.console.sample_people import ago, eur

COUNTS = {
    "followers": 1_240_000,
    "growth_7d": 90,
    "growth_30d": 412,
    "growth_90d": 1290,
    "videos_30d": 15,
    "views_30d": 4_230_000,
    "videos_per_week": 350,
    "median_views": 282_000,
    "median_views_7d": 248_000,
    "average_views": 310_500,
    "average_likes": 21_800,
    "average_comments": 1_940,
    "average_shares": None,
    "engagement_per_view": 820,
    "engagement_per_follower": 2504,
}
RECKONED = ("median_views_7d", "gpm", "net_gpm")


def some_figures() -> tuple[FigureOut, ...]:
    counted = {"at": ago(days=2), "source": "collector"}
    return (
        *(
            FigureOut(name=name)
            if value is None
            else FigureOut(name=name, value=value, **({} if name in RECKONED else counted))
            for name, value in COUNTS.items()
        ),
        FigureOut(name="gpm", amounts=(eur(3_120),), at=ago(days=2)),
        FigureOut(name="net_gpm", amounts=(eur(2_614),), at=ago(days=2)),
    )


def own_figures() -> OwnFigures:
    return OwnFigures(
        figures=some_figures(),
        record=Record(deliveries=12, on_time=9167),
        brands_now=3,
        responsiveness=ResponsivenessOut(invitations=14, answered=13, median_seconds=5 * 3600),
    )
