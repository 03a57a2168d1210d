"""In which language a person reads: chosen at the foot of every page, kept by the browser, and told to the mails."""

from starlette.responses import Response

from console import catalogues, cookies
from console.clients import DeclinedError, NotThereError, OwnMail, ServiceAwayError
from console.domain.origins import safe_next
from console.pages.site import Page, of_service
from console.pages.view import View

KEPT_SECONDS = 365 * 24 * 60 * 60


async def choose(view: View) -> Response:
    """Back to the page, in the chosen language; a signed-in person's mails follow if notifications answers."""
    form = await view.form()
    language, back = form.values.get("language", ""), safe_next(form.values.get("back", "")) or "/"
    if language not in catalogues.languages():
        return view.go(back)
    if not await _is_told(view, language):
        back += ("&" if "?" in back else "?") + "done=language-here-only"
    response = view.go(back)
    cookies.put(response, cookies.LANGUAGE, language, view.desk.settings, seconds=KEPT_SECONDS)
    return response


async def _is_told(view: View, language: str) -> bool:
    if view.session is None:
        return True
    try:
        await OwnMail(view.service("notifications")).speak(language)
    except NotThereError:
        return True
    except ServiceAwayError as away:
        of_service(away)
        return False
    except DeclinedError:
        return False
    return True


PAGES = (Page("/language", choose, method="POST"),)
