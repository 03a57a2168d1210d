"""Discovery's settings: those of every service."""

from typing import Annotated

from pydantic import Field

from chassis.settings import ServiceSettings


class DiscoverySettings(ServiceSettings):
    """Each is an environment variable in capitals."""

    bio_pages: Annotated[
        dict[str, str],
        Field(
            default_factory=lambda: {"tiktok": "https://www.tiktok.com/@{handle}"},
            description="per network, the page that shows a bio; {handle} stands for the handle",
        ),
    ]
