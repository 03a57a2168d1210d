"""What discovery's API answers. Figures are whole numbers; an unknown one is null and never counts as zero."""

from typing import Annotated

from pydantic import Field

from contracts.discovery import Profile
from contracts.envelope import Model


class CreatorOut(Profile):
    """A profile as brands and operators see it."""

    revision: int


class RefusedRow(Model):
    """One thing that is wrong with a row: where it begins in the file (from 1), the field, and why, for a person."""

    line: Annotated[int, Field(ge=1)]
    field: str
    reason: str


class ImportReport(Model):
    """What an import did (D4). `rows` = `new` + `changed` + `unchanged` + `refused_total`; blank lines are none.

    `refused` holds the first 1,000 reasons, of which a row may have several. `mapping` names the column that each
    field was read from.
    """

    rows: int
    new: int
    changed: int
    unchanged: int
    refused_total: int
    refused: tuple[RefusedRow, ...]
    mapping: dict[str, str]
    encoding: str
