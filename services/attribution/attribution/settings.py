"""Attribution's settings, beside those of every service."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, IPvAnyNetwork

from chassis.settings import ServiceSettings


class AttributionSettings(ServiceSettings):
    """Days, bytes and names; each is an environment variable in capitals."""

    click_parameter: Annotated[str, Field(pattern=r"^[A-Za-z0-9._~-]{1,40}$")] = "cclid"
    click_days: Annotated[int, Field(ge=1, description="how long clicks are kept")] = 400
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
