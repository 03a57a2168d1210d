"""Brands' own cells of the channel matrix (D10)."""

from campaigns.domain.channels import Matrix, changes_of, with_changes
from campaigns.store.collections import CHANNELS
from campaigns.store.revisions import Stale
from chassis import mongo
from chassis.tx import Tx
from contracts.campaigns import Channel, Suits, Trait


class KeepsChannels(Tx):
    """A brand's own table: what differs from the shipped one."""

    async def save_matrix(self, brand: str, matrix: Matrix, before: int) -> int:
        """Replace the brand's table, which was at revision `before`; the new one. Raises `Stale`."""
        changes = {
            channel.value: {trait.value: suits.value for trait, suits in row.items()}
            for channel, row in changes_of(matrix).items()
        }
        document = {"_id": brand, "changes": changes, "revision": before + 1}
        if before == 0:
            await self.db[CHANNELS].insert_one(document, session=self.session)
            return 1
        query = {"_id": brand, "revision": before}
        if (await self.db[CHANNELS].replace_one(query, document, session=self.session)).matched_count == 0:
            raise Stale(brand)
        return before + 1


async def matrix_of(db: mongo.Database, brand: str) -> tuple[Matrix, int]:
    """The brand's table and its revision, 0 for the shipped one."""
    row = await db[CHANNELS].find_one({"_id": brand})
    if row is None:
        return with_changes({}), 0
    changes = {
        Channel(channel): {Trait(trait): Suits(suits) for trait, suits in cells.items()}
        for channel, cells in row["changes"].items()
    }
    return with_changes(changes), row["revision"]
