"""The pages of the front: what could not be shown, a refusal as a toast, no network, the description of the JSON doors."""

import json
from collections.abc import Callable
from typing import Any

from litestar import Request
from litestar.openapi.plugins import OpenAPIRenderPlugin

from orderhub.kernel.errors import Refusal
from orderhub.rendering import languages, templates
from orderhub.rendering.catalogue import words
from orderhub.rendering.page import Page, viewer


def error(refusal: Refusal, *, request_id: str) -> Page:
    """Return the page of a refusal or fault."""
    return Page(
        "rendering/error.html",
        status_code=refusal.status,
        status=refusal.status,
        error=None if refusal.status == 500 else refusal,
        request_id=request_id if refusal.status >= 500 else None,
    )


def toast(text: str, *, status_code: int) -> Page:
    """Return a refusal as htmx puts it over the page."""
    return Page("rendering/toast.html", status_code=status_code, error=text)


def offline() -> str:
    """Return the page for when there is no network: in both languages, because nobody can be asked then."""
    first, second = languages.LANGUAGES
    return templates.render("front/offline.html", first, other=words(second))


class SchemaPage(OpenAPIRenderPlugin):
    """Shows the OpenAPI description without any script: the usual viewers come from a CDN and need inline code."""

    def __init__(self, described: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        super().__init__(path="/")
        self._described = described

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Render the description as a page."""
        told = self._described(openapi_schema)
        shapes = told.get("components", {}).get("schemas", {})
        page = templates.render(
            "front/schema.html",
            languages.of(request),
            **viewer(request),
            operations=_operations(told),
            shapes=[(name, _indented(shape)) for name, shape in sorted(shapes.items())],
        )
        return page.encode()


def _operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"method": method.upper(), "path": path, **_told(operation)}
        for path, operations in sorted(schema["paths"].items())
        for method, operation in operations.items()
        if isinstance(operation, dict)
    ]


def _told(operation: dict[str, Any]) -> dict[str, Any]:
    parameters = operation.get("parameters", [])
    answers = operation.get("responses", {})
    return {
        "told": operation.get("description") or operation.get("summary") or "",
        "parameters": [(one["name"], one["in"], one.get("schema", {}).get("type", "")) for one in parameters],
        "body": _indented(operation["requestBody"]["content"]) if "requestBody" in operation else "",
        "answers": [(status, answer.get("description", "")) for status, answer in answers.items()],
    }


def _indented(shape: Any) -> str:
    return json.dumps(shape, ensure_ascii=False, indent=1, default=str)
