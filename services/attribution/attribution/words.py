"""What verdicts, reasons and holds mean, in one sentence each; programs and other languages go by their codes."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from attribution.domain.decisions import Candidate, Hold, Reason, Verdict
from attribution.domain.ledger import Cause
from contracts.attribution import OrderOutcome

WHY: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.WON: "This touch is credited.",
        Verdict.CLICK_UNKNOWN: "No click with this id has been recorded.",
        Verdict.CODE_NOT_OURS: "This code belongs to none of the brand's collaborations.",
        Verdict.CODE_ENDED: "This code had ended when the order was placed.",
        Verdict.OTHER_BRAND: "This click belongs to another brand.",
        Verdict.BOT: "This click was judged to be a bot's.",
        Verdict.TERMS_UNKNOWN: "The terms of this collaboration have not arrived yet.",
        Verdict.NO_TERMS_IN_FORCE: "No terms were in force at that time.",
        Verdict.AFTER_THE_ORDER: "The click came after the order.",
        Verdict.OUTSIDE_WINDOW: "The order came after the click's window had closed.",
        Verdict.NOT_BEGUN: "The collaboration had not begun at that time.",
        Verdict.PAUSED_OR_ENDED: "The collaboration was paused or over at that time.",
        Verdict.CAMPAIGN_OVER: "The campaign and its window were over when the order was placed.",
        Verdict.BANNED: "The creator was banned when the order was placed.",
        Verdict.NOT_COVERED: "The terms cover none of the products in this order.",
        Verdict.CODE_WENT_FIRST: "A coupon code goes before a click by the brand's policy.",
        Verdict.CLICK_WENT_FIRST: "A click goes before a coupon code by the brand's policy.",
        Verdict.LATER_CLICK_WON: "A later click is credited.",
        Verdict.EARLIER_CLICK_WON: "An earlier click is credited.",
        Verdict.LARGER_DISCOUNT_WON: "Another code took more off.",
        Verdict.NEWER_CODE_WON: "Another code is newer.",
        Verdict.FIRST_IN_BYTES_WON: "Another code comes first in byte order.",
    }
)

REASONS: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.STORE_UNKNOWN: "The store is not known yet.",
        Reason.REFUND_BEFORE_ORDER: "A refund arrived before its order.",
        Reason.ORDER_NOT_SEEN: "The order itself has not been seen yet.",
        Reason.TEST_ORDER: "It is a test order, which never pays.",
        Reason.CURRENCY_UNKNOWN: "Its currency does not exist.",
        Reason.AMOUNT_OUT_OF_RANGE: "Its amounts are out of range.",
        Reason.NO_LINES: "It has no lines.",
        Reason.NO_CANDIDATE: "It carries neither a click nor a code of ours.",
        Reason.NO_CANDIDATE_COUNTS: "None of its clicks and codes counts.",
        Reason.NOT_PAID: "It is not paid yet.",
        Reason.CANCELLED: "It was cancelled.",
        Reason.DELETED: "It was deleted.",
        Reason.GIFT_CARD: "Gift cards earn nothing when they are sold.",
        Reason.NO_RATE: "No rate of the terms applies.",
        Reason.NO_FIXING: "There is no exchange rate for the currency of its rate.",
        Reason.NO_TOUCH: "No touch covers this line.",
        Reason.BASE_IS_ZERO: "Nothing is left of its price.",
        Reason.RATE_IS_ZERO: "Its rate is zero.",
        Reason.ROUNDED_TO_ZERO: "Its commission is less than half of the smallest coin.",
    }
)

HELD: Mapping[Hold, str] = MappingProxyType(
    {
        Hold.PLACED_AFTER_RECEIPT: "The order says that it was placed after we received it.",
        Hold.PLACED_LONG_BEFORE_RECEIPT: "The order says that it was placed over seven days before we received it.",
        Hold.REFUND_DETAILS_MISSING: "The details of a refund are missing.",
        Hold.NO_FIXING: "There is no exchange rate for the currency of a rate yet.",
    }
)


CAUSES: Mapping[Cause, str] = MappingProxyType(
    {
        Cause.DECISION: "An order was decided.",
        Cause.REFUND: "Something of an order was refunded.",
        Cause.CANCELLATION: "An order stopped earning.",
        Cause.UNDOING: "A refund was undone.",
        Cause.MONTH_CLOSE: "A month was closed by its tiers and cap.",
        Cause.MONTH_CHANGE: "Orders of a closed month have changed.",
        Cause.FEE_APPROVED: "The work was approved, and its fee earned.",
        Cause.FEE_CANCELLED: "The work was cancelled; the fee is what the terms leave of it.",
        Cause.FEE_CHANGED: "The fee or the date of its step was corrected.",
        Cause.FEE_UNDONE: "The step that earned the fee was undone.",
    }
)


def why(candidate: Candidate) -> str:
    """Why a candidate won or lost; of a winner that shares a line also which part it has."""
    parts = sorted({str(weight) for weight in candidate.weights if weight != 1})
    if parts:
        return f"This touch is credited with {' or '.join(parts)} of what each line earns by the brand's policy."
    return WHY[candidate.verdict]


def summary_of(outcome: OrderOutcome, reason: str | None, *, posted: bool, held: Sequence[str]) -> str:
    """One sentence on an order as it stands."""
    because = f" {REASONS[Reason(reason)]}" if reason else ""
    if outcome is OrderOutcome.CREDITED:
        if not posted:
            return f"Credited, and pays nothing now.{because}"
        return "Credited, and held." if held else "Credited."
    if outcome is OrderOutcome.WAITING:
        return f"Waiting.{because}"
    if outcome is OrderOutcome.REJECTED:
        return f"Rejected.{because}"
    return f"Nobody is credited.{because}"
