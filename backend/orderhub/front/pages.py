"""The pages of the front: what could not be shown, a refusal as a toast, and the description of the JSON doors."""

from typing import Any

from litestar import Request
from litestar.openapi.plugins import OpenAPIRenderPlugin

from orderhub.kernel.errors import Refusal
from orderhub.rendering import languages, templates
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


class SchemaPage(OpenAPIRenderPlugin):
    """Shows the OpenAPI description without any script: the usual viewers come from a CDN and need inline code."""

    def __init__(self) -> None:
        super().__init__(path="/")

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Render the description as a page."""
        page = templates.render(
            "front/schema.html",
            languages.of(request),
            **viewer(request),
            info=openapi_schema["info"],
            operations=_operations(openapi_schema),
            schemas=openapi_schema.get("components", {}).get("schemas", {}),
        )
        return page.encode()


def _operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"method": method.upper(), "path": path, **operation}
        for path, operations in sorted(schema["paths"].items())
        for method, operation in operations.items()
        if isinstance(operation, dict)
    ]
