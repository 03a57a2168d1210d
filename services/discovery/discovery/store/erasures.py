"""Erasures of persons: what discovery itself forgets, and what became of the others' answers (D12)."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from chassis import forgetting
from chassis.ids import derived_id
from chassis.mongo import ASCENDING, DESCENDING, Database, Document, Session
from contracts.discovery import Erasure, ErasureAsked, ErasureCompleted, ErasureEvent, ProfileErased, ProfileReleased
from contracts.forgetting import Held, PersonForgotten, Went
from discovery.domain.erasure import OWN, SERVICES, is_theirs, is_vouched_for, released
from discovery.domain.profiles import ProfileRecord, settled
from discovery.store import documents, suppressions
from discovery.store.brand_things import ALERTS, ENTRIES, PREDICTIONS, RELEVANCES
from discovery.store.collections import COLLABORATIONS, ERASURES, PROFILES
from discovery.store.photos import PHOTOS
from discovery.store.registrations import REGISTRATIONS
from discovery.store.snapshots import SNAPSHOTS, VIDEOS

if TYPE_CHECKING:
    from discovery.store.tx import DiscoveryTx

AGAIN: Final = "erased-again"
"""The timer that looks once more for what was written about an erased profile in the moment of its erasure."""
UNNAME: Final = "unname-profiles"
"""The timer that takes the profiles out of an erasure which is done."""
RESTORABLE: Final = timedelta(days=35)
"""How old a backup may be that somebody restores: so long after its completion an erasure can be asked for again."""
NEW_INDEX: Final = "new-index"
"""The timer that has the search's index made anew, once the topic itself has lost what was erased."""
MOST_SAID: Final = 1000
"""Profiles in one event; of any more each reader hears by the profile's own last word."""
COMPACTED_AFTER: Final = timedelta(days=9)
"""The topic's `max.compaction.lag.ms` and a day: an index that is made then finds nothing of the person."""

OF_PROFILE: Final = {
    SNAPSHOTS: Held.FIGURES,
    VIDEOS: Held.VIDEOS,
    ENTRIES: Held.SHORTLISTS,
    ALERTS: Held.SHORTLISTS,
    RELEVANCES: Held.RELEVANCES,
    PREDICTIONS: Held.PREDICTIONS,
    REGISTRATIONS: Held.REGISTRATIONS,
    PHOTOS: Held.PHOTOS,
}
"""What names a profile in its field `profile`, each by an index."""


def erasure_of_account(account: str) -> str:
    """An account is erased once: whoever asks again asks for the same."""
    return derived_id("erasure", "account", account)


def erasure_of_profile(profile: str) -> str:
    """The same for a profile."""
    return derived_id("erasure", "profile", profile)


def erasure_of_invitation(invitation: str) -> str:
    """The same for whoever was only invited."""
    return derived_id("erasure", "invitation", invitation)


class Erasures:
    """All erasures, for operators."""

    def __init__(self, db: Database) -> None:
        self._rows = db[ERASURES]

    async def find(self, erasure: str) -> Document | None:
        """One of them."""
        return await self._rows.find_one({"_id": erasure})

    async def page(self, *, is_open: bool | None, after: tuple[datetime, str] | None, limit: int) -> list[Document]:
        """Newest first; those that are outstanding, or completed, or all."""
        query: Document = {} if is_open is None else {"is_open": is_open}
        if after is not None:
            at, id_ = after
            query["$or"] = [{"asked_at": {"$lt": at}}, {"asked_at": at, "_id": {"$lt": id_}}]
        found = self._rows.find(query).sort([("asked_at", DESCENDING), ("_id", DESCENDING)]).limit(limit)
        return await found.to_list(limit)

    async def outstanding(self, since: datetime) -> tuple[int, int]:
        """How many wait for an answer, and how many of them have waited since before `since`."""
        is_open = {"is_open": True}
        late = await self._rows.count_documents(is_open | {"waits_since": {"$lt": since}})
        return await self._rows.count_documents(is_open), late


async def profiles_of(db: Database, account: str, session: Session | None = None) -> list[ProfileRecord]:
    """All that an account claims."""
    rows = db[PROFILES].find({"claimed_by": account}, session=session).sort("_id", ASCENDING)
    return [documents.profile(row) async for row in rows]


async def find(tx: "DiscoveryTx", erasure: str) -> Document | None:
    """An erasure as it is in this transaction."""
    return await tx.db[ERASURES].find_one({"_id": erasure}, session=tx.session)


async def erase_account(tx: "DiscoveryTx", account: str) -> Document:
    """Forget an account with the profiles that are provably its own, and have every service do so; once."""
    before = await find(tx, erasure_of_account(account))
    if before is not None:
        return before
    claimed = await profiles_of(tx.db, account, tx.session)
    theirs = [profile for profile in claimed if is_theirs(profile, account)]
    went: dict[Held, int] = {}
    for profile in claimed:
        if profile not in theirs:
            await _release(tx, profile, account, went)
    vouched = [one for one in theirs if is_vouched_for(one, account, agreed=await _has_agreed(tx, one.id, account))]
    await _forget_profiles(tx, theirs, went, keep_out={one.id for one in vouched})
    for name in (REGISTRATIONS, PHOTOS):
        gone = await tx.db[name].delete_many({"account": account}, session=tx.session)
        _add(went, OF_PROFILE[name], gone.deleted_count)
    await forgetting.remember_forgotten(tx, [account])
    await forgetting.forget_answers(tx, account)
    return await _ask(tx, erasure_of_account(account), "creator", account, theirs, went)


async def erase_profile(tx: "DiscoveryTx", profile: ProfileRecord) -> Document:
    """Forget a profile that nobody has proven, as its person asked an operator; once."""
    went: dict[Held, int] = {}
    for claimant in profile.claimed_by:
        await forgetting.forget_answers(tx, claimant)
    await _forget_profiles(tx, [profile], went, keep_out={profile.id})
    return await _ask(tx, erasure_of_profile(profile.id), "operator", None, [profile], went)


async def invited_only(tx: "DiscoveryTx", invitation: str) -> bool | None:
    """Whether an invitation is to somebody without profile and account; None if nobody heard of it."""
    row = await tx.db[COLLABORATIONS].find_one({"_id": invitation}, {"profile": 1, "creator": 1}, session=tx.session)
    return None if row is None else row["profile"] is None and row["creator"] is None


async def erase_invitation(tx: "DiscoveryTx", invitation: str) -> Document:
    """Forget whoever was only invited by mail, as they asked an operator; once. Here is nothing of them but numbers."""
    return await _ask(tx, erasure_of_invitation(invitation), "operator", None, (), {}, (invitation,))


async def _ask(
    tx: "DiscoveryTx",
    id_: str,
    asked_by: str,
    account: str | None,
    profiles: Sequence[ProfileRecord],
    went: dict[Held, int],
    invitations: Sequence[str] = (),
) -> Document:
    ids = [profile.id for profile in profiles]
    letters = await forgetting.forget_records(tx, [*_named(ids, account), *invitations])
    _add(went, Held.DEAD_LETTERS, letters)
    row: Document = {
        "_id": id_,
        "revision": 1,
        "asked_by": asked_by,
        "account": account,
        "profiles": ids,
        "invitations": list(invitations),
        "asked_at": tx.now,
        "asked": 1,
        "waits_since": tx.now,
        "is_open": True,
        "completed_at": None,
        "answers": {OWN: _answer(tx.now, tuple(Went(what=what, count=n) for what, n in went.items()), ())},
    }
    await tx.db[ERASURES].insert_one(row, session=tx.session)
    tx.announce(ErasureAsked, _state(row), 1)
    tx.set_timer(AGAIN, id_, tx.now + forgetting.A_MOMENT)
    due = (tx.now + COMPACTED_AFTER).replace(hour=3, minute=0, second=0, microsecond=0) + timedelta(days=1)
    tx.set_timer(NEW_INDEX, NEW_INDEX, due, version=due.toordinal())
    return row


async def _release(tx: "DiscoveryTx", profile: ProfileRecord, account: str, went: dict[Held, int]) -> None:
    """Alerts about the profile go, and none is made: they tell the account's own words, as rates are."""
    left = await tx.with_accounts(profile, released(profile, account))
    after = settled(profile, await tx.judged(left))
    gone = await tx.db[ALERTS].delete_many({"profile": profile.id}, session=tx.session)
    _add(went, Held.SHORTLISTS, gone.deleted_count)
    await tx.put_quietly(profile, after, ProfileReleased)


async def _has_agreed(tx: "DiscoveryTx", profile: str, account: str) -> bool:
    """Whether a brand and the account agreed on work under this profile."""
    agreed = {"profile": profile, "creator": account, "agreed_at": {"$ne": None}}
    return await tx.db[COLLABORATIONS].find_one(agreed, {"_id": 1}, session=tx.session) is not None


async def _forget_profiles(
    tx: "DiscoveryTx", profiles: Sequence[ProfileRecord], went: dict[Held, int], keep_out: Collection[str]
) -> None:
    """Lists name those in `keep_out` no more."""
    for profile in profiles:
        await _forget_around(tx, [profile.id], went)
        query = {"_id": profile.id, "revision": profile.revision}
        gone = await tx.db[PROFILES].delete_one(query, session=tx.session)
        assert gone.deleted_count == 1  # else a conflict was overlooked
        _add(went, Held.PROFILES, 1)
        await (suppressions.suppress if profile.id in keep_out else suppressions.release)(tx, profile.id)
        if profile.is_known:
            tx.announce_erased(ProfileErased, profile.id, profile.revision + 1)


async def _forget_around(tx: "DiscoveryTx", profiles: Sequence[str], went: dict[Held, int]) -> None:
    """What names these profiles, but for the profiles themselves."""
    named = {"profile": {"$in": list(profiles)}}
    for name, what in OF_PROFILE.items():
        _add(went, what, (await tx.db[name].delete_many(named, session=tx.session)).deleted_count)
    await tx.db[COLLABORATIONS].update_many(named, {"$set": {"profile": None}}, session=tx.session)
    await forgetting.forget_timers(tx, profiles)  # a birthday is personal, too


async def forget_again(tx: "DiscoveryTx", erasure: str) -> None:
    """Whoever wrote about a profile in the moment of its erasure saw it still there: once more, a little later."""
    row = await find(tx, erasure)
    if row is not None:
        await _forget_around(tx, row["profiles"], {})
        named = [*_named(row["profiles"], row["account"]), *row.get("invitations", ())]
        await forgetting.forget_records(tx, named)


async def ask_again(tx: "DiscoveryTx", erasure: str) -> Document | None:
    """Have every service forget, and answer, once more; None if there is no such erasure."""
    row = await find(tx, erasure)
    if row is None:
        return None
    anew: Document = {
        "asked": row["asked"] + 1,
        "waits_since": tx.now,
        "is_open": True,
        "completed_at": None,
        "answers": {OWN: row["answers"][OWN]},
    }
    return await _say(tx, row, anew, ErasureAsked)


async def keep_answer(tx: "DiscoveryTx", service: str, said: PersonForgotten) -> bool:
    """Note that a service has forgotten; False for an erasure that nobody asked for here.

    An answer that was given already, or to an earlier time of asking, changes nothing.
    """
    row = await find(tx, said.erasure)
    if row is None:
        return False
    if said.asked < row["asked"] or service in row["answers"]:
        return True
    answers = row["answers"] | {service: _answer(said.time, said.went, said.kept)}
    changes: Document = {"answers": answers}
    if row["is_open"] and all(name in answers for name in SERVICES):
        await _say(tx, row, changes | {"is_open": False, "completed_at": tx.now}, ErasureCompleted)
        tx.set_timer(UNNAME, row["_id"], tx.now + RESTORABLE, version=row["asked"])
    else:
        await tx.db[ERASURES].update_one({"_id": row["_id"]}, {"$set": changes}, session=tx.session)
    return True


async def unname_profiles(tx: "DiscoveryTx", erasure: str, asked: int) -> None:
    """From now on nobody reads here which profiles were whose; nothing while it is asked for again."""
    row = await find(tx, erasure)
    if row is not None and not row["is_open"] and row["asked"] == asked and row["profiles"]:
        await _say(tx, row, {"profiles": []}, ErasureCompleted)


async def _say(tx: "DiscoveryTx", row: Document, changes: Document, fact: type[ErasureEvent]) -> Document:
    after = row | changes | {"revision": row["revision"] + 1}
    await tx.db[ERASURES].replace_one({"_id": row["_id"], "revision": row["revision"]}, after, session=tx.session)
    tx.announce(fact, _state(after), after["revision"])
    return after


def _state(row: Document) -> Erasure:
    return Erasure(
        id=row["_id"],
        account=row["account"],
        profiles=tuple(row["profiles"][:MOST_SAID]),
        invitations=tuple(row.get("invitations", ())),
        asked_at=row["asked_at"],
        asked=row["asked"],
        completed_at=row["completed_at"],
    )


def _named(profiles: Sequence[str], account: str | None) -> list[str]:
    return [*profiles, *([] if account is None else [account])]


def _answer(at: datetime, went: Sequence[Went], kept: Sequence[Any]) -> Document:
    return {
        "at": at,
        "went": [one.model_dump(mode="json") for one in went],
        "kept": [one.model_dump(mode="json") for one in kept],
    }


def _add(went: dict[Held, int], what: Held, count: int) -> None:
    if count:
        went[what] = went.get(what, 0) + count
