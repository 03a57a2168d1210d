"""Fees of deliverables: what is posted of each, brought to what its steps say (MONEY 22)."""

from attribution.domain.entries import NOTHING, Entered, fee_posting
from attribution.domain.fees import cause_of, due
from attribution.domain.ledger import Cause, fee_key
from attribution.store.collections import FEES, LEDGER, rows_of
from chassis import mongo
from chassis.tx import Tx
from contracts import campaigns


async def keep_fees(tx: Tx, collaboration: campaigns.Collaboration) -> None:
    """Post the difference for each deliverable that there is, or that there was; only newer states may come here."""
    found = tx.db[FEES].find({"collaboration": collaboration.id}, session=tx.session)
    rows = {row["deliverable"]: row for row in await rows_of(found)}
    told = {deliverable.id: deliverable for deliverable in collaboration.deliverables}
    for id_ in sorted(rows.keys() | told.keys()):
        row = rows.get(id_, {})
        posted = Entered.from_doc(row["posted"]) if row else NOTHING
        should, fee = due(collaboration, told.get(id_))
        cause = cause_of(fee, Cause(row["stage"]) if row.get("stage") else None)
        transaction = fee_posting(collaboration.id, id_, should, cause, posted, tx.now)
        if transaction is None:
            continue
        fields: mongo.Document = {
            "collaboration": collaboration.id,
            "deliverable": id_,
            "number": transaction.number,
            "stage": None if fee is None else fee.cause.value,
            "posted": posted.after(transaction).to_doc(),
        }
        key = fee_key(collaboration.id, id_)
        await tx.db[FEES].update_one({"_id": key}, {"$set": fields}, upsert=True, session=tx.session)
        await tx.db[LEDGER].insert_one(transaction.to_doc(), session=tx.session)
