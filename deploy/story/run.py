"""The story from its beginning to its end."""

import time
from collections.abc import Callable

from story import reckoning, silence, tale, trouble, work
from story.addresses import Addresses, Wishes
from story.cast import Cast
from story.people import Mailbox
from story.search import search_and_fit
from story.shops import Topic
from story.telling import StoryFailed, say


def tell(
    where: Addresses,
    wishes: Wishes,
    kill: Callable[[], None] | None = None,
    move_clock: Callable[[str], None] | None = None,
) -> Cast:
    """Tell it all; raises `StoryFailed` with the reason.

    `kill` kills attribution's worker and starts it again. `move_clock` starts every service again with its clock moved by
    an ISO 8601 duration. What can't be done is left out, and said.
    """
    began = time.monotonic()
    if wishes.creators is not None:
        try:
            csv, name = wishes.creators.read_bytes(), wishes.creators.name
        except OSError as error:
            raise StoryFailed(f"CREATORS={wishes.creators} can't be read: {error.strerror}") from error
    else:
        csv, name = _sample(), "our own sample"
    cast = Cast(where, wishes, Mailbox(where.mail_url), Topic(where.kafka_bootstrap))
    try:
        tale.import_creators(cast, csv, name)
        tale.register_brand(cast)
        tale.find_creators(cast)
        search_and_fit(cast)
        tale.publish_campaign(cast)
        tale.invite_three(cast)
        tale.click_links(cast)
        tale.sell_three_ways(cast)
        say(f"(the first order was credited {time.monotonic() - began:.1f} s after the story began)")
        work.make_the_video(cast)
        trouble.kill_the_worker(cast, kill)
        trouble.come_late(cast)
        silence.let_an_invitation_expire(cast, move_clock)
        reckoning.balances_add_up(cast)
        reckoning.invariants_hold(cast)
        reckoning.mails_came_once(cast)
        reckoning.say_where_to_look(cast)
    finally:
        for person in cast.people.values():
            person.close()
        cast.topic.close()
        cast.mailbox.close()
    say(f"\nTold in {time.monotonic() - began:.0f} s.")
    return cast


def _sample() -> bytes:
    from discovery.sample import sample  # noqa: PLC0415 - only where the installation's own code is at hand

    return "".join(sample(400)).encode()
