"""Discovery's settings: those of every service, and where the search's index is."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from chassis.settings import ServiceSettings


class DiscoverySettings(ServiceSettings):
    """Each is an environment variable in capitals."""

    search_dir: Annotated[
        Path, Field(description="holds the api role's index, one process's own: a volume in a cluster")
    ] = Path("build/search")
    bio_pages: Annotated[
        dict[str, str],
        Field(
            default_factory=lambda: {"tiktok": "https://www.tiktok.com/@{handle}"},
            description="per network, the page that shows a bio; {handle} stands for the handle",
        ),
    ]
    erasure_overdue_minutes: Annotated[
        int, Field(ge=1, description="how long a service may owe its answer to an erasure")
    ] = 60
    data_requests_per_minute: Annotated[
        int, Field(ge=1, le=100_000, description="of one third party, in the long run, whatever the number of replicas")
    ] = 60
    data_burst: Annotated[int, Field(ge=1, le=100_000, description="of one third party, at once")] = 20
