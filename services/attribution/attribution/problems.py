"""How expected outcomes of the domain and the store are told by the API."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from attribution.domain.coupons.reading import RefusedLines
from attribution.domain.refused import InTheWay, NotHeardOf, NotTheirs, Refused
from chassis.http import Problem, conflict, not_found, not_known_yet, unprocessable

MOST_ERRORS = 50

PROBLEMS: Mapping[type[Exception], Callable[[Any], Problem]] = MappingProxyType(
    {
        Refused: lambda refused: unprocessable([(refused.field, refused.message)]),
        NotTheirs: lambda what: not_found(str(what)),
        NotHeardOf: lambda what: not_known_yet(str(what)),
        RefusedLines: lambda refused: Problem(
            422,
            "invalid-file",
            "Some lines are not right",
            "Nothing of the file was taken. Put these lines right and send it again.",
            errors=[asdict(error) for error in refused.errors[:MOST_ERRORS]],
        ),
        InTheWay: lambda state: conflict(state.code, state.sentence),
    }
)
