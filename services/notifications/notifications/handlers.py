"""What notifications hears, and which mails it writes down because of it."""

from collections.abc import Sequence
from datetime import datetime

from chassis.forgetting import AGAIN, forget_again
from chassis.handlers import Handlers
from chassis.timers import Timer
from contracts.attribution import Coupon, Link, OrderDecided
from contracts.campaigns import Application, Campaign, Collaboration, MessageSent, MessagesRead
from contracts.console import Account, AccountKind
from contracts.discovery import Erasure, Profile
from notifications.domain import claims
from notifications.domain.contacts import EXPIRY, is_over_unanswered, named_by
from notifications.domain.conversations import Conversation
from notifications.store import NotificationsTx

handlers = Handlers()
handlers.on_timer(AGAIN)(forget_again)


@handlers.on_state(Account)
async def keep_account(account: Account, tx: NotificationsTx) -> None:
    """A person's contact stays as long as the account; a brand's id resolves to the first of its members."""
    if account.brand is not None:
        await tx.keep_brand(account.id, account.brand, account.contacts or ())
        await tx.point_brand(account.id, account.contacts or ())
    if account.kind is not AccountKind.STORE:
        await tx.keep_contacts([account.id])


async def drop_profile(profile: str, tx: NotificationsTx) -> None:
    """Whoever it was is to be forgotten."""
    await tx.forget_profiles([profile])


@handlers.on_state(Profile, erased=drop_profile)
async def keep_profile(profile: Profile, tx: NotificationsTx) -> None:
    """How to greet the creator."""
    await tx.keep_profile(profile)


@handlers.on_state(Erasure)
async def forget_creator(erasure: Erasure, tx: NotificationsTx) -> None:
    """Somebody is to be forgotten (D12)."""
    await tx.forget_creator(erasure)


@handlers.on_state(Campaign)
async def mail_campaign(campaign: Campaign, tx: NotificationsTx) -> None:
    """What the campaign is called, and what its brand is to hear of the budget."""
    spending = await tx.keep_campaign(campaign)
    await tx.claim(claims.of_spending(spending, _said_at(tx)))


@handlers.on_state(Application)
async def mail_application(application: Application, tx: NotificationsTx) -> None:
    """The brand hears that there is one, the creator that it was declined."""
    await tx.keep_application(application)
    await tx.claim(claims.of_application(application))


@handlers.on(MessageSent)
async def mail_message(sent: MessageSent, tx: NotificationsTx) -> None:
    """The other side gets one mail, unless it reads or answers within some minutes."""
    found = await tx.conversation(sent.conversation, sent.brand, sent.creator)
    await _keep_waiting(found.written(sent.sender, sent.message, sent.time), tx)


@handlers.on(MessagesRead)
async def forget_what_was_read(read: MessagesRead, tx: NotificationsTx) -> None:
    """What was read asks for no mail; what came after it still does."""
    found = await tx.conversation(read.conversation, read.brand, read.creator)
    await _keep_waiting(found.seen(read.reader, read.up_to), tx)


async def _keep_waiting(conversation: Conversation, tx: NotificationsTx) -> None:
    await tx.keep_conversation(conversation)
    await tx.claim(claims.of_conversation(conversation, tx.rules.message_pause))


@handlers.on_state(Link)
async def keep_link(link: Link, tx: NotificationsTx) -> None:
    """The link that an agreement's mail brings."""
    await tx.keep_link(link)


@handlers.on_state(Coupon)
async def keep_coupon(coupon: Coupon, tx: NotificationsTx) -> None:
    """The code that an agreement's mail brings."""
    await tx.keep_coupon(coupon)


@handlers.on_state(Collaboration)
async def mail_collaboration(collaboration: Collaboration, tx: NotificationsTx) -> None:
    """Whoever is to hear of where it stands now gets one mail of it; what is over lets its address go."""
    await tx.keep_collaboration(collaboration)
    await tx.keep_contacts(named_by(collaboration))
    if is_over_unanswered(collaboration):
        await tx.release_contact(collaboration.invitation.contact)
    steps = claims.of_steps(collaboration, _said_at(tx))
    await tx.claim([*claims.of_collaboration(collaboration), *steps])


@handlers.on_batch(OrderDecided, inbox=False)
async def mail_first_sales(decided: Sequence[OrderDecided], tx: NotificationsTx) -> None:
    """Once per creator: the claim's own id tells doubles, so no inbox is needed."""
    await tx.claim(claims.of_orders(decided))


@handlers.on_timer(EXPIRY)
async def forget_contact(timer: Timer, tx: NotificationsTx) -> None:
    """Nobody named it in time."""
    await tx.expire_contact(timer.aggregate, timer.version)


def _said_at(tx: NotificationsTx) -> datetime:
    return tx.event.time if tx.event is not None else tx.now
