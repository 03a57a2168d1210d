"""The channel matrix, and what it says against a choice (D10)."""

from fastapi import APIRouter, Request, Response

from campaigns.answers import against_out
from campaigns.api.callers import Brand, TheContext
from campaigns.domain import channels
from campaigns.domain.channels import Matrix
from campaigns.store import CampaignsTx
from campaigns.store.channels import matrix_of
from chassis.http import Writing, etag, if_match, once
from contracts.http.campaigns import Advice, Advise, MatrixOut, PutMatrix

router = APIRouter(prefix="/v1", tags=["channels"])


@router.get("/channels")
async def get_channels(who: Brand, context: TheContext, response: Response) -> MatrixOut:
    """The brand's table: the shipped one, with its own cells."""
    matrix, revision = await matrix_of(context.db, who.id)
    response.headers["ETag"] = etag(revision)
    return _out(matrix, revision)


@router.put("/channels", response_model=MatrixOut)
async def put_channels(body: PutMatrix, request: Request, write: Writing, who: Brand, context: TheContext) -> Response:
    """Change the table; cells that are left out are as shipped. With If-Match only if nobody else changed it."""
    matrix = channels.with_changes(body.channels)

    async def work(tx: CampaignsTx) -> MatrixOut:
        _, revision = await matrix_of(context.db, who.id)
        if "if-match" in request.headers:
            if_match(request, revision)
        return _out(matrix, await tx.save_matrix(who.id, matrix, revision))

    return await once(context, write, who, work, status=200)


@router.post("/channels/advice")
async def advise(body: Advise, who: Brand, context: TheContext) -> Advice:
    """What speaks against these channels for such a product, and which channels suit it."""
    matrix, _ = await matrix_of(context.db, who.id)
    found = channels.against(matrix, body.channels, body.needs)
    return Advice(
        warnings=tuple(each.says for each in found),
        suited=channels.suited(matrix, body.needs),
        against=against_out(found),
    )


def _out(matrix: Matrix, revision: int) -> MatrixOut:
    return MatrixOut(
        channels={channel: dict(row) for channel, row in matrix.items()},
        changed={channel: tuple(row) for channel, row in channels.changes_of(matrix).items()},
        revision=revision,
    )
