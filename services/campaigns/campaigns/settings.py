"""Campaigns' settings, beside those of every service."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from chassis.settings import ServiceSettings


class CampaignsSettings(ServiceSettings):
    """Each is an environment variable in capitals."""

    notifications_url: str = "http://127.0.0.1:8004"
    invitation_days: Annotated[int, Field(ge=1, le=90, description="an unanswered invitation expires after this")] = 7
    objects_url: Annotated[
        str, Field(description="where files lie, such as s3://bucket/prefix; empty = the folder OBJECTS_DIR")
    ] = ""
    objects_dir: Annotated[Path, Field(description="where files lie without OBJECTS_URL: a volume in a cluster")] = (
        Path("campaigns-files")
    )
    asset_max_bytes: Annotated[int, Field(ge=1, le=2**31, description="of one uploaded file, up to 100 MB")] = (
        50 * 1024**2
    )
    assets_per_campaign: Annotated[int, Field(ge=1, le=1000)] = 50
    files_per_collaboration: Annotated[int, Field(ge=1, le=1000, description="of work that is handed in")] = 100
