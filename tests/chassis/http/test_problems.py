import httpx
import pytest
from fastapi import FastAPI
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind
from prometheus_client import REGISTRY
from starlette.responses import HTMLResponse

from chassis import mongo as store
from chassis.http import Problem, close_api
from chassis.http.problem import of_status
from chassis.testing import calling
from tests.chassis.http.conftest import Logs
from tests.chassis.http.shop import a_shop, a_shop_context

TRACE = "0af7651916cd43dd8448eb211c80319c"


def is_problem(answer: httpx.Response, status: int, code: str) -> bool:
    return (
        answer.status_code == status
        and answer.headers["content-type"] == "application/problem+json"
        and answer.json()["type"] == f"/problems/{code}"
        and answer.json()["status"] == status
        and answer.json()["title"] != ""
        and answer.json()["instance"] == answer.request.url.path
    )


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        pytest.param("/v1/errors/a_bug", 500, "unexpected", id="a bug"),
        pytest.param("/v1/errors/an_invalid_model", 500, "unexpected", id="a model refuses in the middle"),
        pytest.param("/v1/errors/an_invalid_answer", 500, "unexpected", id="an answer of the wrong shape"),
        pytest.param("/v1/errors/a_duplicate", 500, "unexpected", id="a duplicate key that nobody expected"),
        pytest.param("/v1/errors/a_conflict", 503, "try-again-later", id="conflicts to the end"),
        pytest.param("/v1/errors/an_unknown_outcome", 503, "outcome-unknown", id="a commit without an answer"),
        pytest.param("/v1/errors/an_early_call", 409, "not-known-yet", id="ahead of our copy"),
        pytest.param("/v1/errors/sold_out", 409, "sold-out", id="an error of the domain"),
        pytest.param("/v1/nowhere", 404, "not-found", id="no such path"),
        pytest.param("/v1/things/", 404, "not-found", id="a slash too many is no redirect"),
        pytest.param("/v1/deliveries/s-1", 405, "method-not-allowed", id="another method"),
    ],
)
async def test_every_error_is_a_problem_that_tells_nothing_of_our_insides(
    anybody: httpx.AsyncClient, logs: Logs, path: str, status: int, code: str
) -> None:
    answer = await anybody.get(path)

    assert is_problem(answer, status, code)
    assert "Traceback" not in answer.text
    assert "someone@example.org" not in answer.text
    assert "db-7" not in answer.text
    assert ("Retry-After" in answer.headers) is (status == 503 or code == "not-known-yet")
    assert "someone@example.org" not in str(logs)


async def test_a_bug_is_logged_once_with_its_frames_and_without_what_was_sent(
    anybody: httpx.AsyncClient, logs: Logs
) -> None:
    await anybody.get("/v1/errors/a_bug?address=someone@example.org")

    failed = [entry for entry in logs if entry["log_level"] == "error"]
    assert [entry["event"] for entry in failed] == ["request.failed"]
    assert failed[0]["error"] == "RuntimeError"
    assert failed[0]["said"] == "a bug in the middle"
    assert failed[0]["route"] == "/v1/errors/{which}"
    assert failed[0]["frames"][-1].endswith(" a_bug")
    assert "someone" not in str(logs)


async def test_a_store_that_is_away_is_503_and_not_a_bug(logs: Logs) -> None:
    client = store.connect("mongodb://127.0.0.1:1/?replicaSet=rs0", timeout_ms=50)
    app = a_shop(a_shop_context(client, "nowhere"))
    try:
        async with calling(app) as anybody:
            answer = await anybody.get("/v1/errors/a_read")
    finally:
        await close_api(app)
        client.close()

    assert is_problem(answer, 503, "try-again-later")
    assert not [entry for entry in logs if entry["log_level"] == "error"]


async def test_fields_that_are_refused_are_named_and_what_was_sent_is_not_repeated(brand: httpx.AsyncClient) -> None:
    answer = await brand.post("/v1/things", json={"name": "", "price": "dear-secret", "colour": "red"})

    assert is_problem(answer, 422, "invalid")
    assert {error["field"] for error in answer.json()["errors"]} == {"name", "price", "colour"}
    assert all(error["message"] for error in answer.json()["errors"])
    assert "dear-secret" not in answer.text


async def test_a_query_parameter_that_is_an_operator_is_refused(brand: httpx.AsyncClient) -> None:
    answer = await brand.get("/v1/things", params={"limit": '{"$ne": null}'})

    assert is_problem(answer, 422, "invalid")
    assert answer.json()["errors"][0]["field"] == "limit"


async def test_a_problem_names_the_callers_trace(anybody: httpx.AsyncClient, traced: None) -> None:
    answer = await anybody.get("/v1/errors/a_bug", headers={"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"})

    assert answer.json()["trace"] == TRACE


async def test_a_request_is_one_span_by_template_and_without_its_query(
    anybody: httpx.AsyncClient, traced: None, spans: list[ReadableSpan]
) -> None:
    await anybody.get("/v1/things/t-9?token=hush")

    assert [(span.name, span.kind) for span in spans] == [("GET /v1/things/{thing}", SpanKind.SERVER)]
    assert "hush" not in spans[0].to_json()


async def test_a_request_is_one_log_line_and_one_metric_by_template(brand: httpx.AsyncClient, logs: Logs) -> None:
    def seen() -> float:
        labels = {"method": "GET", "route": "/v1/things/{thing}", "status": "404"}
        return REGISTRY.get_sample_value("http_request_seconds_count", labels) or 0.0

    before = seen()

    await brand.get("/v1/things/t-9?token=hush")

    assert seen() == before + 1
    lines = [entry for entry in logs if entry["event"] == "request.answered"]
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [("GET", "/v1/things/{thing}", 404)]
    assert lines[0]["ms"] > 0
    assert "t-9" not in str(logs)
    assert "hush" not in str(logs)


async def test_a_path_that_nobody_serves_makes_no_metric_of_its_own(anybody: httpx.AsyncClient) -> None:
    await anybody.get("/wp-admin-7261")
    await anybody.request("BREW", "/v1/things")

    exposition = (await anybody.get("/metrics")).text

    assert "wp-admin-7261" not in exposition
    assert "BREW" not in exposition
    assert 'route="none"' in exposition


@pytest.mark.parametrize("path", ["/v1/things/t-9", "/v1/nowhere", "/v1/errors/a_bug", "/health/live"])
async def test_every_answer_has_the_security_headers(brand: httpx.AsyncClient, path: str) -> None:
    headers = (await brand.get(path)).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"].startswith("default-src 'none'; frame-ancestors 'none'")
    assert headers["referrer-policy"] == "no-referrer"


async def test_problems_can_be_pages_where_a_browser_asks(shop: FastAPI) -> None:
    shop.state.render = lambda request, problem: (
        HTMLResponse(f"<h1>{problem.title}</h1>", problem.status)
        if "text/html" in request.headers.get("accept", "")
        else None
    )
    async with calling(shop) as anybody:
        page = await anybody.get("/v1/errors/a_bug", headers={"accept": "text/html"})
        plain = await anybody.get("/v1/nowhere", headers={"accept": "application/json"})

    assert (page.status_code, page.text) == (500, "<h1>Something went wrong on our side</h1>")
    assert is_problem(plain, 404, "not-found")


async def test_the_description_shows_problems_and_the_bearer_token(anybody: httpx.AsyncClient) -> None:
    document = (await anybody.get("/openapi.json")).json()

    assert document["components"]["securitySchemes"] == {
        "HTTPBearer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "A token of the console for this service.",
        }
    }
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    make = document["paths"]["/v1/things"]["post"]
    assert make["security"] == [{"HTTPBearer": []}]
    assert {status for status, told in make["responses"].items() if told["content"] == problem} == {
        "401",
        "403",
        "422",
        "default",
    }
    assert [parameter["name"] for parameter in make["parameters"]] == ["idempotency-key"]
    deliver = document["paths"]["/v1/deliveries/{store}"]["post"]
    assert "security" not in deliver
    assert not {"401", "403", "x-public"} & {*deliver["responses"], *deliver}
    assert not {"HTTPValidationError", "ValidationError"} & set(document["components"]["schemas"])
    assert "FieldError" in document["components"]["schemas"]
    assert "/metrics" not in document["paths"]


def test_a_status_of_a_library_gets_its_name() -> None:
    assert (of_status(404).code, of_status(404).detail) == ("not-found", "")
    assert of_status(418).code == "im-a-teapot"
    assert str(Problem(409, "sold-out", "Sold out")) == "409 sold-out: Sold out"
