"""The OpenAPI description of the JSON doors, with refusals as we really send them and not as Litestar would."""

import copy
from typing import Any

import msgspec
from litestar import Request
from litestar.openapi.plugins import JsonRenderPlugin

from orderhub.front.problems import Problem

# Pages are for people, and change without notice.
_DOORS = ("/api/", "/webhooks/")
_REFUSED = {
    "description": "Refused: what was expected, what came, and what to do next.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


class Description(JsonRenderPlugin):
    """Serves the description as JSON."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Render the corrected description."""
        return self.render_json(request, described(openapi_schema))


def described(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the description with every refusal as problem+json, and the two ways to say who one is."""
    told = copy.deepcopy(schema)
    told["paths"] = {path: one for path, one in told.get("paths", {}).items() if path.startswith(_DOORS)}
    for operation in _operations(told):
        answers = operation.setdefault("responses", {})
        for status in [status for status in answers if status.startswith("4")]:
            del answers[status]
        answers["4XX"] = _REFUSED
    components = told.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = msgspec.json.schema_components([Problem])[1]["Problem"]
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "session"},
    }
    told["security"] = [{"token": []}, {"session": []}]
    return told


def _operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    paths = schema.get("paths", {}).values()
    return [one for operations in paths for one in operations.values() if isinstance(one, dict)]
