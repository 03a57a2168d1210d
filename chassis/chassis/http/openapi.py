"""The API's description, with problems told as they are answered."""

from typing import Any, Final

from fastapi import FastAPI

from chassis.http.problem import MEDIA_TYPE, ProblemBody
from chassis.http.routes import BODY_LIMIT, PUBLIC

SCHEMA: Final = "Problem"
ALWAYS: Final = {"default": "A problem."}
GUARDED: Final = {"401": "No good token.", "403": "Another kind of account."}
OPERATIONS: Final = frozenset({"get", "put", "post", "patch", "delete", "head", "options"})


class Api(FastAPI):
    """FastAPI whose description shows problems instead of FastAPI's own errors."""

    def openapi(self) -> dict[str, Any]:
        """OpenAPI 3.1, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = _with_problems(super().openapi())
        return self.openapi_schema


def _with_problems(document: dict[str, Any]) -> dict[str, Any]:
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas[SCHEMA] = problem
    for path in document.get("paths", {}).values():
        for operation in (operation for verb, operation in path.items() if verb in OPERATIONS):
            told = dict(ALWAYS) if operation.pop(PUBLIC, False) else {**ALWAYS, **GUARDED}
            operation.pop(BODY_LIMIT, None)
            responses = operation.setdefault("responses", {})
            if "422" in responses:
                told["422"] = "Some fields are not right."
            responses.update({status: _problem(description) for status, description in told.items()})
    return document


def _problem(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{SCHEMA}"}}},
    }
