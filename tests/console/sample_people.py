"""Who and what the sample data are about."""

from datetime import UTC, datetime, timedelta

from contracts.money import Money

NOON = datetime(2031, 5, 5, 12, tzinfo=UTC)
"""In the future, for MongoDB forgets by its own clock what has expired."""

BRAND = "brand-1"
CAMPAIGN = "campaign-1"
STORE = "store-1"
CREATOR = "creator-ana"
PHOTO = "5d41402abc4b2a76b9719d911017c592"
ORDER = f"{STORE}:5012"
LETTER = "attribution.orders:stores.orders.v1:4:18211"

PEOPLE = [
    ("profile-ana", "ana.moretti", "Ana Moretti", 1_240_000, 310_500, 24_800),
    ("profile-linh", "linh.eats", "Linh Nguyễn", 486_300, 95_200, 11_030),
    ("profile-jules", "julesrunsparis", "Jules Lefèvre", 92_700, 41_900, 3_880),
    ("profile-aino", "aino_k", "Aino Korhonen", 57_150, 18_400, None),
    ("profile-max", "maximilian.the.great.unboxer", "Maximilian Oberhauser-Schmidt", 2_310_000, 402_000, 31_500),
]


def ago(**by: float) -> datetime:
    return NOON - timedelta(**by)


def eur(amount: int) -> Money:
    return Money(amount=amount, currency="EUR")
