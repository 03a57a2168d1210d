"""Who registered which profile, private parts included: read by the account itself, and for its age."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import UTC, date, datetime

from chassis.mongo import ASCENDING, CollectionSpec, Database, Document, IndexModel, Session
from contracts.discovery import Availability, Category, DeliverableRate
from discovery.domain.registration import Details, Private, Registration
from discovery.store.brand_things import Full

REGISTRATIONS = "registrations"
MOST = 20
"""Profiles of one account: nobody takes others' handles by the thousand."""

COLLECTION = CollectionSpec(
    REGISTRATIONS,
    indexes=(
        IndexModel([("account", ASCENDING)]),  # an account's own
        IndexModel([("profile", ASCENDING)]),  # whose birth date a profile goes by
    ),
)


def registration_id(account: str, profile: str) -> str:
    """One for each account and profile."""
    return f"{account}|{profile}"


async def find(db: Database, account: str, profile: str, session: Session | None = None) -> Registration | None:
    """One account's own."""
    row = await db[REGISTRATIONS].find_one({"_id": registration_id(account, profile)}, session=session)
    return None if row is None else _registration(row)


async def of_account(db: Database, account: str) -> list[Registration]:
    """An account's own, oldest first."""
    rows = db[REGISTRATIONS].find({"account": account}).sort([("registered_at", ASCENDING), ("_id", ASCENDING)])
    return [_registration(row) async for row in rows]


async def refuse_more(db: Database, account: str, session: Session) -> None:
    """Raises `Full` for an account that has as many profiles as one may have."""
    if await db[REGISTRATIONS].count_documents({"account": account}, limit=MOST, session=session) >= MOST:
        raise Full(f"An account has {MOST} profiles at most. Write to the operator if you have more.")


async def put(db: Database, session: Session, registration: Registration) -> None:
    """Keep an account's newest word."""
    document = asdict(registration)
    document["details"] = details_document(registration.details)
    document["private"]["birth_date"] = _midnight(registration.private.birth_date)
    id_ = registration_id(registration.account, registration.profile)
    await db[REGISTRATIONS].replace_one({"_id": id_}, document, upsert=True, session=session)


async def birth_dates(db: Database, session: Session, profiles: Collection[str]) -> dict[tuple[str, str], date]:
    """The birth dates that accounts gave, by profile and account."""
    found = db[REGISTRATIONS].find(
        {"profile": {"$in": list(profiles)}, "private.birth_date": {"$ne": None}},
        {"profile": 1, "account": 1, "private.birth_date": 1},
        session=session,
    )
    return {(row["profile"], row["account"]): row["private"]["birth_date"].date() async for row in found}


def details_document(details: Details) -> Document:
    """The public part as it is stored."""
    document = asdict(details)
    document["categories"] = [category.value for category in details.categories]
    document["availability"] = details.availability.value if details.availability is not None else None
    document["rates"] = [rate.model_dump(mode="json") for rate in details.rates]
    return document


def details_of(row: Document) -> Details:
    """The other way."""
    return Details(
        said_by=row["said_by"],
        display_name=row.get("display_name"),  # kept since a name is the owner's word
        photo=row["photo"],
        country=row["country"],
        city=row["city"],
        languages=tuple(row["languages"]),
        categories=tuple(Category(each) for each in row["categories"]),
        bio=row["bio"],
        rates=tuple(DeliverableRate.model_validate(each) for each in row["rates"]),
        availability=Availability(row["availability"]) if row["availability"] is not None else None,
        shipping_country=row["shipping_country"],
        social_links=tuple(row["social_links"]),
    )


def _registration(row: Document) -> Registration:
    private = row["private"]
    plain = {name: value for name, value in row.items() if name not in {"_id", "details", "private"}}
    return Registration(
        **plain,
        details=details_of(row["details"]),
        private=Private(
            birth_date=private["birth_date"].date() if private["birth_date"] is not None else None,
            phone=private["phone"],
            shipping_name=private["shipping_name"],
            shipping_lines=tuple(private["shipping_lines"]),
            shipping_postcode=private["shipping_postcode"],
            shipping_city=private["shipping_city"],
        ),
    )


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)
