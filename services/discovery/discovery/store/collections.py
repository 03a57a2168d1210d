"""Discovery's collections, every index beside what it is for."""

from chassis.mongo import ASCENDING, DESCENDING, CollectionSpec, IndexModel

PROFILES = "profiles"

ORDER = [("rank", DESCENDING), ("_id", ASCENDING)]
"""How creators are listed: by followers, unknown ones last. `rank` is -1 for those, and absent before any import."""

COLLECTIONS: tuple[CollectionSpec, ...] = (
    CollectionSpec(
        PROFILES,
        indexes=(
            IndexModel(ORDER),  # all, and a range of followers
            IndexModel([("network", ASCENDING), *ORDER]),
            IndexModel([("claimed", ASCENDING), *ORDER]),
            IndexModel([("words", ASCENDING), *ORDER]),  # by the beginnings of words
        ),
    ),
)
