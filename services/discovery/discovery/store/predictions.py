"""What a brand was told to expect of creators, beside what came of it (D8)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from chassis.ids import derived_id
from chassis.mongo import DESCENDING, Database, Document, Session
from contracts.campaigns import CollaborationStatus
from discovery.domain.standing_figures import Sales
from discovery.store import sales, work
from discovery.store.brand_things import PREDICTIONS
from discovery.store.collections import COLLABORATIONS
from discovery.store.work import Published


@dataclass(frozen=True, slots=True)
class CameAbout:
    """A prediction whose collaborations were agreed; `fee` is None where there were several, or nobody told it.

    `sold` are net sales in minor units by currency.
    """

    row: Document
    completed: bool
    fee: Document | None
    sold: Mapping[str, int]
    published: Published


SHOWN: Final = 20
LOOKED_AT: Final = 200
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
        predicted = await rows.to_list(LOOKED_AT)
        named = {name: {"$in": sorted({row[name] for row in predicted})} for name in ("campaign", "profile")}
        agreed: dict[tuple[str, str], list[Document]] = {}
        async for each in self._db[COLLABORATIONS].find({"brand": self._brand, "status": {"$in": CAME_ABOUT}, **named}):
            agreed.setdefault((each["profile"], each["campaign"]), []).append(each)
        shown = [(row, of) for row in predicted if (of := agreed.get((row["profile"], row["campaign"])))][:SHOWN]
        collaborations = [each for _, of in shown for each in of]
        sold = await sales.by_collaboration(self._db, [each["_id"] for each in collaborations])
        published = await work.published(self._db, collaborations)
        return [_came_about(row, of, sold, published) for row, of in shown]

    def _of(self, profile: str, campaign: str) -> Document:
        return {"brand": self._brand, "campaign": campaign, "profile": profile, "status": {"$in": CAME_ABOUT}}


def _came_about(
    row: Document, of: Sequence[Document], sold: Mapping[str, Sequence[Sales]], published: Mapping[str, Published]
) -> CameAbout:
    """One prediction with all that its collaborations brought."""
    nets: Counter[str] = Counter()
    for each in of:
        for one in sold.get(each["_id"], ()):
            nets[one.currency] += one.net
    told = [published[each["_id"]] for each in of]
    counted = [one.views for one in told if one.views is not None]
    return CameAbout(
        row,
        completed=all(each["status"] == CollaborationStatus.COMPLETED for each in of),
        fee=of[0].get("fee") if len(of) == 1 else None,
        sold={currency: sales.whole(net) for currency, net in sorted(nets.items())},
        published=Published(
            videos=sum(one.videos for one in told),
            counted=sum(one.counted for one in told),
            views=sales.whole(sum(counted)) if counted else None,
        ),
    )
