"""A program: a campaign with open applications, what it asks, and of whom (C4)."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.envelope import Model, Utc
from contracts.money import Money

CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2, such as US."""
QuestionId = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[a-z0-9][a-z0-9-]*$")]


class Eligibility(Model):
    """Who may apply, set by the brand; what is absent is not asked for. An unknown figure never fails a rule."""

    min_followers: Annotated[int, Field(ge=1, le=2**53)] | None = None
    min_age: Annotated[int, Field(ge=13, le=99, description="years")] | None = None
    countries: Annotated[
        tuple[CountryCode, ...], Field(max_length=250, description="Resident in one of these; empty means anywhere.")
    ] = ()


class Question(Model):
    """A screening question; `id` is the program's own name for it."""

    id: QuestionId
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    required: bool = True


class Program(Model):
    """How creators may apply; `accepts_until` closes applications, the campaign's end does in any case."""

    eligibility: Eligibility = Eligibility()
    questions: Annotated[tuple[Question, ...], Field(max_length=20)] = ()
    accepts_until: Utc | None = None

    @model_validator(mode="after")
    def _questions_have_ids_of_their_own(self) -> Self:
        if len({question.id for question in self.questions}) < len(self.questions):
            raise ValueError("two questions have one id")
        return self


class BudgetLevel(StrEnum):
    """What a brand is to hear of its budget: 80 % is bound, all is, or a creator's yes needed more than is left."""

    NEAR = "near"
    FULL = "full"
    REFUSED = "refused"


class BudgetNotice(Model):
    """That a budget came to a level, and the sums at that instant; `needs` is what a refused agreement would bind."""

    level: BudgetLevel
    at: Utc
    bound: Money
    left: Money
    needs: Money | None = None


class Budget(Model):
    """What a campaign may cost (C14), and what each collaboration costs besides fee and commission."""

    amount: Money
    product: Annotated[Money | None, Field(description="What the sample of one collaboration costs the brand.")] = None
    shipping: Annotated[Money | None, Field(description="What sending it costs.")] = None

    @model_validator(mode="after")
    def _one_currency_and_no_debts(self) -> Self:
        amounts = [money for money in (self.amount, self.product, self.shipping) if money is not None]
        if any(money.amount < 0 for money in amounts):
            raise ValueError("amounts can't be negative")
        if len({money.currency for money in amounts}) > 1:
            raise ValueError("a budget is in one currency")
        return self
