"""How well a creator fits a brand, factor by factor (D8), and what type of influencer they are (D9)."""

from fastapi import APIRouter

from chassis.http import not_found, unprocessable
from contracts.http.discovery import FitIn, FitOut, RelevanceIn, TypeIn, TypeMatrix, TypeOut
from discovery.answers import PREDICTED, earlier
from discovery.api.callers import Brand, BrandOrOperator, Operator, TheContext
from discovery.api.fitting import asked_of, fitted
from discovery.domain.influencers import MATRIX, WANTED
from discovery.domain.profiles import ProfileRecord
from discovery.store import Creators, DiscoveryTx, Predictions, Relevances

router = APIRouter(prefix="/v1")


@router.post("/creators/{creator}/fit", tags=["fit"])
async def judge_fit(creator: str, said: FitIn, who: Brand, context: TheContext) -> FitOut:
    """Outcome = reach x engagement x relevance - cost, each factor with its inputs, its range and what is missing.

    For one of the brand's campaigns the answer is kept if `keep` says so, as long as the two have not agreed. Beside it
    stand the brand's last predictions that came about, with what they sold.
    """
    profile = await _creator(creator, context)
    sales = said.sales_per_thousand_viewers
    if sales is not None and sales[1] < sales[0]:
        raise unprocessable([("sales_per_thousand_viewers", "The highest is less than the lowest.")])
    asked = await asked_of(said, who, context)
    predictions = Predictions(context.db, who.id)
    answer = fitted(profile, asked)
    if said.campaign is not None and said.keep:
        await _keep(predictions, answer, said.campaign, context)
    return answer.model_copy(update={"earlier": tuple(earlier(each) for each in await predictions.came_about())})


@router.put("/creators/{creator}/relevance", tags=["fit"], status_code=204)
async def set_relevance(creator: str, said: RelevanceIn, who: Brand, context: TheContext) -> None:
    """Set the brand's own relevance for a creator: it counts before the reckoned one, and is marked."""
    await _creator(creator, context)

    async def work(tx: DiscoveryTx) -> None:
        await Relevances(tx.db, who.id).put(tx.session, creator, said.relevance, who.account, tx.now)

    await context.transactions.run(work)


@router.delete("/creators/{creator}/relevance", tags=["fit"], status_code=204)
async def forget_relevance(creator: str, who: Brand, context: TheContext) -> None:
    """Let the reckoned relevance count again."""
    if not await context.transactions.run(lambda tx: Relevances(tx.db, who.id).remove(tx.session, creator)):
        raise not_found("relevance set by hand")


@router.get("/influencer-types", tags=["influencer types"])
async def read_matrix(_who: BrandOrOperator) -> TypeMatrix:
    """What each influencer type is good for, and which one suits what a campaign is about."""
    return TypeMatrix(types={type_: dict(row) for type_, row in MATRIX.items()}, wanted=WANTED)


@router.get("/creators/{creator}/influencer-type", tags=["influencer types"])
async def read_type(creator: str, _who: BrandOrOperator, context: TheContext) -> TypeOut:
    """A creator's type: what is suggested and why, and what a person set."""
    return _type_out(await _creator(creator, context))


@router.put("/creators/{creator}/influencer-type", tags=["influencer types"])
async def set_type(creator: str, said: TypeIn, _who: Operator, context: TheContext) -> TypeOut:
    """Set a creator's type, whatever is suggested."""
    return _type_out(_there(await context.transactions.run(lambda tx: tx.set_type(creator, said.influencer_type))))


@router.delete("/creators/{creator}/influencer-type", tags=["influencer types"])
async def unset_type(creator: str, _who: Operator, context: TheContext) -> TypeOut:
    """Let the suggestion count again."""
    return _type_out(_there(await context.transactions.run(lambda tx: tx.set_type(creator, None))))


async def _keep(predictions: Predictions, answer: FitOut, campaign: str, context: TheContext) -> None:
    values = answer.model_dump(mode="json", include=set(PREDICTED))

    async def work(tx: DiscoveryTx) -> None:
        await predictions.keep(tx.session, answer.profile, campaign, values, tx.now)

    await context.transactions.run(work)


async def _creator(creator: str, context: TheContext) -> ProfileRecord:
    return _there(await Creators(context.db).find(creator))


def _there(profile: ProfileRecord | None) -> ProfileRecord:
    if profile is None:
        raise not_found("creator")
    return profile


def _type_out(profile: ProfileRecord) -> TypeOut:
    found = profile.suggested_type()
    return TypeOut(
        profile=profile.id,
        suggested=found.type if found is not None else None,
        reasons=found.reasons if found is not None else (),
        because=found.because if found is not None else (),
        set_by_hand=profile.type_by_hand,
    )
