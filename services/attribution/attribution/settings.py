"""Attribution's settings, beside those of every service."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, IPvAnyNetwork, model_validator

from chassis.doubles import INBOX_EXTRA_DAYS
from chassis.settings import Environment, ServiceSettings
from contracts import topics

SHORTEST_CLICK_DAYS = (topics.CLICKS.retention_days or 0) + INBOX_EXTRA_DAYS
"""A kept click tells whether it came before: it must live longer than it can come again (ARCHITECTURE 6)."""


class AttributionSettings(ServiceSettings):
    """Days, bytes and names; each is an environment variable in capitals."""

    click_parameter: Annotated[str, Field(pattern=r"^[A-Za-z0-9._~-]{1,40}$")] = "cclid"
    click_days: Annotated[int, Field(ge=SHORTEST_CLICK_DAYS, description="how long clicks are kept")] = 400
    redirect_host: str = "127.0.0.1"
    redirect_port: Annotated[int, Field(ge=0, le=65535)] = 8010
    redirect_dir: Annotated[Path, Field(description="the redirect's spool and snapshot: a volume in a cluster")] = Path(
        "redirect-data"
    )
    redirect_spool_max_bytes: Annotated[int, Field(ge=0)] = 1024**3
    trusted_proxies: Annotated[
        tuple[IPvAnyNetwork, ...], Field(description="whose X-Forwarded-For is believed; nobody's by default")
    ] = ()
    attribution_url: Annotated[str, Field(description="attribution's API, which the redirect asks for keys")] = (
        "http://127.0.0.1:8003"
    )
    data_centre_ranges: Annotated[
        Path | None, Field(description="CSV file of data centres' ranges beside the package's; read again once changed")
    ] = None
    shopify_api_version: Annotated[str, Field(pattern=r"^20[0-9]{2}-[0-9]{2}$|^unstable$")] = "2026-01"
    poll_every_seconds: Annotated[float, Field(gt=0, description="between two passes over a store's orders")] = 300
    poll_overlap_seconds: Annotated[float, Field(ge=0, description="by how much a pass reaches into the last")] = 600
    poll_first_days: Annotated[int, Field(ge=0, le=365, description="how far back the first pass reaches")] = 30
    poll_tick_seconds: Annotated[float, Field(gt=0, description="between two looks for a store that is due")] = 5
    stores_may_be_private: Annotated[
        bool, Field(description="poll stores at addresses that are not public, over HTTP too: development only")
    ] = False

    @model_validator(mode="after")
    def _private_stores_in_development_only(self) -> Self:
        if self.stores_may_be_private and self.environment is not Environment.DEVELOPMENT:
            raise ValueError("STORES_MAY_BE_PRIVATE is refused outside ENVIRONMENT=development: unset it")
        return self
