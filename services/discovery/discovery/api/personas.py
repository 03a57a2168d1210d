"""A brand's personas (D13)."""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from chassis.http import Writing, etag, if_match, not_found, once, unprocessable
from chassis.ids import new_id
from contracts.http.discovery import (
    BuyersOf,
    PersonaIn,
    PersonaOut,
    Personas,
    PrefillIn,
    PrefillOut,
    UnknownParts,
)
from contracts.money import INT64_MAX, Money
from discovery import registering
from discovery.api.callers import Brand, TheContext
from discovery.domain.fit import figures_of
from discovery.domain.prefill import Prefill, Source, prefilled
from discovery.domain.profiles import ids_named
from discovery.store import PERSONAS, Creators, DiscoveryTx, Named, sold_for

router = APIRouter(prefix="/v1/personas", tags=["personas"])


@router.get("")
async def list_personas(who: Brand, context: TheContext) -> Personas:
    """The brand's personas, by name."""
    rows = await Named(context.db, who.id, PERSONAS).all()
    return Personas(personas=tuple(_out(row) for row in rows))


@router.post("", response_model=PersonaOut, status_code=201)
async def add_persona(said: PersonaIn, who: Brand, context: TheContext, write: Writing) -> Response:
    """Describe whom to reach."""
    _checked(said)

    async def work(tx: DiscoveryTx) -> PersonaOut:
        named = Named(tx.db, who.id, PERSONAS, tx.session)
        return _out(await named.add(new_id(), said.model_dump(mode="json"), tx.now))

    return await once(context, write, who, work)


@router.post("/prefilled")
async def prefill_persona(said: PrefillIn, who: Brand, context: TheContext) -> PrefillOut:
    """What a persona would say that is made from creators' audiences; nothing is kept.

    Of one's own those who sold something in the currency, weighted by that; else the named ones, each alike.
    """
    if said.currency not in registering.CURRENCIES:
        raise unprocessable([("currency", f"There is no currency {said.currency}.")])
    if said.made_from is BuyersOf.OWN:
        if said.creators:
            raise unprocessable([("creators", "Creators are named for competitors' buyers alone.")])
        found = prefilled(await sold_for(context.db, who.id, said.currency))
        return _prefill_out(said, found, Money(amount=min(INT64_MAX, found.weight), currency=said.currency))
    if not said.creators:
        raise unprocessable([("creators", "Name the creators whose audiences your competitor reaches.")])
    return _prefill_out(said, prefilled(await _named(said.creators, context)), None)


async def _named(creators: Sequence[str], context: TheContext) -> list[Source]:
    """The creators that are named, each once; raises 422 for those that are not there."""
    found: dict[str, Source] = {}
    wrong: list[tuple[str, str]] = []
    profiles = await Creators(context.db).find_named([ids_named(text) for text in creators])
    for place, (text, profile) in enumerate(zip(creators, profiles, strict=True)):
        if profile is None:
            wrong.append((f"creators.{place}", f"There is no creator {text}."))
        else:
            found[profile.id] = Source(figures_of(profile.state()))
    if wrong:
        raise unprocessable(wrong)
    return list(found.values())


def _prefill_out(said: PrefillIn, found: Prefill, sales: Money | None) -> PrefillOut:
    return PrefillOut(
        made_from=said.made_from,
        ages=found.ages,
        genders=found.genders,
        countries=found.countries,
        interests=found.interests,
        creators=found.creators,
        sales=sales,
        unknown=UnknownParts(**found.unknown),
    )


@router.get("/{persona}")
async def read_persona(persona: str, who: Brand, context: TheContext, response: Response) -> PersonaOut:
    """One of the brand's personas."""
    row = await Named(context.db, who.id, PERSONAS).find(persona)
    if row is None:
        raise not_found("persona")
    response.headers["ETag"] = etag(row["revision"])
    return _out(row)


@router.put("/{persona}")
async def change_persona(
    persona: str, said: PersonaIn, request: Request, who: Brand, context: TheContext, response: Response
) -> PersonaOut:
    """Change one that was read: `If-Match` says what was seen."""
    _checked(said)

    async def work(tx: DiscoveryTx) -> PersonaOut:
        named = Named(tx.db, who.id, PERSONAS, tx.session)
        row = await named.find(persona)
        if row is None:
            raise not_found("persona")
        if_match(request, row["revision"])
        return _out(await named.change(row, said.model_dump(mode="json"), tx.now))

    out = await context.transactions.run(work)
    response.headers["ETag"] = etag(out.revision)
    return out


@router.delete("/{persona}", status_code=204)
async def remove_persona(persona: str, who: Brand, context: TheContext) -> None:
    """Remove one of the brand's personas."""
    if not await context.transactions.run(lambda tx: Named(tx.db, who.id, PERSONAS, tx.session).remove(persona)):
        raise not_found("persona")


def _checked(said: PersonaIn) -> None:
    wrong = [
        (f"countries.{place}", f"There is no country {code}.")
        for place, code in enumerate(said.countries)
        if code not in registering.COUNTRIES
    ]
    if wrong:
        raise unprocessable(wrong)


def _out(row: dict[str, object]) -> PersonaOut:
    return PersonaOut.model_validate({**row, "id": row["_id"]})
