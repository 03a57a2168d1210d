"""The channel matrix (D10): which channel suits which product, and what speaks against a choice."""

from typing import Annotated

from pydantic import ConfigDict, Field

from contracts.campaigns import Channel, Suits, Trait
from contracts.envelope import Model

Row = dict[Trait, Suits]


class PutMatrix(Model):
    """`PUT /v1/channels`: the brand's own table; cells that it leaves out are as shipped."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"channels": {"facebook": {"visual": "yes", "professional": "no"}}}]},
    )

    channels: dict[Channel, Row]


class MatrixOut(Model):
    """The whole table; `changed` names the cells that are the brand's own."""

    channels: dict[Channel, Row]
    changed: dict[Channel, tuple[Trait, ...]]
    revision: int


class Advise(Model):
    """`POST /v1/channels/advice`: the channels that are thought of, and what the product needs of them."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", json_schema_extra={"examples": [{"channels": ["linkedin"], "needs": ["casual"]}]}
    )

    channels: Annotated[tuple[Channel, ...], Field(max_length=8)] = ()
    needs: Annotated[tuple[Trait, ...], Field(max_length=5)] = ()


class AgainstChannel(Model):
    """Why a channel does not suit the product: the needs that it has a no for, and the channels that suit it in all.

    `says` is the same in words, as it stands among the warnings.
    """

    channel: Channel
    traits: tuple[Trait, ...]
    better: tuple[Channel, ...]
    says: str


class Advice(Model):
    """A sentence for each channel that does not suit the product, and the same as data in `against`.

    `suited` lists the channels that suit it in all.
    """

    warnings: tuple[str, ...]
    suited: tuple[Channel, ...]
    against: tuple[AgainstChannel, ...] = ()
