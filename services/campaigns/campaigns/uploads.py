"""A file on its way in: read part by part, never larger than it may be, and what its bytes say that it is."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import IO, Any, Final, cast

from fastapi import Request

from campaigns.domain import files
from campaigns.domain.files import FileType, RefusedFile
from campaigns.objects import objects_of
from campaigns.settings import CampaignsSettings
from campaigns.store import CampaignsTx
from chassis.context import Context
from chassis.http import MB, Problem, marks, unprocessable
from contracts.http.campaigns import AssetOut

IN_MEMORY: Final = MB
MOST_BYTES: Final = 100 * MB
AS_FILE: Final[dict[str, Any]] = {
    **marks(body_limit=MOST_BYTES),
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in files.TYPES},
    },
}
"""What OpenAPI says of a route whose body is a file."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that has arrived; it is on disk, stands at its beginning, and is gone after."""

    content: IO[bytes]
    kind: FileType
    name: str
    size: int
    sha256: str


@asynccontextmanager
async def received(request: Request, name: str, most: int) -> AsyncIterator[Received]:
    """The request's body as a file of at most `most` bytes. Raises 413, and 422 for what is not taken."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as kept:
        digest = sha256()
        size = 0
        async for part in request.stream():
            size += len(part)
            if size > most:
                raise Problem(413, "too-large", "Too large", f"At most {most} bytes are taken of one file.")
            digest.update(part)
            kept.write(part)
        kept.seek(0)
        try:
            kind = files.type_of(kept.read(files.HEAD), request.headers.get("content-type", ""), name)
        except RefusedFile as refused:
            raise unprocessable([("file", str(refused))]) from None
        kept.seek(0)
        yield Received(kept, kind, files.clean_name(name, kind), size, digest.hexdigest())


async def keep(context: Context[CampaignsTx], asset: str, file: Received) -> AssetOut | None:
    """The bytes into the object store, under a row that is there already; None if it was dropped meanwhile."""
    objects = objects_of(cast("CampaignsSettings", context.settings))
    try:
        await objects.put(asset, file.content)
    except BaseException:
        await context.transactions.run(lambda tx: tx.drop_upload(asset))
        raise

    async def work(tx: CampaignsTx) -> AssetOut | None:
        return await tx.finish_asset(
            asset, name=file.name, type_=file.kind.media_type, size=file.size, sha256=file.sha256
        )

    return await context.transactions.run(work)
