"""Words for what is held of a person, and why some of it stays."""

from console.domain.words import mark
from contracts.forgetting import Held, KeptBecause

HELD: dict[Held, str] = {
    Held.PROFILES: mark("Profiles"),
    Held.REGISTRATIONS: mark("What was said of oneself, with birth date, phone and shipping address"),
    Held.PHOTOS: mark("The photo"),
    Held.FIGURES: mark("Figures with their history"),
    Held.VIDEOS: mark("Videos and their figures"),
    Held.SHORTLISTS: mark("Places on brands' shortlists, with their notes"),
    Held.RELEVANCES: mark("How well brands said that one fits"),
    Held.PREDICTIONS: mark("What brands were told to expect"),
    Held.COLLABORATIONS: mark("Collaborations"),
    Held.APPLICATIONS: mark("What was written to programs"),
    Held.CONVERSATIONS: mark("Conversations with brands, both sides of them"),
    Held.LINKS: mark("Links: they end, and the public page goes"),
    Held.COUPONS: mark("Coupon codes"),
    Held.LEDGER: mark("The books of what was earned"),
    Held.ADDRESS: mark("E-mail address"),
    Held.MAILS: mark("What was mailed"),
    Held.ACCOUNT: mark("Account and sign-in"),
    Held.SESSIONS: mark("Sessions"),
    Held.DEAD_LETTERS: mark("Parked records"),
}
STAYS: dict[tuple[Held, KeptBecause], str] = {
    (Held.LEDGER, KeptBecause.BOOKS): mark(
        "What was earned by whom stays in the books for ten years, as the law wants it. They know you by a number only."
    ),
    (Held.COUPONS, KeptBecause.BOOKS): mark(
        "Your coupon codes end. One that an order carried stays in that order and among the brand's codes, as the "
        "order was decided by it, and one that you agreed on stays in its terms."
    ),
    (Held.LINKS, KeptBecause.BOOKS): mark(
        "Your links end and lose the code, page and words that you chose. What is left of them stays, as sales refer "
        "to it; clicks remember the code that was called until they go by themselves."
    ),
    (Held.COLLABORATIONS, KeptBecause.AGREEMENT): mark(
        "What you agreed on stays with its brand: terms, dates and amounts. All that you wrote to each other goes."
    ),
    (Held.ADDRESS, KeptBecause.ANOTHER_ROLE): mark("The address stays, as a brand's member signs in by it."),
    (Held.ACCOUNT, KeptBecause.ANOTHER_ROLE): mark("The sign-in stays, as the person acts for a brand or operates."),
}
BECAUSE: dict[KeptBecause, str] = {
    KeptBecause.BOOKS: mark("kept for the books"),
    KeptBecause.AGREEMENT: mark("kept as agreed on with a brand"),
    KeptBecause.ANOTHER_ROLE: mark("kept for another role"),
}
ASKED_BY = {"creator": mark("By the creator"), "operator": mark("By an operator, for somebody without an account")}
