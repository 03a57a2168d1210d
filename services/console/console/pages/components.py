"""`/components`: all parts that pages are made of, to be looked at; in development only."""

from datetime import timedelta

from starlette.responses import Response

from chassis.settings import Environment
from console.clients import NotThereError
from console.domain.words import Say, mark
from console.pages.forms import Form
from console.pages.site import Page
from console.pages.view import View


async def show(view: View) -> Response:
    """Everything at once, with sample values."""
    if view.desk.settings.environment is not Environment.DEVELOPMENT:
        raise NotThereError
    form = Form({"shop": "example.com", "broken": "42 apples"})
    form.wrong("broken", Say(mark("Enter a whole number from %(least)s to %(most)s."), {"least": 1, "most": 10}))
    now = view.desk.clock.now()
    times = [now - timedelta(minutes=5), now - timedelta(days=3), now - timedelta(days=90)]
    return view.render("components.html", form=form, times=times)


PAGES = (Page("/components", show),)
