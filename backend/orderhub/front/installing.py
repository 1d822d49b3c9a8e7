"""The app on a phone: its service worker, its manifest, and the page for when there is no network.

The worker is built from sw/; the hub writes at its head which files belong to this release, so that a change of any of
them, or of a word on the offline page, is a new worker, which browsers find by comparing it byte for byte.
"""

import hashlib
from functools import cache
from typing import Any

import msgspec
from litestar import Request, Response, get

from orderhub.accounts.access import PUBLIC
from orderhub.front import pages
from orderhub.front.refusals import NoSuchPage
from orderhub.rendering import languages, places
from orderhub.rendering.assets import PREFIX, asset
from orderhub.rendering.catalogue import words

# What every page of the app needs. Whatever a page loads later (a reader of codes, say) belongs here too, or it is
# missing without network.
_SHELL = ("app.css", "app.js", "staff.js", "icons.svg", "images/logo.svg")
_OFFLINE = "/offline"
_PAPER = "#f2f3ef"  # the ground of every page: --paper of web/styles/tokens.css
_ICONS = (("app-192.png", 192, "any"), ("app-512.png", 512, "any"),
          ("app-maskable-192.png", 192, "maskable"), ("app-maskable-512.png", 512, "maskable"))  # fmt: skip
_SHORTCUTS = (("nav.wall", "/wall"), ("nav.orders", "/orders"))
# A worker lives under the policy of its own answer: it fetches from here and does nothing else.
_WORKER_POLICY = "default-src 'none'; connect-src 'self'"
# What is the same for everybody and has no form needs no token, and no cookie for one.
_FORMLESS = {"exclude_from_csrf": True}


class Release(msgspec.Struct, frozen=True):
    """What the worker has to know: keep in step with sw/shell.ts."""

    name: str
    files: tuple[str, ...]
    offline: str


@get("/sw.js", guards=[PUBLIC], opt=_FORMLESS, include_in_schema=False, sync_to_thread=False)
def worker() -> Response[bytes]:
    """Return the service worker of this release."""
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": _WORKER_POLICY}
    return Response(worker_script(), media_type="text/javascript", headers=headers)


@get("/manifest.webmanifest", guards=[PUBLIC], opt=_FORMLESS, include_in_schema=False, sync_to_thread=False)
def manifest(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Return the manifest, in the reader's language."""
    told = msgspec.json.encode(_manifest(languages.of(request)))
    headers = {"Cache-Control": "no-cache", "Vary": "Cookie, Accept-Language"}
    return Response(told, media_type="application/manifest+json", headers=headers)


@get(_OFFLINE, guards=[PUBLIC], opt=_FORMLESS, include_in_schema=False, sync_to_thread=False)
def offline() -> Response[bytes]:
    """Return the page the worker shows when there is neither network nor a kept page."""
    return Response(_offline_page(), media_type="text/html", headers={"Cache-Control": "no-cache"})


def worker_script() -> bytes:
    """Return the worker with its release at its head; refuses where the assets were never built."""
    script = places.assets() / asset("sw.js").removeprefix(PREFIX)
    if not script.is_file():
        raise NoSuchPage
    return _headed(script.read_bytes())


@cache
def _headed(script: bytes) -> bytes:
    files = tuple(asset(name) for name in _SHELL)
    digest = hashlib.sha256(b"\n".join([script, *map(str.encode, files), _offline_page()]))
    release = Release(digest.hexdigest()[:12], files, _OFFLINE)
    return b"self.release=" + msgspec.json.encode(release) + b";\n" + script


def _offline_page() -> bytes:
    return pages.offline().encode()


def _manifest(lang: str) -> dict[str, Any]:
    text = words(lang).text
    return {
        "id": "/",
        "name": text("app.name"),
        "short_name": text("app.name"),
        "description": text("pwa.description"),
        "lang": lang,
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": _PAPER,
        "theme_color": _PAPER,
        "categories": ["business", "productivity"],
        "icons": [
            {
                "src": asset(f"images/{name}"),
                "sizes": f"{side}x{side}",
                "type": "image/png",
                "purpose": purpose,
            }
            for name, side, purpose in _ICONS
        ],
        "shortcuts": [{"name": text(key), "url": path} for key, path in _SHORTCUTS],
    }


DOORS = (worker, manifest, offline)
