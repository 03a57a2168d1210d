"""Files that belong to a campaign's brief (C2), and work that was handed in as a file (C6)."""

from typing import Annotated

from pydantic import Field

from contracts.envelope import Model, Utc
from contracts.ids import Id


class AssetOut(Model):
    """An uploaded file. `type` is what its bytes are, whatever was said; `size` in bytes."""

    id: Id
    campaign: Id
    name: str
    type: str
    size: int
    sha256: Annotated[str, Field(description="In hexadecimal.")]
    uploaded_at: Utc
    collaboration: Annotated[Id | None, Field(description="Whose work it is; absent for a file of the brief.")] = None


class AssetsOut(Model):
    """A campaign's files, oldest first."""

    items: tuple[AssetOut, ...]
