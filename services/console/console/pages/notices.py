"""What a page says after a form was sent, by the word that its redirect carries: never text from the address bar."""

from console.domain.words import mark
from console.pages.step_labels import ACTION

NOTICES = {
    "registered": mark("Your brand is registered. Connect a store next, then create a campaign."),
    "drafted": mark("The campaign is saved as a draft. Publish it to invite creators."),
    "published": mark("The campaign is published. You can invite creators now."),
    "invited": mark("The invitation is on its way. It is open for seven days."),
    "accepted": mark("You accepted. Your link is made within a few seconds."),
    "declined": mark("You declined the invitation. The brand will see your answer."),
    "review-accepted": mark("Accepted. The order is credited again and the difference is posted."),
    "review-rejected": mark("The order stays as it is. The same facts will not ask again."),
    "released": mark("Released. The commission becomes payable after its hold."),
    "released-partly": mark("Released, but something else still holds this order."),
    "keys-taken": mark("The keys are saved. The store is asked for its orders within seconds."),
    "keys-forgotten": mark("The keys are forgotten. The store is not asked any more."),
    "poll-asked": mark("The store is asked within seconds. Reload the page to see how that went."),
    "request-answered": mark("Noted as answered."),
    "policy-changed": mark("Saved. It holds for orders placed a few minutes from now on."),
    "link-made": mark("The link is ready. Copy it, or take its QR code."),
    "link-changed": mark("The link is changed. The redirect follows within seconds."),
    "link-paused": mark("The link is paused. Whoever follows it is told so."),
    "link-resumed": mark("The link leads on again."),
    "code-made": mark("The code is made. Enter it in your store, then confirm it here."),
    "code-confirmed": mark("The code is confirmed. Its creator can see it now."),
    "code-ended": mark("The code has ended. Orders from now on earn nothing by it."),
    "page-named": mark("Your page has its new name."),
    "connected": mark("The store is connected."),
    "handled": mark("The record was handled."),
    "parked-again": mark("The record failed again and is parked again, with the new reason."),
    "unknown-type": mark("The record's type is still not known here, so nothing was done."),
    "already-replayed": mark("The record was handled by an earlier replay."),
    "resumed": mark("The consumer goes on."),
    "language-here-only": mark(
        "The pages are in this language now. Your mails could not be told: choose it again in a minute."
    ),
    "new-code": mark("A new code is on its way. The old one no longer works."),
}
NOTICES |= {f"did-{action}": done for action, (_, done) in ACTION.items()}
