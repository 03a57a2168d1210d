"""What a route finds of the process that it runs in. Coroutines, as FastAPI runs plain functions in threads."""

from typing import Annotated, Any, cast

from fastapi import Depends
from starlette.requests import Request

from chassis.context import Context
from chassis.http.clients import ServiceTokens
from chassis.http.rates import Rates


async def context_of(request: Request) -> Context[Any]:
    """The service's context: `Annotated[Context[CampaignsTx], Depends(context_of)]`."""
    return cast("Context[Any]", request.app.state.context)


async def service_tokens(request: Request) -> ServiceTokens:
    """This service's tokens for other services."""
    return cast("ServiceTokens", request.app.state.service_tokens)


def rates_of(request: Request) -> Rates:
    """This process's budgets, for routes that no token guards."""
    return cast("Rates", request.app.state.rates)


TheContext = Annotated[Context[Any], Depends(context_of)]
