"""Health and metrics, for machines."""

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import JSONResponse, Response

from chassis import metrics
from chassis.health import Health, Report
from chassis.http.routes import marks


def probe_routes(health: Health) -> APIRouter:
    """`/health/live`, `/health/ready` and `/metrics`, open to whoever reaches the port and not in the description."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live", openapi_extra=marks(public=True))
    async def live() -> Response:
        """200 while every loop turns, else 503."""
        return _told(await health.liveness())

    @router.get("/health/ready", openapi_extra=marks(public=True))
    async def ready() -> Response:
        """200 while the process can do its job, else 503 with what is missing."""
        return _told(await health.readiness())

    @router.get("/metrics", openapi_extra=marks(public=True))
    async def exposition() -> Response:
        """Prometheus' text format."""
        return Response(metrics.exposition(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return router


def _told(report: Report) -> JSONResponse:
    checks = {name: missing or "ok" for name, missing in report.checks.items()}
    return JSONResponse(
        {"status": "ok" if report.is_good else "failing", "checks": checks}, status_code=200 if report.is_good else 503
    )
