"""A creator's own profiles: what they say of themselves, whether the handle is theirs, and which markets list them."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from chassis.http import Problem, Writing, not_found, once, unprocessable
from contracts.http.discovery import RegistrationIn, RegistrationOut, RegistrationsOut
from discovery import registering
from discovery.api.callers import Creator, TheContext
from discovery.bios import Bios, NoSuchBioError, bios_of
from discovery.domain.registration import CODE_PREFIX, Registration, is_proven_by
from discovery.domain.rows import network_of
from discovery.store import DiscoveryTx, Policies, erasures, registrations

router = APIRouter(prefix="/v1/me/profiles", tags=["own profiles"])
TheBios = Annotated[Bios, Depends(bios_of)]


@router.put("", response_model=RegistrationOut)
async def register(said: RegistrationIn, who: Creator, context: TheContext, write: Writing, bios: TheBios) -> Response:
    """Register a handle as one's own, or change what is said of it; the code in the bio then proves it."""
    wrong = registering.wrong(said, context.clock.now())
    if wrong:
        raise unprocessable(wrong)

    async def work(tx: DiscoveryTx) -> RegistrationOut:
        profile = await tx.profile_for(network_of(said.network), said.handle)
        new = registering.registration_in(
            said, account=who.id, profile=profile, code=f"{CODE_PREFIX}{secrets.token_hex(5)}", now=tx.now
        )
        kept = await tx.register(new)
        return await _out(tx, kept, bios)

    async def again(tx: DiscoveryTx) -> RegistrationOut:
        profile = await tx.profile_for(network_of(said.network), said.handle)
        kept = await registrations.find(tx.db, who.id, profile, tx.session)
        if kept is None:
            raise not_found("profile")
        return await _out(tx, kept, bios)

    return await once(context, write, who, work, status=200, again=again)


@router.get("")
async def list_own(who: Creator, context: TheContext, bios: TheBios) -> RegistrationsOut:
    """One's own profiles, with the private part, the code, and each market's rules with what is missing.

    Those that the account came to by accepting an invitation are among them, also before it has said anything of them.
    """
    policies, now, networks = await Policies(context.db).all(), context.clock.now(), bios.networks
    own = await registrations.of_account(context.db, who.id)
    claimed = [each for each in await erasures.profiles_of(context.db, who.id) if each.is_known]
    known = {profile.id: profile for profile in claimed}
    found = [registering.registration_out(each, known.pop(each.profile, None), policies, now, networks) for each in own]
    found += [registering.claimed_out(each, who.id, policies, now, networks) for each in known.values()]
    return RegistrationsOut(profiles=tuple(found), provable_networks=tuple(sorted(networks)))


@router.post("/{profile}/proof")
async def prove(profile: str, who: Creator, context: TheContext, bios: TheBios) -> RegistrationOut:
    """Look for the code in the network's bio. 409 `not-proven` while it is not there, or the bio can't be read."""
    registration = await registrations.find(context.db, who.id, profile)
    if registration is None:
        raise not_found("profile")
    try:
        bio = await bios.read(registration.network, registration.handle)
    except NoSuchBioError as error:
        raise Problem(409, "not-proven", "The bio could not be read", str(error)) from error
    if not is_proven_by(registration.code, bio):
        detail = f"Put {registration.code} into your bio on {registration.network}, then try again."
        raise Problem(409, "not-proven", "The code is not in the bio", detail)

    async def work(tx: DiscoveryTx) -> RegistrationOut:
        again = await registrations.find(tx.db, who.id, profile, tx.session)
        if again is None or again.code != registration.code:
            raise not_found("profile")
        kept = await tx.prove(again)
        return await _out(tx, kept, bios)

    return await context.transactions.run(work)


async def _out(tx: DiscoveryTx, kept: Registration, bios: Bios) -> RegistrationOut:
    profile = await tx.one(kept.profile)
    return registering.registration_out(kept, profile, await tx.policies(), tx.now, bios.networks)
