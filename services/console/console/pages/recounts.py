"""For operators: clicks by one version of the bot rule beside another."""

from starlette.responses import Response

from console.clients import Attribution, NotThereError
from console.pages.site import Page
from console.pages.view import View
from contracts.http.attribution import ClickRecountOut, RecountComparison
from contracts.http.console import RoleKind

DAYS = (7, 30, 90)
USUAL = 30
COMMAND = "python -m attribution recount"


async def show(view: View) -> Response:
    """Every count that there is, and two side by side: the current one and the one before, if none are named."""
    attribution = Attribution(view.service("attribution"))
    counts = await attribution.recounts()
    finished = [one for one in counts if one.number == 0 or one.finished_at is not None]
    newer = _chosen(view, "newer", next((one for one in finished if one.current), finished[0]), finished)
    before = [one for one in finished if one.number < newer.number]
    older = _chosen(view, "older", before[-1], before) if before else None
    days = int(view.query("days")) if view.query("days") in map(str, DAYS) else USUAL
    compared: RecountComparison | None = None
    if older is not None:
        try:
            compared = await attribution.compared(older.number, newer.number, days)
        except NotThereError:
            compared = None  # a newer count was finished in this moment
    return view.render(
        "recounts.html",
        counts=counts,
        finished=finished,
        older=older,
        newer=newer,
        days=days,
        choices=DAYS,
        compared=compared,
        command=COMMAND,
    )


def _chosen(view: View, name: str, usual: ClickRecountOut, among: list[ClickRecountOut]) -> ClickRecountOut:
    return next((one for one in among if str(one.number) == view.query(name)), usual)


PAGES = (Page("/click-counts", show, RoleKind.OPERATOR),)
