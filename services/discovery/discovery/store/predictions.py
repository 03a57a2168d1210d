"""What a brand was told to expect of creators, beside what came of it (D8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from chassis.ids import derived_id
from chassis.mongo import DESCENDING, Database, Document, Session
from contracts.campaigns import CollaborationStatus
from discovery.domain.standing_figures import Sales
from discovery.store import sales
from discovery.store.brand_things import PREDICTIONS
from discovery.store.collections import COLLABORATIONS


@dataclass(frozen=True, slots=True)
class CameAbout:
    """A prediction whose collaboration was agreed; `fee` is None where there were several, or nobody told it."""

    row: Document
    completed: bool
    fee: Document | None
    sold: list[Sales]


SHOWN: Final = 20
LOOKED_AT: Final = 200
EVER: Final = datetime(1971, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
CAME_ABOUT: Final = [CollaborationStatus.AGREED.value, CollaborationStatus.COMPLETED.value]


class Predictions:
    """One brand's predictions; without a brand there are none to ask for."""

    def __init__(self, db: Database, brand: str) -> None:
        self._db = db
        self._brand = brand

    async def keep(
        self, session: Session, profile: str, campaign: str, values: Mapping[str, Any], now: datetime
    ) -> None:
        """Keep what was predicted last before the two agreed: what is asked later is no prediction."""
        agreed = await self._db[COLLABORATIONS].find_one(self._of(profile, campaign), session=session)
        if agreed is not None:
            return
        id_ = derived_id("prediction", self._brand, campaign, profile)
        row = {**values, "brand": self._brand, "profile": profile, "campaign": campaign, "at": now}
        await self._db[PREDICTIONS].replace_one({"_id": id_}, row, upsert=True, session=session)

    async def came_about(self) -> list[CameAbout]:
        """The last predictions whose collaboration was agreed."""
        rows = self._db[PREDICTIONS].find({"brand": self._brand}).sort("at", DESCENDING).limit(LOOKED_AT)
        found: list[CameAbout] = []
        async for row in rows:
            of = self._db[COLLABORATIONS].find(self._of(row["profile"], row["campaign"]))
            collaborations = [each async for each in of]
            if collaborations:
                done = all(each["status"] == CollaborationStatus.COMPLETED for each in collaborations)
                sold = await sales.sums(self._db, None, [each["_id"] for each in collaborations], *EVER)
                fee = collaborations[0].get("fee") if len(collaborations) == 1 else None
                found.append(CameAbout(row, done, fee, sold))
            if len(found) == SHOWN:
                break
        return found

    def _of(self, profile: str, campaign: str) -> Document:
        return {"brand": self._brand, "campaign": campaign, "profile": profile, "status": {"$in": CAME_ABOUT}}
