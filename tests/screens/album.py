"""The album: one page with every picture, to be looked at by people."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from tests.screens.looks import Look

_STYLE = """
body{font:14px/1.4 system-ui,sans-serif;margin:24px;background:#888;color:#fff}
h2{margin:32px 0 8px}div{display:flex;gap:12px;overflow-x:auto;align-items:flex-start}
figure{margin:0;flex:none}img{display:block;height:420px;width:auto;object-fit:cover;object-position:top;background:#fff}
a{color:inherit}figcaption{font-size:12px}
"""


def write(folder: Path, names: Sequence[str], looks: Sequence[Look]) -> Path:
    """Write index.html beside the pictures; returns its path."""
    parts = [
        f"<h2 id='{escape(name)}'>{escape(name)}</h2><div>{_row(folder, name, looks)}</div>" for name in names
    ]
    links = " · ".join(f"<a href='#{escape(name)}'>{escape(name)}</a>" for name in names)
    page = f"<!doctype html><meta charset=utf-8><title>OrderHub</title><style>{_STYLE}</style><p>{links}</p>"
    index = folder / "index.html"
    index.write_text(page + "".join(parts), "utf-8")
    return index


def _row(folder: Path, name: str, looks: Sequence[Look]) -> str:
    files = [(look, f"{name}.{look.name}.png") for look in looks]
    return "".join(
        f"<figure><a href='{file}'><img loading=lazy src='{file}' alt=''></a><figcaption>{look.name}</figcaption></figure>"
        for look, file in files
        if (folder / file).exists()
    )
