"""Forgetting a creator (D12): the account, its sessions and sign-ins, and the name of its public page."""

from typing import Final

from chassis import forgetting
from chassis.ids import new_id
from chassis.tx import Tx
from contracts import topics
from contracts.console import AccountKind, CreatorErased, ForgottenByConsole
from contracts.discovery import Erasure
from contracts.forgetting import Held, Kept, KeptBecause, Went
from contracts.http.console import RoleKind

ACCOUNTS: Final = "accounts"
ELSE: Final = Kept(what=Held.ACCOUNT, because=KeptBecause.ANOTHER_ROLE)


class ForgetsCreators(Tx):
    """A creator's account in this service."""

    async def forget_creator(self, erasure: Erasure) -> None:
        """Forget whom an erasure names, and say so; again changes nothing but says it again.

        Whoever is a brand's member or an operator as well goes on being that, and is signed out as a creator only.
        """
        account = erasure.account
        went: dict[Held, int] = {}
        keeps = False
        if account is not None:
            await forgetting.remember_forgotten(self, [account])
            await forgetting.forget_answers(self, account)
            keeps = await self._is_something_else(account)
            went[Held.ACCOUNT] = await self._forget_account(account)
            went[Held.SESSIONS] = await self._forget_sessions(account, keeps=keeps)
        ids = [*erasure.profiles, *erasure.invitations, *([] if account is None else [account])]
        went[Held.DEAD_LETTERS] = await forgetting.forget_records(self, ids, but_of=topics.ERASURES.name)
        forgetting.look_again(self, erasure.id, erasure.asked, ids, but_of=topics.ERASURES.name)
        self.emit(
            ForgottenByConsole(
                id=new_id(),
                time=self.now,
                erasure=erasure.id,
                asked=erasure.asked,
                went=tuple(Went(what=what, count=count) for what, count in went.items() if count),
                kept=(ELSE,) if keeps else (),
            )
        )

    async def _forget_account(self, account: str) -> int:
        query = {"_id": account, "kind": AccountKind.CREATOR.value}
        row = await self.db[ACCOUNTS].find_one_and_delete(query, session=self.session)
        if row is None:
            return 0
        self.announce_erased(CreatorErased, account, row["revision"] + 1)
        return 1

    async def _forget_sessions(self, account: str, *, keeps: bool) -> int:
        as_creator = {"role.kind": RoleKind.CREATOR.value} if keeps else {}
        gone = await self.db["sessions"].delete_many({"person": account} | as_creator, session=self.session)
        await self.db["proofs"].delete_many({"person": account}, session=self.session)
        await self.db["sign_ins"].delete_many({"contact": account}, session=self.session)
        return int(gone.deleted_count)

    async def _is_something_else(self, account: str) -> bool:
        if await self.db["operators"].find_one({"_id": account}, {"_id": 1}, session=self.session) is not None:
            return True
        return await self.db[ACCOUNTS].find_one({"members": account}, {"_id": 1}, session=self.session) is not None
