"""How closed sets are said on a page, and in which tone their state is shown."""

from console.domain.words import mark
from contracts.attribution import CouponStatus, LinkStatus, OrderOutcome, Placement
from contracts.campaigns import (
    ApplicationReason,
    ApplicationStatus,
    CampaignStatus,
    CollaborationStatus,
    ContentType,
    DeclineReason,
    DeliverableStatus,
    DeliverableType,
    GoalMetric,
    Measure,
    Outcome,
    Platform,
    ProposalStatus,
    SampleStatus,
    Side,
)
from contracts.console import StoreKind
from contracts.http.attribution import (
    AttributionModel,
    DeliveryOutcome,
    EntryKind,
    OrderCustomer,
    PollFault,
    Precedence,
    PrivacyKind,
    PrivacyStatus,
    ReviewStatus,
)

Label = tuple[str, str]
"""Words and tone."""

CAMPAIGN: dict[CampaignStatus, Label] = {
    CampaignStatus.DRAFT: (mark("Draft"), ""),
    CampaignStatus.PUBLISHED: (mark("Published"), "green"),
    CampaignStatus.PAUSED: (mark("Paused"), "amber"),
    CampaignStatus.ENDED: (mark("Ended"), ""),
}
COLLABORATION: dict[CollaborationStatus, Label] = {
    CollaborationStatus.INVITED: (mark("Invited"), "accent"),
    CollaborationStatus.COUNTERED: (mark("Counter-offer"), "amber"),
    CollaborationStatus.AGREED: (mark("Agreed"), "green"),
    CollaborationStatus.DECLINED: (mark("Declined"), ""),
    CollaborationStatus.EXPIRED: (mark("Expired"), ""),
    CollaborationStatus.COMPLETED: (mark("Completed"), "green"),
    CollaborationStatus.CANCELLED: (mark("Cancelled"), "red"),
}
APPLICATION: dict[ApplicationStatus, Label] = {
    ApplicationStatus.RECEIVED: (mark("Waits for an answer"), "amber"),
    ApplicationStatus.APPROVED: (mark("Approved"), "green"),
    ApplicationStatus.COUNTERED: (mark("Counter-offer"), "accent"),
    ApplicationStatus.DECLINED: (mark("Declined"), ""),
    ApplicationStatus.WITHDRAWN: (mark("Withdrawn"), ""),
}
APPLICATION_REASON: dict[ApplicationReason, str] = {
    ApplicationReason.ELIGIBILITY: mark("A rule of the program is not met"),
    ApplicationReason.FIT: mark("It does not suit the product"),
    ApplicationReason.PRICE: mark("The price"),
    ApplicationReason.IDEA: mark("The idea"),
    ApplicationReason.FULL: mark("All places are taken"),
    ApplicationReason.OTHER: mark("Something else"),
}
ORDER: dict[OrderOutcome, Label] = {
    OrderOutcome.CREDITED: (mark("Credited"), "green"),
    OrderOutcome.UNATTRIBUTED: (mark("Not attributed"), ""),
    OrderOutcome.REJECTED: (mark("Rejected"), "red"),
    OrderOutcome.WAITING: (mark("Waiting"), "amber"),
}
LINK: dict[LinkStatus, Label] = {
    LinkStatus.ACTIVE: (mark("Active"), "green"),
    LinkStatus.PAUSED: (mark("Paused"), "amber"),
    LinkStatus.ENDED: (mark("Ended"), ""),
}
PLACEMENT: dict[Placement, str] = {
    Placement.BIO: mark("Bio"),
    Placement.CAPTION: mark("Caption"),
    Placement.FIRST_COMMENT: mark("First comment"),
    Placement.STORY: mark("Story"),
    Placement.LIVE: mark("Live"),
    Placement.ON_SCREEN: mark("On screen"),
    Placement.OWN_SITE: mark("Own site"),
    Placement.EMAIL: mark("E-mail"),
    Placement.OTHER_NETWORK: mark("Another network"),
    Placement.PAID_AD: mark("Paid ad"),
}
COUPON: dict[CouponStatus, Label] = {
    CouponStatus.TO_ENTER: (mark("To be entered in the store"), "amber"),
    CouponStatus.CONFIRMED: (mark("Active"), "green"),
    CouponStatus.ENDED: (mark("Ended"), ""),
}
DELIVERY: dict[DeliveryOutcome, Label] = {
    DeliveryOutcome.OBSERVED: (mark("Understood"), "green"),
    DeliveryOutcome.KEPT_RAW: (mark("Kept as it came"), "amber"),
    DeliveryOutcome.IGNORED: (mark("Not needed"), ""),
}
STORE: dict[StoreKind, str] = {
    StoreKind.SHOPIFY: mark("Shopify"),
    StoreKind.WOOCOMMERCE: mark("WooCommerce"),
    StoreKind.TOPIC: mark("Events on Kafka"),
}
METRIC: dict[GoalMetric, str] = {
    GoalMetric.SALES_AMOUNT: mark("Net sales"),
    GoalMetric.ORDERS: mark("Orders"),
    GoalMetric.TRAFFIC: mark("Clicks by people"),
    GoalMetric.VIEWS: mark("Video views"),
}
MEASURE: dict[Measure, str] = {
    Measure.BOTH: mark("Links and coupon codes"),
    Measure.LINKS: mark("Links"),
    Measure.COUPONS: mark("Coupon codes"),
}
CONTENT: dict[ContentType, str] = {
    ContentType.REVIEW: mark("Review"),
    ContentType.UNBOXING: mark("Unboxing"),
    ContentType.TUTORIAL: mark("Tutorial"),
    ContentType.BEFORE_AFTER: mark("Before and after"),
    ContentType.CHALLENGE: mark("Challenge"),
    ContentType.LIVE: mark("Live"),
    ContentType.OTHER: mark("Other"),
}
DECLINE: dict[DeclineReason, str] = {
    DeclineReason.FEE: mark("The fee"),
    DeclineReason.COMMISSION: mark("The commission"),
    DeclineReason.DEADLINE: mark("The deadline"),
    DeclineReason.PRODUCT: mark("The product does not suit me"),
    DeclineReason.BRAND: mark("The brand does not suit me"),
    DeclineReason.BUSY: mark("No time"),
    DeclineReason.OTHER: mark("Something else"),
}
LETTER: dict[str, Label] = {
    "waiting": (mark("Waiting"), "amber"),
    "replayed": (mark("Handled"), "green"),
}
PRECEDENCE: dict[Precedence, Label] = {
    Precedence.COUPON_FIRST: (
        mark("Codes before clicks"),
        mark("A creator's code takes the lines that it covers, whoever's link was clicked."),
    ),
    Precedence.CLICK_FIRST: (
        mark("Clicks before codes"),
        mark("A creator's click takes the lines that it covers. A code counts where there is no click."),
    ),
}
"""Words, and what they mean."""
MODEL: dict[AttributionModel, Label] = {
    AttributionModel.LAST_CLICK: (
        mark("Last click"),
        mark("The creator whose link was clicked last gets all of it."),
    ),
    AttributionModel.FIRST_CLICK: (
        mark("First click"),
        mark("The creator whose link was clicked first gets all of it."),
    ),
    AttributionModel.LINEAR: (
        mark("Equal parts"),
        mark("Every click gets the same part. Two clicks of one creator are two parts."),
    ),
    AttributionModel.POSITION_BASED: (
        mark("By position"),
        mark("The first and the last click get 40 percent each, those between share 20. Two clicks get half each."),
    ),
}
ENTRY: dict[EntryKind, str] = {
    EntryKind.EARNED: mark("Commission"),
    EntryKind.TAKEN_BACK: mark("Taken back after a refund"),
    EntryKind.TIER_UPLIFT: mark("Higher rate of the month"),
    EntryKind.CAP_DEDUCTION: mark("Above the month's cap"),
    EntryKind.FEE: mark("Fee"),
}
REVIEW: dict[ReviewStatus, Label] = {
    ReviewStatus.OPEN: (mark("To decide"), "amber"),
    ReviewStatus.ACCEPTED: (mark("Accepted"), "green"),
    ReviewStatus.REJECTED: (mark("Left as it was"), ""),
    ReviewStatus.LAPSED: (mark("No longer needed"), ""),
}
CAUSE: dict[str, str] = {
    "decision": mark("Decision"),
    "refund": mark("Refund"),
    "cancellation": mark("Cancellation"),
    "undoing": mark("Undoing"),
}
CUSTOMER: dict[OrderCustomer, str] = {
    OrderCustomer.NEW: mark("New customer"),
    OrderCustomer.RETURNING: mark("Returning customer"),
    OrderCustomer.UNKNOWN: mark("Not known: the order names no customer"),
}
POLL: dict[PollFault, Label] = {
    PollFault.REFUSED: (
        mark("The shop refuses these keys"),
        mark("They may have been taken back, or may not read orders. Make new ones there and save them here."),
    ),
    PollFault.NOT_THERE: (
        mark("There is no API at the shop's address"),
        mark("Check that the shop's API is switched on, and its address if it is not at the root of the shop."),
    ),
    PollFault.BUSY: (
        mark("The shop asked us to wait"),
        mark("It answers too many questions at the moment. We go on by ourselves."),
    ),
    PollFault.SHOP_FAILED: (
        mark("The shop answered with an error"),
        mark("We ask again by ourselves. If it goes on, look at the shop."),
    ),
    PollFault.NO_ANSWER: (
        mark("The shop did not answer"),
        mark("We ask again by ourselves. If it goes on, look at the shop and its certificate."),
    ),
    PollFault.ADDRESS: (
        mark("The shop's address can't be used"),
        mark("It must begin with https:// and be a public address."),
    ),
    PollFault.UNREADABLE: (
        mark("The shop's answer could not be read"),
        mark("Something else may answer at its address, such as a page about maintenance. We ask again by ourselves."),
    ),
    PollFault.NOT_CONNECTED: (
        mark("These keys are not for this kind of shop"),
        mark("Save the keys of this shop again."),
    ),
}
"""What happened, and what to do."""
PRIVACY: dict[PrivacyKind, str] = {
    PrivacyKind.CUSTOMER_DATA: mark("Tell a customer what is kept"),
    PrivacyKind.CUSTOMER_REDACTION: mark("Forget a customer"),
    PrivacyKind.SHOP_REDACTION: mark("Forget a shop"),
    PrivacyKind.APP_UNINSTALLED: mark("App taken off the shop"),
}
PRIVACY_STATE: dict[PrivacyStatus, Label] = {
    PrivacyStatus.OPEN: (mark("Outstanding"), "amber"),
    PrivacyStatus.DONE: (mark("Done"), "green"),
}
SERVICE: dict[str, str] = {
    "discovery": mark("Discovery"),
    "campaigns": mark("Campaigns"),
    "attribution": mark("Attribution"),
    "notifications": mark("Notifications"),
    "console": mark("Console"),
}
NO_REASON = mark("No reason")
STAGE: dict[str, Label] = {
    "invited": (mark("Invited"), "accent"),
    "countered": (mark("Counter-offer"), "amber"),
    "agreed": (mark("Agreed"), "green"),
    "sample": (mark("Sample"), "accent"),
    "concept": (mark("Concept"), "accent"),
    "concept-review": (mark("Concept in review"), "amber"),
    "submission": (mark("In production"), "accent"),
    "submission-review": (mark("Work in review"), "amber"),
    "publication": (mark("To be published"), "accent"),
    "published": (mark("To be confirmed"), "amber"),
    "declined": (mark("Declined"), ""),
    "expired": (mark("Expired"), ""),
    "completed": (mark("Completed"), "green"),
    "cancelled": (mark("Cancelled"), "red"),
}
"""The columns of a board, from the left, and the state of a collaboration's page."""
DELIVERABLE: dict[DeliverableStatus, Label] = {
    DeliverableStatus.CONCEPT: (mark("Waits for the concept"), "accent"),
    DeliverableStatus.CONCEPT_REVIEW: (mark("Concept in review"), "amber"),
    DeliverableStatus.SUBMISSION: (mark("Waits for the work"), "accent"),
    DeliverableStatus.SUBMISSION_REVIEW: (mark("Work in review"), "amber"),
    DeliverableStatus.PUBLICATION: (mark("To be published"), "accent"),
    DeliverableStatus.PUBLISHED: (mark("Published"), "amber"),
    DeliverableStatus.COMPLETED: (mark("Completed"), "green"),
    DeliverableStatus.CANCELLED: (mark("Cancelled"), "red"),
}
SAMPLE: dict[SampleStatus, Label] = {
    SampleStatus.NONE: (mark("Not asked for"), ""),
    SampleStatus.REQUESTED: (mark("Asked for"), "amber"),
    SampleStatus.REFUSED: (mark("Refused"), ""),
    SampleStatus.APPROVED: (mark("To be shipped"), "amber"),
    SampleStatus.SHIPPED: (mark("On its way"), "accent"),
    SampleStatus.RECEIVED: (mark("Received"), "green"),
}
PROPOSAL: dict[ProposalStatus, Label] = {
    ProposalStatus.OPEN: (mark("Waits for an answer"), "amber"),
    ProposalStatus.AGREED: (mark("Agreed"), "green"),
    ProposalStatus.REFUSED: (mark("Refused"), ""),
    ProposalStatus.WITHDRAWN: (mark("Withdrawn"), ""),
}
OUTCOME: dict[Outcome, Label] = {
    Outcome.APPROVED: (mark("Approved"), "green"),
    Outcome.CHANGES_ASKED: (mark("Changes asked for"), "amber"),
}
DELIVERABLE_TYPE: dict[DeliverableType, str] = {
    DeliverableType.SHORT_VIDEO: mark("Short video"),
    DeliverableType.LONG_VIDEO: mark("Long video"),
    DeliverableType.LIVE: mark("Live"),
    DeliverableType.STORY: mark("Story"),
    DeliverableType.POST: mark("Post"),
    DeliverableType.OTHER: mark("Other work"),
}
PLATFORM: dict[Platform, str] = {
    Platform.TIKTOK: mark("TikTok"),
    Platform.YOUTUBE: mark("YouTube"),
    Platform.INSTAGRAM: mark("Instagram"),
    Platform.FACEBOOK: mark("Facebook"),
    Platform.X: mark("X"),
    Platform.SNAPCHAT: mark("Snapchat"),
    Platform.PINTEREST: mark("Pinterest"),
    Platform.LINKEDIN: mark("LinkedIn"),
    Platform.TWITCH: mark("Twitch"),
    Platform.OTHER: mark("Another site"),
}
SIDE: dict[Side, str] = {
    Side.BRAND: mark("The brand"),
    Side.CREATOR: mark("The creator"),
    Side.SYSTEM: mark("By itself"),
}
