"""Coupons: made, taken over from the store, confirmed, ended (A3)."""

from collections.abc import Sequence

from attribution.domain.coupons.checking import checked_code, checked_discount
from attribution.domain.coupons.reading import CodeLine, LineError, RefusedLines
from attribution.domain.links.standing import standing
from attribution.domain.refused import InTheWay, NotHeardOf, NotTheirs
from attribution.domain.touches import normal_code
from attribution.store import links, orders
from attribution.store.collections import COLLABORATIONS, COUPONS, ORDERS, rows_of
from attribution.store.facts import add_coupon, coupon_by_code, coupon_state
from chassis import forgetting, mongo
from chassis.ids import new_id
from chassis.tx import Tx
from contracts import attribution, campaigns
from contracts.attribution import Coupon, CouponStatus, LinkStatus
from contracts.http.attribution import CouponImport, CouponNew


async def add(tx: Tx, coupon: Coupon) -> None:
    """Keep a new coupon, say so, and look for orders that named its code before."""
    await add_coupon(tx.db, coupon, tx.session)
    tx.announce(attribution.CouponCreated, coupon, 1)
    _look(tx, coupon)


async def create(tx: Tx, brand: str, asked: CouponNew) -> mongo.Document:
    """A code to be entered in the store; raises what `domain.refused` has."""
    code = checked_code(asked.code)
    checked_discount(asked.percent_off, asked.amount_off)
    row = await tx.db[COLLABORATIONS].find_one({"_id": asked.collaboration}, session=tx.session)
    if row is None:
        raise NotHeardOf("collaboration")
    if row["brand"] != brand:
        raise NotTheirs("collaboration")
    collaboration = campaigns.Collaboration.model_validate(row["state"])
    why_not = _why_not(tx, collaboration)
    if why_not is not None or await forgetting.forgotten_among(tx.db, [_creator(collaboration)], tx.session):
        raise InTheWay("collaboration-not-active", why_not or "This collaboration's creator was erased.")
    if await coupon_by_code(tx.db, brand, code, tx.session) is not None:
        raise InTheWay("code-taken", "The brand has this code already, however it is spelled.")
    coupon = Coupon(
        id=new_id(),
        code=code,
        brand=brand,
        campaign=collaboration.campaign,
        collaboration=collaboration.id,
        creator=_creator(collaboration),
        percent_off=asked.percent_off,
        amount_off=asked.amount_off,
        created_at=tx.now,
    )
    await add(tx, coupon)
    return await _row(tx, brand, coupon.id)


async def take_over(tx: Tx, brand: str, lines: Sequence[CodeLine]) -> CouponImport:
    """Codes that the store has: each becomes or is the collaboration's, and confirmed. All of them, or `RefusedLines`.

    A file that is taken twice changes nothing the second time.
    """
    known = {row["normal"]: row for row in await _by_normal(tx, brand, lines)}
    theirs = await _collaborations(tx, brand, lines)
    errors: list[LineError] = []
    new: list[Coupon] = []
    to_confirm: list[mongo.Document] = []
    unchanged = 0
    for line in lines:
        found = _collaboration_of(tx, line, theirs)
        if isinstance(found, LineError):
            errors.append(found)
        elif (row := known.get(line.normal)) is None:
            new.append(_coupon(tx, brand, line, found))
        elif why_not := _differs(coupon_state(row), line, found):
            errors.append(LineError(line.line, "code", why_not))
        elif row["status"] == CouponStatus.TO_ENTER:
            to_confirm.append(row)
        else:
            unchanged += 1
    if errors:
        raise RefusedLines(errors)
    for coupon in new:
        await add(tx, coupon)
    for row in to_confirm:
        await _say(tx, row | {"status": CouponStatus.CONFIRMED.value}, attribution.CouponConfirmed)
    return CouponImport(created=len(new), confirmed=len(to_confirm), unchanged=unchanged)


async def confirm(tx: Tx, brand: str, coupon: str) -> mongo.Document:
    """The brand has entered it in the store; again changes nothing."""
    row = await _row(tx, brand, coupon)
    if row["status"] == CouponStatus.ENDED:
        raise InTheWay("coupon-ended", "This code has ended.")
    if row["status"] == CouponStatus.CONFIRMED:
        return row
    return await _say(tx, row | {"status": CouponStatus.CONFIRMED.value}, attribution.CouponConfirmed)


async def end(tx: Tx, brand: str, coupon: str) -> mongo.Document:
    """Orders placed from now on earn nothing by it, and links no longer carry it; again changes nothing."""
    row = await _row(tx, brand, coupon)
    if row["status"] == CouponStatus.ENDED:
        return row
    ended = {"status": CouponStatus.ENDED.value, "ended_at": tx.now.isoformat().replace("+00:00", "Z")}
    row = await _say(
        tx, row | ended | {"read_revision": row["read_revision"] + 1, "known_at": tx.now}, attribution.CouponEnded
    )
    _look(tx, coupon_state(row))
    await links.drop_coupon(tx, row["collaboration"], coupon)
    return row


async def is_carried(tx: Tx, brand: str, normal: str) -> bool:
    """Whether an order named the code: its decision refers to it."""
    named = {"refs.key": f"code:{brand}:{normal}"}
    return await tx.db[ORDERS].find_one(named, {"_id": 1}, session=tx.session) is not None


async def rename(tx: Tx, brand: str, coupon: str, code: str) -> None:
    """An ended code that no order carried is called something else, as its creator was erased."""
    row = await _row(tx, brand, coupon)
    _look(tx, coupon_state(row))
    await _say(tx, row | {"code": code, "normal": normal_code(code)}, attribution.CouponEnded)


async def _row(tx: Tx, brand: str, coupon: str) -> mongo.Document:
    row = await tx.db[COUPONS].find_one({"_id": coupon, "brand": brand}, session=tx.session)
    if row is None:
        raise NotTheirs("coupon")
    return row


async def _say(
    tx: Tx, row: mongo.Document, kind: type[attribution.CouponConfirmed | attribution.CouponEnded]
) -> mongo.Document:
    row = row | {"revision": row["revision"] + 1}
    await tx.db[COUPONS].replace_one({"_id": row["_id"], "revision": row["revision"] - 1}, row, session=tx.session)
    tx.announce(kind, coupon_state(row), row["revision"])
    return row


def _look(tx: Tx, coupon: Coupon) -> None:
    tx.look(orders.FACT_LOOK, f"code:{coupon.brand}:{normal_code(coupon.code)}")


async def _by_normal(tx: Tx, brand: str, lines: Sequence[CodeLine]) -> list[mongo.Document]:
    normal = sorted({line.normal for line in lines})
    return await rows_of(tx.db[COUPONS].find({"brand": brand, "normal": {"$in": normal}}, session=tx.session))


async def _collaborations(tx: Tx, brand: str, lines: Sequence[CodeLine]) -> list[campaigns.Collaboration]:
    """The brand's collaborations that the lines name, by id or by creator."""
    ids = sorted({line.collaboration for line in lines if line.collaboration})
    creators = sorted({line.creator for line in lines if line.creator})
    named = {"brand": brand, "$or": [{"_id": {"$in": ids}}, {"creator": {"$in": creators}}]}
    found = await rows_of(tx.db[COLLABORATIONS].find(named, session=tx.session))
    gone = await forgetting.forgotten_among(tx.db, {row["creator"] for row in found if row["creator"]}, tx.session)
    return [campaigns.Collaboration.model_validate(row["state"]) for row in found if row["creator"] not in gone]


def _collaboration_of(
    tx: Tx, line: CodeLine, theirs: Sequence[campaigns.Collaboration]
) -> campaigns.Collaboration | LineError:
    if line.collaboration:
        found = [one for one in theirs if one.id == line.collaboration]
        if not found or (line.creator and found[0].creator != line.creator):
            return LineError(line.line, "collaboration", "You have no such collaboration.")
    else:
        found = [one for one in theirs if one.creator == line.creator and not _why_not(tx, one)]
        if len(found) != 1:
            told = f"{len(found)} collaborations with you: name one." if found else "no collaboration with you."
            return LineError(line.line, "creator", f"This creator has {told}")
    why_not = _why_not(tx, found[0])
    return LineError(line.line, "collaboration", why_not) if why_not else found[0]


def _why_not(tx: Tx, collaboration: campaigns.Collaboration) -> str | None:
    """Why a collaboration gets no codes, if so."""
    if collaboration.creator is None or standing(collaboration, tx.now).status is LinkStatus.ENDED:
        return "This collaboration has no codes: it has not begun, or is over."
    return None


def _coupon(tx: Tx, brand: str, line: CodeLine, collaboration: campaigns.Collaboration) -> Coupon:
    return Coupon(
        id=new_id(),
        code=line.code,
        brand=brand,
        campaign=collaboration.campaign,
        collaboration=collaboration.id,
        creator=_creator(collaboration),
        percent_off=line.percent_off,
        amount_off=line.amount_off,
        status=CouponStatus.CONFIRMED,
        created_at=tx.now,
    )


def _creator(collaboration: campaigns.Collaboration) -> str:
    assert collaboration.creator is not None
    return collaboration.creator


def _differs(coupon: Coupon, line: CodeLine, collaboration: campaigns.Collaboration) -> str | None:
    """Why a line can't be of a code that is known, if so."""
    if coupon.collaboration != collaboration.id:
        return "This code belongs to another collaboration."
    if coupon.status is CouponStatus.ENDED:
        return "This code has ended."
    if (coupon.percent_off, coupon.amount_off) != (line.percent_off, line.amount_off):
        return "This code is known with another discount."
    return None
