"""How a collaboration's actions, steps, silence and refusals are said; the words of its states are in `labels`."""

from console.domain.words import mark

ACTION: dict[str, tuple[str, str]] = {
    "accept": (mark("Accept the offer"), mark("The offer is agreed. The work can begin.")),
    "decline": (mark("Decline"), mark("You declined. The other side will see your answer.")),
    "offer": (mark("Make a counter-offer"), mark("Your offer is on the table. The other side has seven days.")),
    "cancel": (mark("Cancel"), mark("It is cancelled.")),
    "announce-terms": (mark("Announce new terms"), mark("The new terms are announced.")),
    "propose-extension": (mark("Ask for another date"), mark("The other side is asked for the new date.")),
    "propose-cancellation": (mark("Ask to cancel"), mark("The other side is asked to agree.")),
    "agree": (mark("Agree"), mark("Agreed. It is done.")),
    "refuse": (mark("Refuse"), mark("You refused. All stays as it was.")),
    "withdraw": (mark("Take it back"), mark("Taken back. All stays as it was.")),
    "complete": (mark("Complete"), mark("The collaboration is completed. Sales go on earning.")),
    "propose-concept": (mark("Hand in the concept"), mark("The concept is with the brand.")),
    "ask-changes": (mark("Ask for changes"), mark("The creator sees what to change.")),
    "approve-concept": (mark("Approve the concept"), mark("The concept is approved. The creator goes to work.")),
    "submit": (mark("Hand in the work"), mark("The work is with the brand.")),
    "ask-revision": (mark("Ask for a revision"), mark("The creator sees what to change.")),
    "approve-submission": (mark("Approve the work"), mark("The work is approved, and its fee is earned.")),
    "publish": (mark("Say where it is live"), mark("The brand sees where it is live.")),
    "refuse-publication": (mark("Refuse what is live"), mark("The creator sees why, and publishes again.")),
    "confirm": (mark("Confirm the publication"), mark("The publication is confirmed.")),
    "request-sample": (mark("Ask for a sample"), mark("The brand sees your request.")),
    "approve-sample": (mark("Approve the sample"), mark("The sample is approved. Ship it next.")),
    "refuse-sample": (mark("Refuse the sample"), mark("The creator sees your answer.")),
    "ship-sample": (mark("Say that it is shipped"), mark("The creator sees the tracking number.")),
    "receive-sample": (mark("Say that it arrived"), mark("The brand sees that the sample arrived.")),
    "step-out": (mark("Step out with feedback"), mark("You stepped out. It costs nobody anything.")),
}
"""Each action: the words of its button, and what is said once it is done."""
DUE: dict[str, str] = {
    "answer": mark("Answer to the offer"),
    "concept": mark("Concept"),
    "review of the concept": mark("Review of the concept"),
    "submission": mark("The work"),
    "review of the submission": mark("Review of the work"),
    "publication": mark("Publication"),
    "confirmation of the publication": mark("Confirmation of the publication"),
    "answer to the sample request": mark("Answer to the sample request"),
    "shipping of the sample": mark("Shipping of the sample"),
}
"""What somebody is waited for."""
SILENCE: dict[str, str] = {
    "the invitation expires": mark("Without an answer until then, the invitation expires."),
    "the offer expires": mark("Without an answer until then, the offer expires."),
    "it is overdue; after seven days the brand may cancel it": mark(
        "More than seven days after that, the brand may cancel it without a fee."
    ),
    "the concept is approved": mark("Without an answer until then, the concept counts as approved."),
    "the submission is approved": mark("Without an answer until then, the work counts as approved."),
    "the publication is confirmed": mark("Without an answer until then, the publication counts as confirmed."),
    "it is overdue; no sample is promised": mark("Without an answer, no sample is promised."),
    "it is overdue": mark("After that it is overdue."),
}
"""What it means when nobody does it."""
RULE: dict[str, str] = {
    "not-in-this-state": mark("It has moved on since you opened the page, so this is not possible any more."),
    "for-the-other-side": mark("This is for the other side to do."),
    "needs-the-other-side": mark("The other side has to agree to that. Ask for it instead."),
    "revision-limit-reached": mark("All changes that the terms allow were asked for already."),
    "work-is-open": mark("There is work that is not done yet."),
    "work-is-approved": mark("Some of the work is approved already."),
    "no-proposal-to-answer": mark("The other side asks for nothing any more."),
    "no-proposal-of-yours": mark("There is nothing of yours to take back any more."),
    "no-work-to-extend": mark("Nothing waits for the creator, so there is no date to move."),
    "already-proposed": mark("This was asked for already and waits for an answer."),
    "already-answered": mark("This was answered already."),
}
"""Why an action is refused, by the rule that the refusal names."""
FACT: dict[str, str] = {
    "creator-invited": mark("Invitation sent"),
    "invitation-accepted": mark("Invitation accepted"),
    "invitation-declined": mark("Invitation declined"),
    "invitation-expired": mark("Expired without an answer"),
    "offer-made": mark("Offer made"),
    "offer-accepted": mark("Offer accepted"),
    "offer-declined": mark("Offer declined"),
    "terms-announced": mark("New terms announced"),
    "terms-reminded": mark("Reminder: new terms in 48 hours"),
    "sample-requested": mark("Sample asked for"),
    "sample-approved": mark("Sample approved"),
    "sample-refused": mark("Sample refused"),
    "sample-shipped": mark("Sample shipped"),
    "sample-received": mark("Sample received"),
    "concept-proposed": mark("Concept handed in"),
    "concept-changes-asked": mark("Changes of the concept asked for"),
    "concept-approved": mark("Concept approved"),
    "work-submitted": mark("Work handed in"),
    "revision-asked": mark("Revision asked for"),
    "submission-approved": mark("Work approved"),
    "deliverable-published": mark("Published"),
    "publication-refused": mark("Publication refused"),
    "deliverable-completed": mark("Publication confirmed"),
    "deliverable-cancelled": mark("Work cancelled"),
    "deadline-near": mark("Reminder of a deadline"),
    "deadline-missed": mark("A deadline has passed"),
    "proposal-made": mark("Question to the other side"),
    "proposal-refused": mark("Question refused"),
    "proposal-withdrawn": mark("Question taken back"),
    "deadline-extended": mark("Deadline moved"),
    "collaboration-completed": mark("Collaboration completed"),
    "collaboration-cancelled": mark("Collaboration cancelled"),
}
"""Each step of a history."""
