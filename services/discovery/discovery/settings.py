"""Discovery's settings: those of every service, and where the search's index is."""

from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chassis.settings import ServiceSettings

Pointer = Annotated[str, Field(pattern=r"^(/[^/]*)+$")]


class BioPage(BaseModel):
    """One network's page, and where the bio is in it: in a `meta` element, or in JSON by a pointer (RFC 6901).

    The JSON is the whole answer, or what the `script` element with this id holds. `handle` points to the handle that
    the JSON is about, which must be the one that was asked for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    page: Annotated[str, Field(pattern=r"^https?://.*\{handle\}", description="{handle} stands for the handle")]
    meta: str = ""
    script: str = ""
    bio: Pointer | None = None
    handle: Pointer | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        in_json = (self.bio, self.handle)
        if self.meta and (self.script or any(in_json)):
            raise ValueError("say either meta, or bio and handle, with script if the JSON stands in a page")
        if not self.meta and not all(in_json):
            raise ValueError("say where the bio is: meta, or bio and handle")
        return self


TIKTOK: Final = BioPage(
    page="https://www.tiktok.com/@{handle}",
    script="__UNIVERSAL_DATA_FOR_REHYDRATION__",
    bio="/__DEFAULT_SCOPE__/webapp.user-detail/userInfo/user/signature",
    handle="/__DEFAULT_SCOPE__/webapp.user-detail/userInfo/user/uniqueId",
)
"""Its page has the profile's own description beside its handle, in one element that no reader of it writes into."""


class DiscoverySettings(ServiceSettings):
    """Each is an environment variable in capitals."""

    search_dir: Annotated[
        Path, Field(description="holds the api role's index, one process's own: a volume in a cluster")
    ] = Path("build/search")
    search_build_commit: Annotated[
        int,
        Field(ge=1, description="records after which an index in the making is kept, for a build that is killed"),
    ] = 200_000
    bio_pages: Annotated[
        dict[str, BioPage],
        Field(
            default_factory=lambda: {"tiktok": TIKTOK},
            description="per network, the page that shows a bio, and where in it the profile's own bio stands",
        ),
    ]
    erasure_overdue_minutes: Annotated[
        int, Field(ge=1, description="how long a service may owe its answer to an erasure")
    ] = 60
    data_requests_per_minute: Annotated[
        int, Field(ge=1, le=100_000, description="of one third party, in the long run, whatever the number of replicas")
    ] = 60
    data_burst: Annotated[int, Field(ge=1, le=100_000, description="of one third party, at once")] = 20
