"""What discovery writes and says in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis import forgetting
from chassis.mongo import InsertOne, ReplaceOne
from chassis.tx import Tx
from contracts.attribution import OrderDecided
from contracts.campaigns import Campaign, Collaboration
from contracts.discovery import (
    EligibilityChanged,
    InfluencerType,
    InfluencerTypeSet,
    ProfileClaimed,
    ProfileEvent,
    ProfileImported,
    ProfileProven,
    ProfileRegistered,
    StatsChanged,
)
from discovery.domain import profiles
from discovery.domain.columns import Memory
from discovery.domain.deliveries import record_of
from discovery.domain.eligibility import Policy, next_age
from discovery.domain.photos import Photo
from discovery.domain.profiles import ImportedRow, Observation, ProfileRecord, observation_of, settled
from discovery.domain.registration import Registration
from discovery.domain.snapshots import at_millisecond
from discovery.domain.standing_figures import LONGEST_GROWTH, Said, next_to_age
from discovery.store import (
    brand_things,
    campaigns,
    documents,
    imports,
    photos,
    policies,
    registrations,
    sales,
    snapshots,
    suppressions,
    work,
)
from discovery.store.collections import COLLABORATIONS, PROFILES
from discovery.store.imports import Position

JUDGE = "judge"
BIRTHDAY = "birthday"
AGE = "age"
"""When a figure of a profile becomes too old to be told."""
AT_ONCE = 500
"""Profiles that are judged in one transaction after a policy changed."""


@dataclass(frozen=True, slots=True)
class Written:
    """How many profiles a batch of rows made, changed, and left as they were.

    `erased` are those that were not written, as their persons were erased on request.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    erased: frozenset[str] = frozenset()


class DiscoveryTx(Tx):
    """A claim may come before its profile: both write the same document, so neither can miss the other."""

    async def keep_rows(
        self, rows: Sequence[ImportedRow], source: str = "import", at: datetime | None = None
    ) -> Written:
        """Make and change profiles by the rows of a file read at `at`, and say so. No two may be of one profile."""
        read_at = at_millisecond(at or self.now)
        return await self.observe([observation_of(row, source, read_at) for row in rows], ProfileImported)

    async def keep_part(
        self, rows: Sequence[ImportedRow], source: str, import_: str, before: Position, read: int
    ) -> tuple[Position, Written]:
        """Keep some rows of an import together with how far that has come: `read` rows of its file."""
        written = await self.keep_rows(rows, source, before.began) if rows else Written()
        after = replace(
            before,
            rows=read,
            new=before.new + written.new,
            changed=before.changed + written.changed,
            unchanged=before.unchanged + written.unchanged,
        )
        await imports.move(self.db, self.session, import_, before, after, self.now)
        return after, written

    async def end_import(self, import_: str, source: str, memory: Memory | None) -> None:
        """An import is complete; its columns are remembered for the source's next file, None if that stays the same."""
        await imports.end(self.db, self.session, import_)
        if memory is not None:
            await imports.remember(self.db, self.session, source, memory)

    async def observe(self, observations: Sequence[Observation], fact: type[ProfileEvent] = StatsChanged) -> Written:
        """Keep snapshots and what follows from them; a profile's first one makes it. No two may be of one profile.

        A snapshot that is there already changes nothing, and neither does an undated one that says nothing new. One of
        somebody who was erased is refused, until they have come back and proven it.
        """
        observations, erased = await self._of_whoever_is_here(observations)
        there = await snapshots.repeated(self.db, self.session, [each.id for each in observations])
        known = await self._profiles([each.profile for each in observations])
        changed: dict[str, tuple[ProfileRecord, ProfileRecord]] = {}
        news: dict[str, Observation] = {}
        for each in observations:
            before = known.get(each.profile) or profiles.unheard_of(each.profile)
            after = profiles.observed(before, each)
            if each.id in there or (after == before and not each.snapshot.is_dated):
                continue
            news[each.id] = each
            changed[each.profile] = (before, after)
        if not news:
            return Written(unchanged=len(observations), erased=erased)
        with_videos = [each for each in news.values() if each.snapshot.videos]
        await snapshots.keep_videos(self.db, self.session, with_videos)
        await snapshots.keep(self.db, self.session, news)
        counts = await self._followers([after for before, after in changed.values() if before.is_known])
        watched = {each.profile for each in with_videos}
        pairs = []
        for id_, (before, after) in changed.items():
            seventh = await snapshots.views_at_seven_days(self.db, self.session, id_) if id_ in watched else None
            viewed = after.known.get("views_30d") != before.known.get("views_30d")
            sold = await work.sold(self.db, self.session, after) if viewed else None
            reckoned = profiles.reckoned(after, counts.get(id_, ()), seventh, sold)
            # The work of accounts that claimed a profile before anybody told of it.
            pairs.append((before, reckoned if before.is_known else await self.with_accounts(before, reckoned)))
        standing = await self._judged([after for _, after in pairs])
        pairs = [(before, settled(before, after)) for (before, _), after in zip(pairs, standing, strict=True)]
        return replace(await self._write(pairs, known, fact, len(observations)), erased=erased)

    async def _of_whoever_is_here(
        self, observations: Sequence[Observation]
    ) -> tuple[Sequence[Observation], frozenset[str]]:
        """The observations but those of the erased, whose profiles' ids come second; who came back has a new one."""
        found = await suppressions.suppressed(self.db, self.session, [each.profile for each in observations])
        if not found:
            return observations, frozenset()
        erased = frozenset(profile for profile, one in found.items() if not one.lifted)
        here = [each for each in observations if each.profile not in erased]
        anew = [replace(each, of=found[each.profile].profile) if each.profile in found else each for each in here]
        return anew, erased

    async def _write(
        self,
        pairs: Sequence[tuple[ProfileRecord, ProfileRecord]],
        known: Mapping[str, ProfileRecord],
        fact: type[ProfileEvent],
        all_of_them: int,
    ) -> Written:
        writes: list[InsertOne[dict[str, object]] | ReplaceOne[dict[str, object]]] = []
        new = 0
        for before, after in pairs:
            if after is before:
                continue
            new += not before.is_known
            kept = self._say(before, after, fact)
            document = documents.of_profile(kept)
            writes.append(
                ReplaceOne({"_id": kept.id, "revision": before.revision}, document)
                if kept.id in known
                else InsertOne(document)
            )
        if writes:
            await brand_things.alert(self.db, self.session, pairs, self.now)
            result = await self.db[PROFILES].bulk_write(writes, session=self.session)
            assert result.inserted_count + result.matched_count == len(writes)  # else a conflict was overlooked
        return Written(new=new, changed=len(writes) - new, unchanged=all_of_them - len(writes))

    def _say(self, before: ProfileRecord, after: ProfileRecord, fact: type[ProfileEvent]) -> ProfileRecord:
        """Say what happened; of a new profile next that claims which had waited for it now hold. The last state."""
        if not before.is_known:
            fact = ProfileImported
        if before.is_known or not after.claimed_by:
            self.announce(fact, after.state(), after.revision)
            return after
        self.announce(fact, replace(after, claimed_by=()).state(), after.revision)
        claimed_too = replace(after, revision=after.revision + 1)
        self.announce(ProfileClaimed, claimed_too.state(), claimed_too.revision)
        return claimed_too

    async def keep_collaboration(self, collaboration: Collaboration) -> None:
        """Keep the newest state of a collaboration; the loop lets no older one through."""
        values = documents.of_collaboration(collaboration, self.event.time if self.event is not None else self.now)
        await self.db[COLLABORATIONS].update_one(
            {"_id": collaboration.id}, {"$set": values}, upsert=True, session=self.session
        )

    async def keep_sales(self, decided: Sequence[OrderDecided]) -> set[str]:
        """Keep what orders brought; the collaborations that it concerns."""
        return await sales.keep(self.db, self.session, decided)

    async def keep_campaign(self, campaign: Campaign) -> None:
        """Keep whose campaign it is."""
        await campaigns.keep(self.db, self.session, campaign)

    async def reckon_work(self, collaboration: str) -> None:
        """Bring GPM and record of a collaboration's profiles up to date; nothing while either is not heard of."""
        for before in await work.profiles_at(self.db, self.session, collaboration):
            if before.is_known:
                await self.put(before, settled(before, await self._with_work(before)), StatsChanged)

    async def _with_work(self, profile: ProfileRecord) -> ProfileRecord:
        """The same with GPM and record as they are now."""
        counts = await self._followers([profile])
        sold = await work.sold(self.db, self.session, profile)
        after = profiles.reckoned(profile, counts.get(profile.id, ()), None, sold)
        record = record_of(await work.deliveries(self.db, self.session, profile), self.now)
        return profiles.recent(replace(after, record=record), self.now)

    async def with_accounts(self, before: ProfileRecord, after: ProfileRecord) -> ProfileRecord:
        """The same with the work of the accounts that are behind the profile now, if they are others than before."""
        was = before.accounts if before.is_known else ()
        return await self._with_work(after) if after.is_known and after.accounts != was else after

    async def register(self, registration: Registration) -> Registration:
        """Keep what an account says of itself and of a profile, and say the public part if its word counts.

        `code`, photo, and whether and when the code proved the handle, stay as they were. Raises `Full`.
        """
        before = await registrations.find(self.db, registration.account, registration.profile, self.session)
        if before is not None:
            details = replace(registration.details, photo=before.details.photo)
            registration = replace(registration, details=details, code=before.code, proven_at=before.proven_at)
        else:
            await registrations.refuse_more(self.db, registration.account, self.session)
        await registrations.put(self.db, self.session, registration)
        await self._change(
            registration.profile, lambda profile: profiles.registered(profile, registration), ProfileRegistered
        )
        return registration

    async def prove(self, registration: Registration) -> Registration:
        """A code in the bio showed that the profile is the account's."""
        proven = replace(registration, proven_at=self.now)
        await registrations.put(self.db, self.session, proven)
        await suppressions.lift(self, profiles.profile_id(registration.network, registration.handle))
        await self._change(registration.profile, lambda profile: profiles.proven(profile, proven), ProfileProven)
        return proven

    async def set_photo(self, registration: Registration, photo: Photo | None) -> Registration:
        """An account shows another photo, or none, and says so if its word counts."""
        name = None if photo is None else photo.name
        after = replace(registration, details=replace(registration.details, photo=name))
        id_ = registrations.registration_id(registration.account, registration.profile)
        if photo is None:
            await photos.remove(self.db, self.session, id_)
        else:
            of = {"account": registration.account, "profile": registration.profile}
            await photos.put(self.db, self.session, id_, of, photo)
        await registrations.put(self.db, self.session, after)
        await self._change(registration.profile, lambda profile: profiles.registered(profile, after), ProfileRegistered)
        return after

    async def set_type(self, profile: str, type_: InfluencerType | None) -> ProfileRecord | None:
        """A person sets the influencer type, or takes that back; None for a profile that is not known."""
        before = await self.one(profile)
        if before is None or not before.is_known:
            return None
        await self._change(profile, lambda known: replace(known, type_by_hand=type_), InfluencerTypeSet)
        return await self.one(profile)

    async def put_policy(self, policy: Policy) -> Policy:
        """Set a market's rules; every profile is judged anew, some at a time."""
        kept = await policies.put(self.db, self.session, policy)
        self._judge_from("", f"{kept.market}-{kept.revision}")
        return kept

    async def remove_policy(self, market: str) -> bool:
        """Take a market's own rules back."""
        gone = await policies.remove(self.db, self.session, market)
        if gone:
            self._judge_from("", f"{market}-{self.now.isoformat()}")
        return gone

    async def judge_some(self, after: str, round_: str) -> int:
        """Judge the next 500 profiles after the given id, and set the timer for those that follow; how many changed."""
        rows = self.db[PROFILES].find({"_id": {"$gt": after}}, session=self.session).sort("_id", 1).limit(AT_ONCE)
        found = [documents.profile(row) async for row in rows]
        changed = 0
        for before, judged in zip(found, await self._judged(found), strict=True):
            settled_now = settled(before, judged)
            changed += settled_now is not before
            await self.put(before, settled_now, EligibilityChanged)
        if len(found) == AT_ONCE:
            self._judge_from(found[-1].id, round_)
        return changed

    async def judge(self, profile: str, fact: type[ProfileEvent] = EligibilityChanged) -> None:
        """Judge one profile anew, since time has passed: somebody is older, or their figures are."""
        await self._change(profile, lambda before: before, fact)

    def _judge_from(self, after: str, round_: str) -> None:
        self.set_timer(JUDGE, f"{round_}|{after}", self.now, data={"after": after, "round": round_})

    async def _change(
        self, id_: str, change: Callable[[ProfileRecord], ProfileRecord], fact: type[ProfileEvent]
    ) -> None:
        """Change one profile, judge it anew, and say it if anything is different."""
        before = (await self._profiles([id_])).get(id_)
        was = before or profiles.unheard_of(id_)
        (after,) = await self._judged([await self.with_accounts(was, change(was))])
        if before is not None:
            await self.put(before, settled(before, after), fact)
        elif after.is_known:
            first = settled(profiles.unheard_of(id_), after)
            await self.db[PROFILES].insert_one(documents.of_profile(first), session=self.session)
            self.announce(fact, first.state(), first.revision)

    async def judged(self, profile: ProfileRecord) -> ProfileRecord:
        """The same with its standings as they are now."""
        return (await self._judged([profile]))[0]

    async def profile_for(self, network: str, handle: str) -> str:
        """Under which id a handle's registration stands."""
        return await suppressions.profile_for(self, profiles.profile_id(network, handle))

    async def _judged(self, some: Sequence[ProfileRecord]) -> list[ProfileRecord]:
        """The same with their standings, which time alone may change.

        Who is too young for a market is judged again on the day they are not, anybody when a figure becomes too old.
        """
        rules = await policies.policies(self.db, self.session)
        speaking = {profile.id: who for profile in some if (who := profile.speaker) is not None}
        born = await registrations.birth_dates(self.db, self.session, speaking) if speaking else {}
        found = []
        for profile in some:
            birth_date = born.get((profile.id, speaking.get(profile.id, "")))
            found.append(profiles.judged(profile, rules, birth_date, self.now))
            turns = None if birth_date is None else next_age(rules, birth_date, self.now)
            if turns is not None:
                self.set_timer(BIRTHDAY, profile.id, turns, version=int(turns.strftime("%Y%m%d")))
            ages = next_to_age(profile.stats, profile.known, self.now)
            if ages is not None:
                self.set_timer(AGE, profile.id, ages, version=int(ages.timestamp()))
        return found

    async def put(self, before: ProfileRecord, after: ProfileRecord, fact: type[ProfileEvent]) -> None:
        """Store a profile's next revision, say it, and alert brands; nothing if it is the same."""
        if after is not before:
            await brand_things.alert(self.db, self.session, [(before, after)], self.now)
            await self.put_quietly(before, after, fact)

    async def put_quietly(self, before: ProfileRecord, after: ProfileRecord, fact: type[ProfileEvent]) -> None:
        """The same without alerts, which would tell what was there before."""
        if after is before:
            return
        query = {"_id": before.id, "revision": before.revision}
        result = await self.db[PROFILES].replace_one(query, documents.of_profile(after), session=self.session)
        assert result.matched_count == 1  # else a conflict was overlooked
        if after.is_known:
            self.announce(fact, after.state(), after.revision)

    async def claim(self, profile: str, creator: str) -> None:
        """An account says that the profile is theirs; once, and kept for later while there is no such profile.

        What is said late of somebody who was erased is kept nowhere.
        """
        if await suppressions.suppressed(self.db, self.session, [profile]):
            return
        if await forgetting.forgotten_among(self.db, [creator], self.session):
            return
        before = (await self._profiles([profile])).get(profile)
        was = before or profiles.unheard_of(profile)
        after = await self.with_accounts(was, profiles.claimed(was, creator))
        if before is None:
            await self.db[PROFILES].insert_one(documents.of_profile(after), session=self.session)
        else:
            await self.put(before, after, ProfileClaimed)

    async def one(self, profile: str) -> ProfileRecord | None:
        """A profile as it is in this transaction."""
        return (await self._profiles([profile])).get(profile)

    async def policies(self) -> tuple[Policy, ...]:
        """All markets' rules."""
        return await policies.policies(self.db, self.session)

    async def _profiles(self, ids: Sequence[str]) -> dict[str, ProfileRecord]:
        found = self.db[PROFILES].find({"_id": {"$in": list(ids)}}, session=self.session)
        return {row["_id"]: documents.profile(row) async for row in found}

    async def _followers(self, of: Sequence[ProfileRecord]) -> dict[str, list[Said]]:
        newest = {profile.id: said.at for profile in of if (said := profile.known.get("followers"))}
        if not newest:
            return {}
        since = min(newest.values()) - LONGEST_GROWTH
        return await snapshots.followers(self.db, self.session, newest, since)
