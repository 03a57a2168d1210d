"""Where files lie: a folder, or an S3-compatible store in a cluster. The one place that knows (ADR 16)."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import IO, TYPE_CHECKING, Final

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, from_url

from campaigns.settings import CampaignsSettings

if TYPE_CHECKING:
    from obstore.store import RetryConfig

PART = 256 * 1024
RETRY: "Final[RetryConfig]" = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}
"""Somebody waits for the answer; by itself the library goes on for three minutes."""


class ObjectsAway(Exception):
    """The object store does not answer. HTTP 503."""


class Objects:
    """Bytes by key. Keys are ours: no name that somebody gave is ever part of one."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    async def put(self, key: str, file: IO[bytes]) -> None:
        """Store a file, from where it stands, whole or not at all; raises `ObjectsAway`."""
        try:
            await obstore.put_async(self._store, key, file)
        except (BaseError, OSError) as error:
            raise ObjectsAway(str(error)) from error

    async def get(self, key: str) -> AsyncIterator[bytes] | None:
        """A file's bytes in parts; None if there is none. Raises `ObjectsAway`."""
        try:
            found = await obstore.get_async(self._store, key)
        except (FileNotFoundError, NotFoundError):
            return None
        except (BaseError, OSError) as error:
            raise ObjectsAway(str(error)) from error
        return _parts(found)

    async def delete(self, key: str) -> None:
        """Forget a file; one that is not there is forgotten already. Raises `ObjectsAway`."""
        try:
            await obstore.delete_async(self._store, key)
        except (FileNotFoundError, NotFoundError):
            return
        except (BaseError, OSError) as error:
            raise ObjectsAway(str(error)) from error


async def _parts(found: "obstore.GetResult") -> AsyncIterator[bytes]:
    async for part in found.stream(min_chunk_size=PART):
        yield bytes(part)


def objects_of(settings: CampaignsSettings) -> Objects:
    """The store that the settings name: `OBJECTS_URL` such as `s3://bucket/prefix`, else the folder `OBJECTS_DIR`.

    Credentials, region and endpoint come from the usual `AWS_…` variables; an endpoint without TLS needs
    `AWS_ALLOW_HTTP=true`.
    """
    if settings.objects_url:
        return Objects(from_url(settings.objects_url, retry_config=RETRY))
    settings.objects_dir.mkdir(parents=True, exist_ok=True)
    return Objects(LocalStore(settings.objects_dir))
