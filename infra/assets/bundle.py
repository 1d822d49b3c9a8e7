"""Turns sources into finished files: logical name to bytes."""

from pathlib import Path

from infra.assets import font
from infra.assets.inputs import WEB
from infra.assets.node import run

ESBUILD = "node_modules/esbuild/bin/esbuild"
# One entry per script. Everything it imports, htmx included, ends up in the one file. Every page has app.js, pages of
# somebody signed in also staff.js; the buyer's page has journey.js alone. sw.js is the service worker, served as /sw.js.
SCRIPTS = {
    "app.js": "src/app.ts",
    "staff.js": "src/staff.ts",
    "sw.js": "../sw/worker.ts",
    "journey.js": "src/journey.ts",
}
# Custom properties first, components next, pages after them by name: later rules win where they are equally specific.
FIRST_STYLES = ("tokens.css", "components.css")


def files() -> dict[str, bytes]:
    made = {name: _script(source) for name, source in SCRIPTS.items() if (WEB / source).is_file()}
    if styles := style_order():
        made["app.css"] = _stylesheet(styles)
    made |= {name: (WEB / name).read_bytes() for name in images()}
    return made | font.files()


def style_order() -> list[Path]:
    found = {path.name: path for path in (WEB / "styles").glob("*.css")}
    first = [found.pop(name) for name in FIRST_STYLES if name in found]
    return first + [found[name] for name in sorted(found)]


def images() -> list[str]:
    folder = [path for path in (WEB / "images").rglob("*") if path.is_file()]
    sprite = [WEB / "icons.svg"] if (WEB / "icons.svg").is_file() else []
    return [path.relative_to(WEB).as_posix() for path in sprite + sorted(folder)]


def _script(source: str) -> bytes:
    options = (
        "--bundle",
        "--minify",
        "--format=iife",
        "--target=es2020",
        "--charset=utf8",
        "--log-level=warning",
    )
    return run(ESBUILD, source, *options).encode()


def _stylesheet(styles: list[Path]) -> bytes:
    imports = "".join(f'@import "./styles/{path.name}";\n' for path in styles)
    # Light values stand before `@supports (color: light-dark())` for old web views, so nothing may be lowered or dropped.
    options = (
        "--bundle",
        "--minify",
        "--loader=css",
        "--charset=utf8",
        "--external:*.svg",
        "--log-level=warning",
    )
    return run(ESBUILD, *options, stdin=imports).encode()
