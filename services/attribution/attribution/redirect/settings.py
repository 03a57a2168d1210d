"""What the redirect is told at start."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork

Seconds = Annotated[float, Field(gt=0, le=600)]


class RedirectSettings(BaseModel):
    """Durations in seconds, sizes in bytes. `kafka` are the arguments that every aiokafka client connects with."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    kafka: dict[str, Any]
    data_dir: Annotated[Path, Field(description="holds the spool and the table's snapshot: a volume in a cluster")]
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8010
    click_parameter: Annotated[str, Field(pattern=r"^[A-Za-z0-9._~-]{1,40}$")] = "cclid"
    ack_deadline: Seconds = 0.25
    probe_every: Seconds = 1.0
    acks_to_close: Annotated[int, Field(ge=1, le=100)] = 3
    drain_patience: Seconds = 5.0
    renew_after: Annotated[Seconds, Field(description="a producer that no probe gets through is built again")] = 30.0
    spool_max_bytes: Annotated[int, Field(ge=0)] = 1024**3
    spool_segment_bytes: Annotated[int, Field(ge=4096)] = 1024**2
    spool_patience: Annotated[Seconds, Field(description="how long an answer waits for the disk")] = 5.0
    snapshot_every: Seconds = 30.0
    snapshot_after: Annotated[Seconds, Field(description="the broker's time to answer before the snapshot serves")] = (
        2.0
    )
    stop_patience: Seconds = 5.0
    miss_budget: Annotated[int, Field(ge=1, description="wrong codes a minute of one client, before it is refused")] = (
        60
    )
    trusted_proxies: Annotated[
        tuple[IPvAnyNetwork, ...], Field(description="whose X-Forwarded-For is believed; nobody's by default")
    ] = ()
    traced_share: Annotated[float, Field(ge=0, le=1, description="share of the clicks marked to be traced")] = 0.01
    data_centres: Annotated[Path | None, Field(description="the operator's own ranges beside the package's")] = None
    clock_offset: timedelta = timedelta()
