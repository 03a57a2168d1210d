"""What discovery writes and says in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chassis.mongo import InsertOne, ReplaceOne
from chassis.tx import Tx
from contracts.campaigns import Collaboration
from contracts.discovery import ProfileClaimed, ProfileImported
from discovery.domain.profiles import ImportedRow, ProfileRecord, claimed, imported, unheard_of
from discovery.store import documents
from discovery.store.collections import COLLABORATIONS, PROFILES


@dataclass(frozen=True, slots=True)
class Written:
    """How many profiles a batch of rows made, changed, and left as they were."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


class DiscoveryTx(Tx):
    """A claim may come before its profile: both write the same document, so neither can miss the other."""

    async def keep_rows(self, rows: Sequence[ImportedRow]) -> Written:
        """Make and change profiles, and say so. No two rows may be of one profile."""
        found = self.db[PROFILES].find({"_id": {"$in": [row.profile for row in rows]}}, session=self.session)
        known = {row["_id"]: documents.profile(row) async for row in found}
        writes: list[InsertOne[dict[str, object]] | ReplaceOne[dict[str, object]]] = []
        new = 0
        for row in rows:
            before = known.get(row.profile) or unheard_of(row.profile)
            after = imported(before, row)
            if after is before:
                continue
            new += not before.is_known
            kept = self._say(before, after)
            document = documents.of_profile(kept)
            writes.append(
                ReplaceOne({"_id": kept.id, "revision": before.revision}, document)
                if kept.id in known
                else InsertOne(document)
            )
        if writes:
            result = await self.db[PROFILES].bulk_write(writes, session=self.session)
            assert result.inserted_count + result.matched_count == len(writes)  # else a conflict was overlooked
        return Written(new=new, changed=len(writes) - new, unchanged=len(rows) - len(writes))

    def _say(self, before: ProfileRecord, after: ProfileRecord) -> ProfileRecord:
        """Say what an import did, and next that the claims which had waited for it now hold; the profile with both."""
        if before.is_known or not after.claimed_by:
            self.announce(ProfileImported, after.state(), after.revision)
            return after
        self.announce(ProfileImported, replace(after, claimed_by=()).state(), after.revision)
        claimed_too = replace(after, revision=after.revision + 1)
        self.announce(ProfileClaimed, claimed_too.state(), claimed_too.revision)
        return claimed_too

    async def keep_collaboration(self, collaboration: Collaboration) -> None:
        """Keep the newest state of a collaboration; the loop lets no older one through."""
        values = documents.of_collaboration(collaboration)
        await self.db[COLLABORATIONS].update_one(
            {"_id": collaboration.id}, {"$set": values}, upsert=True, session=self.session
        )

    async def claim(self, profile: str, creator: str) -> None:
        """An account says that the profile is theirs; once, and kept for later while there is no such profile."""
        row = await self.db[PROFILES].find_one({"_id": profile}, session=self.session)
        before = documents.profile(row) if row is not None else unheard_of(profile)
        after = claimed(before, creator)
        if after is before:
            return
        if row is None:
            await self.db[PROFILES].insert_one(documents.of_profile(after), session=self.session)
            return
        query = {"_id": profile, "revision": before.revision}
        result = await self.db[PROFILES].replace_one(query, documents.of_profile(after), session=self.session)
        assert result.matched_count == 1  # else a conflict was overlooked
        if after.is_known:
            self.announce(ProfileClaimed, after.state(), after.revision)
