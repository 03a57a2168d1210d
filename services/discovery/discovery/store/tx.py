"""What discovery writes and says in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.mongo import InsertOne, ReplaceOne
from chassis.tx import Tx
from contracts.attribution import OrderDecided
from contracts.campaigns import Collaboration
from contracts.discovery import ProfileClaimed, ProfileEvent, ProfileImported, StatsChanged
from discovery.domain import profiles
from discovery.domain.profiles import ImportedRow, Observation, ProfileRecord, observation_of, settled
from discovery.domain.snapshots import at_millisecond
from discovery.domain.standing_figures import LONGEST_GROWTH, Said, Sales, sales_window
from discovery.store import documents, sales, snapshots
from discovery.store.collections import COLLABORATIONS, PROFILES


@dataclass(frozen=True, slots=True)
class Written:
    """How many profiles a batch of rows made, changed, and left as they were."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


class DiscoveryTx(Tx):
    """A claim may come before its profile: both write the same document, so neither can miss the other."""

    async def keep_rows(
        self, rows: Sequence[ImportedRow], source: str = "import", at: datetime | None = None
    ) -> Written:
        """Make and change profiles by the rows of a file read at `at`, and say so. No two may be of one profile."""
        read_at = at_millisecond(at or self.now)
        return await self.observe([observation_of(row, source, read_at) for row in rows], ProfileImported)

    async def observe(self, observations: Sequence[Observation], fact: type[ProfileEvent] = StatsChanged) -> Written:
        """Keep snapshots and what follows from them; a profile's first one makes it. No two may be of one profile.

        A snapshot that is there already changes nothing, and neither does an undated one that says nothing new.
        """
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
            return Written(unchanged=len(observations))
        with_videos = [each for each in news.values() if each.snapshot.videos]
        await snapshots.keep_videos(self.db, self.session, with_videos)
        await snapshots.keep(self.db, self.session, news)
        counts = await self._followers([after for before, after in changed.values() if before.is_known])
        watched = {each.profile for each in with_videos}
        pairs = []
        for id_, (before, after) in changed.items():
            seventh = await snapshots.views_at_seven_days(self.db, self.session, id_) if id_ in watched else None
            sold = await self._sold(after) if after.known.get("views_30d") != before.known.get("views_30d") else None
            reckoned = profiles.reckoned(after, counts.get(id_, ()), seventh, sold)
            pairs.append((before, settled(before, reckoned)))
        return await self._write(pairs, known, fact, len(observations))

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
        values = documents.of_collaboration(collaboration)
        await self.db[COLLABORATIONS].update_one(
            {"_id": collaboration.id}, {"$set": values}, upsert=True, session=self.session
        )

    async def keep_sales(self, decided: Sequence[OrderDecided]) -> set[str]:
        """Keep what orders brought; the collaborations that it concerns."""
        return await sales.keep(self.db, self.session, decided)

    async def reckon_sales(self, collaboration: str) -> None:
        """Bring the GPM of a collaboration's profile up to date; nothing while either is not heard of."""
        row = await self.db[COLLABORATIONS].find_one({"_id": collaboration}, session=self.session)
        if row is None or row["profile"] is None:
            return
        before = (await self._profiles([row["profile"]])).get(row["profile"])
        if before is None or not before.is_known:
            return
        counts = await self._followers([before])
        after = profiles.reckoned(before, counts.get(before.id, ()), None, await self._sold(before))
        await self.put(before, settled(before, after), StatsChanged)

    async def put(self, before: ProfileRecord, after: ProfileRecord, fact: type[ProfileEvent]) -> None:
        """Store a profile's next revision and say it; nothing if it is the same."""
        if after is before:
            return
        query = {"_id": before.id, "revision": before.revision}
        result = await self.db[PROFILES].replace_one(query, documents.of_profile(after), session=self.session)
        assert result.matched_count == 1  # else a conflict was overlooked
        if after.is_known:
            self.announce(fact, after.state(), after.revision)

    async def claim(self, profile: str, creator: str) -> None:
        """An account says that the profile is theirs; once, and kept for later while there is no such profile."""
        before = (await self._profiles([profile])).get(profile)
        after = profiles.claimed(before or profiles.unheard_of(profile), creator)
        if before is None:
            await self.db[PROFILES].insert_one(documents.of_profile(after), session=self.session)
        else:
            await self.put(before, after, ProfileClaimed)

    async def _profiles(self, ids: Sequence[str]) -> dict[str, ProfileRecord]:
        found = self.db[PROFILES].find({"_id": {"$in": list(ids)}}, session=self.session)
        return {row["_id"]: documents.profile(row) async for row in found}

    async def _followers(self, of: Sequence[ProfileRecord]) -> dict[str, list[Said]]:
        newest = {profile.id: said.at for profile in of if (said := profile.known.get("followers"))}
        if not newest:
            return {}
        since = min(newest.values()) - LONGEST_GROWTH
        return await snapshots.followers(self.db, self.session, newest, since)

    async def _sold(self, profile: ProfileRecord) -> list[Sales]:
        window = sales_window(profile.known)
        if window is None:
            return []
        found = self.db[COLLABORATIONS].find({"profile": profile.id}, {"_id": 1}, session=self.session)
        return await sales.sums(self.db, self.session, [row["_id"] async for row in found], *window)
