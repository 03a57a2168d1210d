"""What an import did."""

from typing import Annotated

from pydantic import Field

from contracts.envelope import Model


class RefusedRow(Model):
    """One thing that is wrong with a row: where it begins in the file (from 1), the field, and why, for a person."""

    line: Annotated[int, Field(ge=1)]
    field: str
    reason: str


class ImportReport(Model):
    """What an import did (D4). `rows` = `new` + `changed` + `unchanged` + `refused_total`; blank lines are none.

    `refused` holds the first 1,000 reasons, of which a row may have several. `mapping` names the column that each
    field was read from, `by_memory` the fields that were read as remembered from an earlier file of the same source,
    `by_values` those that no header told, `not_used` the first 100 headers or keys that nothing was read from.
    """

    rows: int
    resumed_from: Annotated[int, Field(description="Rows that an earlier run of it had behind it.")] = 0
    new: int
    changed: int
    unchanged: int
    refused_total: int
    refused: tuple[RefusedRow, ...]
    mapping: dict[str, str]
    by_memory: tuple[str, ...] = ()
    by_values: tuple[str, ...] = ()
    not_used: tuple[str, ...] = ()
    remembered: Annotated[
        dict[str, str],
        Field(
            default_factory=dict,
            description="By field, the headers that are remembered for the source's files from now on.",
        ),
    ]
    encoding: str
