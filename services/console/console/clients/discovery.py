"""Creators' profiles, and what a brand keeps about them."""

import asyncio
from collections.abc import AsyncIterable, Iterable
from datetime import datetime
from urllib.parse import quote

from chassis.http import Page
from console.clients.caller import Caller, File, NotThereError
from contracts.discovery import InfluencerType, Profile
from contracts.http.discovery import (
    AlertOut,
    CreatorPage,
    CreatorQuery,
    CreatorsFound,
    EligibilityPolicies,
    EligibilityPolicy,
    EligibilityPolicyOut,
    EntryIn,
    EntryOut,
    FitIn,
    FitOut,
    NewAlerts,
    OwnFigures,
    PersonaIn,
    PersonaOut,
    Personas,
    PrefillIn,
    PrefillOut,
    RegistrationIn,
    RegistrationOut,
    RegistrationsOut,
    RelevanceIn,
    ShortlistDetail,
    ShortlistIn,
    ShortlistOut,
    ShortlistsOut,
    TypeIn,
    TypeMatrix,
    TypeOut,
)

AT_ONCE = 8
PICTURE_SECONDS = 60.0


class Discovery:
    """Calls of discovery's API."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def search(self, asked: CreatorQuery) -> CreatorsFound:
        """Creators by any combination of filters, with the exact total and how they are divided."""
        params = asked.model_dump(mode="json", exclude_defaults=True)
        return await self._caller.get("/v1/creators", CreatorsFound, params)

    async def find(self, profile: str) -> Profile:
        """One profile."""
        return await self._caller.get(f"/v1/creators/{_part(profile)}", Profile)

    async def page(self, profile: str) -> CreatorPage:
        """One creator with all that is known of them."""
        return await self._caller.get(f"/v1/creators/{_part(profile)}/page", CreatorPage)

    async def named(self, profiles: Iterable[str]) -> dict[str, Profile]:
        """Several profiles by id; one that is gone is left out."""

        async def one(profile: str) -> Profile | None:
            async with places:
                try:
                    return await self.find(profile)
                except NotThereError:
                    return None

        places = asyncio.Semaphore(AT_ONCE)
        found = await asyncio.gather(*(one(profile) for profile in sorted(set(profiles))))
        return {profile.id: profile for profile in found if profile is not None}

    async def fit(self, profile: str, asked: FitIn) -> FitOut:
        """How well a creator fits; with a campaign the answer is kept as a prediction."""
        return await self._caller.write("POST", f"/v1/creators/{_part(profile)}/fit", FitOut, asked)

    async def set_relevance(self, profile: str, relevance: int) -> None:
        """Let the brand's own relevance count, in hundredths of a percent."""
        body = RelevanceIn(relevance=relevance)
        await self._caller.tell("PUT", f"/v1/creators/{_part(profile)}/relevance", body)

    async def forget_relevance(self, profile: str) -> None:
        """Let the reckoned relevance count again."""
        await self._caller.tell("DELETE", f"/v1/creators/{_part(profile)}/relevance")

    async def types(self) -> TypeMatrix:
        """What each influencer type is good for."""
        return await self._caller.get("/v1/influencer-types", TypeMatrix)

    async def type_of(self, profile: str) -> TypeOut:
        """What is suggested for a creator and why, and what a person set."""
        return await self._caller.get(f"/v1/creators/{_part(profile)}/influencer-type", TypeOut)

    async def set_type(self, profile: str, type_: InfluencerType | None) -> None:
        """Set a creator's type, or let the suggestion count again."""
        path = f"/v1/creators/{_part(profile)}/influencer-type"
        if type_ is None:
            await self._caller.tell("DELETE", path)
        else:
            await self._caller.tell("PUT", path, TypeIn(influencer_type=type_))

    async def personas(self) -> tuple[PersonaOut, ...]:
        """The brand's personas, by name."""
        return (await self._caller.get("/v1/personas", Personas)).personas

    async def persona(self, id: str) -> PersonaOut:  # noqa: A002 - the persona's own id
        """One persona."""
        return await self._caller.get(f"/v1/personas/{_part(id)}", PersonaOut)

    async def add_persona(self, said: PersonaIn, key: str) -> PersonaOut:
        """A new persona."""
        return await self._caller.write("POST", "/v1/personas", PersonaOut, said, key=key)

    async def prefill(self, said: PrefillIn) -> PrefillOut:
        """What a persona would say that is made from creators' audiences; nothing is kept."""
        return await self._caller.write("POST", "/v1/personas/prefilled", PrefillOut, said)

    async def change_persona(self, id: str, said: PersonaIn, seen: int) -> PersonaOut:  # noqa: A002
        """Change a persona as it was seen."""
        return await self._caller.write("PUT", f"/v1/personas/{_part(id)}", PersonaOut, said, seen=seen)

    async def remove_persona(self, id: str) -> None:  # noqa: A002
        """Remove a persona."""
        await self._caller.tell("DELETE", f"/v1/personas/{_part(id)}")

    async def shortlists(self) -> tuple[ShortlistOut, ...]:
        """The brand's shortlists, by name."""
        return (await self._caller.get("/v1/shortlists", ShortlistsOut)).shortlists

    async def shortlist(self, id: str) -> ShortlistDetail:  # noqa: A002 - the shortlist's own id
        """One shortlist with who is on it."""
        return await self._caller.get(f"/v1/shortlists/{_part(id)}", ShortlistDetail)

    async def alerts(self, cursor: str = "", limit: int = 50) -> Page[AlertOut]:
        """What changed about those on the brand's shortlists, newest first."""
        return await self._caller.get("/v1/shortlists/alerts", Page[AlertOut], {"cursor": cursor, "limit": limit})

    async def new_alerts(self, since: datetime | None) -> int:
        """How many of them there are since then, up to a hundred."""
        params = {} if since is None else {"since": since.isoformat()}
        return (await self._caller.get("/v1/shortlists/alerts/unread", NewAlerts, params)).alerts

    async def add_shortlist(self, said: ShortlistIn, key: str) -> ShortlistOut:
        """A new shortlist."""
        return await self._caller.write("POST", "/v1/shortlists", ShortlistOut, said, key=key)

    async def change_shortlist(self, id: str, said: ShortlistIn, seen: int) -> ShortlistOut:  # noqa: A002
        """Rename a shortlist as it was seen."""
        return await self._caller.write("PUT", f"/v1/shortlists/{_part(id)}", ShortlistOut, said, seen=seen)

    async def remove_shortlist(self, id: str) -> None:  # noqa: A002
        """Remove a shortlist with its notes and alerts."""
        await self._caller.tell("DELETE", f"/v1/shortlists/{_part(id)}")

    async def put_on(self, shortlist: str, profile: str, note: str = "") -> None:
        """Put somebody on a shortlist, or change the note about them."""
        path = f"/v1/shortlists/{_part(shortlist)}/creators/{_part(profile)}"
        await self._caller.write("PUT", path, EntryOut, EntryIn(note=note))

    async def take_off(self, shortlist: str, profile: str) -> None:
        """Take somebody off a shortlist."""
        await self._caller.tell("DELETE", f"/v1/shortlists/{_part(shortlist)}/creators/{_part(profile)}")

    async def own_profiles(self) -> RegistrationsOut:
        """The creator's own profiles with their private part, oldest first, and where handles can be proven."""
        return await self._caller.get("/v1/me/profiles", RegistrationsOut)

    async def own_figures(self, profile: str) -> OwnFigures:
        """What brands see of the creator's own figures."""
        return await self._caller.get(f"/v1/me/profiles/{_part(profile)}/figures", OwnFigures)

    async def register(self, said: RegistrationIn, key: str) -> RegistrationOut:
        """Register a handle as one's own, or change what is said of it."""
        return await self._caller.write("PUT", "/v1/me/profiles", RegistrationOut, said, key=key)

    async def prove(self, profile: str) -> RegistrationOut:
        """Look for the code in the network's bio."""
        return await self._caller.write("POST", f"/v1/me/profiles/{_part(profile)}/proof", RegistrationOut)

    async def photo(self, profile: str, photo: str, *, is_own: bool) -> File:
        """The photo that a profile shows, or one's own, as a picture."""
        whose = f"/v1/me/profiles/{_part(profile)}" if is_own else f"/v1/creators/{_part(profile)}"
        return await self._caller.file(f"{whose}/photo/{_part(photo)}")

    async def put_photo(self, profile: str, content: AsyncIterable[bytes], kind: str) -> RegistrationOut:
        """Show this picture on one's own profile."""
        path = f"/v1/me/profiles/{_part(profile)}/photo"
        return await self._caller.upload(
            path, RegistrationOut, content, kind, {}, seconds=PICTURE_SECONDS, method="PUT"
        )

    async def remove_photo(self, profile: str) -> None:
        """Show none."""
        await self._caller.tell("DELETE", f"/v1/me/profiles/{_part(profile)}/photo")

    async def policies(self) -> tuple[EligibilityPolicyOut, ...]:
        """Every market's rules, the default's among them."""
        return (await self._caller.get("/v1/eligibility-policies", EligibilityPolicies)).policies

    async def put_policy(self, market: str, said: EligibilityPolicy, key: str) -> None:
        """Set a market's rules."""
        path = f"/v1/eligibility-policies/{_part(market)}"
        await self._caller.write("PUT", path, EligibilityPolicyOut, said, key=key)

    async def remove_policy(self, market: str) -> None:
        """Let a market go by the default's rules again."""
        await self._caller.tell("DELETE", f"/v1/eligibility-policies/{_part(market)}")


def _part(id: str) -> str:  # noqa: A002 - an id as one part of a path
    return quote(id, safe="")
