"""An application: made, approved, countered, declined, withdrawn. The table below alone knows what is allowed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from campaigns.domain.campaigns import CampaignRecord, is_over
from campaigns.domain.collaborations.terms import changed_rates, spread_anew
from campaigns.domain.eligibility import Finding, Standing, overall
from campaigns.domain.refusals import NotNow, Refused
from contracts.campaigns import (
    Answer,
    Application,
    ApplicationReason,
    ApplicationStatus,
    CampaignStatus,
    Program,
    TermsVersion,
)
from contracts.http.campaigns import Apply, ApproveApplication, CampaignTerms
from contracts.money import Money


class Act(StrEnum):
    """What can happen to an application."""

    APPROVE = "approve"
    COUNTER = "counter"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


NEXT: Mapping[ApplicationStatus, Mapping[Act, ApplicationStatus]] = MappingProxyType(
    {
        ApplicationStatus.RECEIVED: MappingProxyType(
            {
                Act.APPROVE: ApplicationStatus.APPROVED,
                Act.COUNTER: ApplicationStatus.COUNTERED,
                Act.DECLINE: ApplicationStatus.DECLINED,
                Act.WITHDRAW: ApplicationStatus.WITHDRAWN,
            }
        ),
        ApplicationStatus.APPROVED: MappingProxyType({}),
        ApplicationStatus.COUNTERED: MappingProxyType({}),
        ApplicationStatus.DECLINED: MappingProxyType({}),
        ApplicationStatus.WITHDRAWN: MappingProxyType({}),
    }
)
BY_CREATOR = frozenset({Act.WITHDRAW})


class NotEligible(Exception):
    """The program's own rules refuse the creator: which, and by how much. HTTP 409."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.failed = tuple(each for each in findings if each.standing is Standing.FAILED)
        super().__init__(", ".join(each.rule for each in self.failed))


@dataclass(frozen=True, slots=True)
class ApplicationRecord:
    """An application as stored: its public state and its revision."""

    state: Application
    revision: int


def is_open(campaign: CampaignRecord, now: datetime) -> bool:
    """Whether creators may apply now."""
    program = campaign.program
    return (
        program is not None
        and campaign.status is CampaignStatus.PUBLISHED
        and not is_over(campaign, now)
        and (program.accepts_until is None or now < program.accepts_until)
    )


def received(
    campaign: CampaignRecord, asked: Apply, *, id_: str, creator: str, findings: Sequence[Finding], now: datetime
) -> ApplicationRecord:
    """A creator applies. Raises `NotNow`, `NotEligible`, or `Refused` for an answer or a price that can't be."""
    if not is_open(campaign, now) or campaign.program is None:
        raise NotNow("apply", "closed", ())
    if overall(findings) is Standing.FAILED:
        raise NotEligible(findings)
    check_price(campaign.terms, asked)
    return ApplicationRecord(
        Application(
            id=id_,
            brand=campaign.brand,
            campaign=campaign.id,
            creator=creator,
            profile=asked.profile,
            status=ApplicationStatus.RECEIVED,
            idea=asked.idea,
            answers=_answers(campaign.program, asked.answers),
            fee=asked.fee,
            commission=asked.commission,
            applied_at=now,
        ),
        revision=1,
    )


def moved(
    application: ApplicationRecord, act: Act, now: datetime, *, reason: ApplicationReason | None = None, note: str = ""
) -> ApplicationRecord:
    """The answer, or the creator's withdrawal; raises `NotNow` once there is one."""
    state = application.state
    status = NEXT[state.status].get(act)
    if status is None:
        raise NotNow(act, state.status.value, ())
    changes = {"status": status, "answered_at": now, "reason": reason, "note": note}
    return replace(application, state=state.model_copy(update=changes), revision=application.revision + 1)


def possible(application: ApplicationRecord, *, is_creator: bool) -> tuple[Act, ...]:
    """What one side may do now."""
    return tuple(act for act in NEXT[application.state.status] if (act in BY_CREATOR) is is_creator)


def agreed_terms(offered: TermsVersion, application: Application) -> TermsVersion:
    """The program's terms as the creator proposed to change them."""
    return _priced(offered, application.fee, application.commission)


def countered_terms(offered: TermsVersion, application: Application, offer: ApproveApplication) -> TermsVersion:
    """The creator's proposal as the brand would have it."""
    return _priced(
        offered,
        offer.fee if offer.fee is not None else application.fee,
        offer.commission if offer.commission is not None else application.commission,
    )


def _priced(offered: TermsVersion, fee: Money | None, commission: int | None) -> TermsVersion:
    priced = fee or offered.fee
    return offered.model_copy(
        update={
            "fee": priced,
            "deliverables": spread_anew(offered.deliverables, priced),
            "rates": changed_rates(offered, commission, None),
        }
    )


def check_price(terms: CampaignTerms, asked: Apply | ApproveApplication) -> None:
    """Raise `Refused` for a price that the program's terms can't have."""
    if asked.fee is not None and asked.fee.currency != terms.fee.currency:
        raise Refused("fee.currency", f"The program's currency is {terms.fee.currency}.")
    if asked.fee is not None and asked.fee.amount < 0:
        raise Refused("fee.amount", "A fee can't be below zero.")
    if asked.commission is not None and terms.commission is None:
        raise Refused("commission", "This program pays a fixed amount for each unit, not a percentage.")


def _answers(program: Program, given: tuple[Answer, ...]) -> tuple[Answer, ...]:
    """The answers in the questions' order. Raises `Refused` for one that is missing, double, or to no question."""
    by_id = {answer.question: answer for answer in given}
    if len(by_id) < len(given):
        raise Refused("answers", "A question is answered twice.")
    unknown = by_id.keys() - {question.id for question in program.questions}
    if unknown:
        raise Refused("answers", f"The program has no question {min(unknown)!r}.")
    for question in program.questions:
        answer = by_id.get(question.id)
        if question.required and (answer is None or not answer.text.strip()):
            raise Refused("answers", f"Answer this question: {question.text}")
    return tuple(by_id[question.id] for question in program.questions if question.id in by_id)
