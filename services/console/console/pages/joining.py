"""An invitation by a copied link: whoever signs in and opens it first has it."""

from starlette.responses import Response

from console.clients import Campaigns, DeclinedError, NotThereError
from console.pages.forms import Form
from console.pages.problems import why_declined
from console.pages.site import Page
from console.pages.view import View
from contracts.http.console import RoleKind


async def show(view: View) -> Response:
    """One button. Looking takes nothing: previews and prefetches open links, too."""
    return view.render("join.html", form=Form(), is_gone=False)


async def claim(view: View) -> Response:
    """Take the invitation, and go on to its terms."""
    form = Form()
    try:
        invitation = await Campaigns(view.service("campaigns")).claim(view.path("link"))
    except NotThereError:
        return view.render("join.html", 404, form=form, is_gone=True)
    except DeclinedError as declined:
        form.wrong("form", why_declined(declined))
        return view.render("join.html", 409, form=form, is_gone=True)
    return view.go(f"/invitations/{invitation.id}")


PAGES = (
    Page("/join/{link}", show, RoleKind.CREATOR),
    Page("/join/{link}", claim, RoleKind.CREATOR, "POST"),
)
