"""Who may ask, and with what."""

from typing import Annotated

from fastapi import Depends

from chassis.context import Context
from chassis.http import Kind, Principal, context_of, principal
from discovery.store import DiscoveryTx

TheContext = Annotated[Context[DiscoveryTx], Depends(context_of)]
Operator = Annotated[Principal, Depends(principal(Kind.OPERATOR))]
Creator = Annotated[Principal, Depends(principal(Kind.CREATOR))]
Brand = Annotated[Principal, Depends(principal(Kind.BRAND))]
BrandOrOperator = Annotated[Principal, Depends(principal(Kind.BRAND, Kind.OPERATOR))]
Source = Annotated[Principal, Depends(principal(Kind.OPERATOR, Kind.SERVICE))]
"""Who may say what was counted of creators: nobody about themselves."""
