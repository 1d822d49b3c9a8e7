"""Assets and icons by their plain names."""

import json
import re
from pathlib import Path

import pytest

from orderhub.rendering import assets, places


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a build of one icon."""
    (tmp_path / "icons-1a2b.svg").write_text('<svg><symbol id="box" viewBox="0 0 24 24"/></svg>')
    (tmp_path / "manifest.json").write_text(json.dumps({"icons.svg": "icons-1a2b.svg"}))
    monkeypatch.setattr(places, "assets", lambda: tmp_path)
    monkeypatch.setattr(assets, "_manifest", assets._manifest.__wrapped__)
    monkeypatch.setattr(assets, "_icons", assets._icons.__wrapped__)
    return tmp_path


@pytest.mark.usefixtures("built")
def test_an_asset_has_its_hashed_address() -> None:
    assert assets.asset("icons.svg") == "/assets/icons-1a2b.svg"


@pytest.mark.usefixtures("built")
def test_an_icon_is_silent_and_comes_from_the_sprite() -> None:
    assert assets.icon("box", small=True) == (
        '<svg class="i s" aria-hidden="true"><use href="/assets/icons-1a2b.svg#box"/></svg>'
    )


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("ask", [lambda: assets.asset("app.js"), lambda: assets.icon("unicorn")])
def test_what_was_not_built_is_an_error(ask: object) -> None:
    with pytest.raises(assets.MissingAsset):
        ask()  # type: ignore[operator]


def test_pages_render_before_anything_was_built(built: Path) -> None:
    (built / "manifest.json").unlink()
    assert assets.asset("app.js") == "/assets/app.js"
    assert "#box" in assets.icon("box")


def test_no_icon_is_sent_that_nothing_shows() -> None:
    kept = re.findall(r'<symbol id="([^"]+)"', (places.web() / "icons.svg").read_text("utf-8"))
    sources = [
        (places.PACKAGE, "*.py"),
        (places.templates(), "*.html"),
        (places.web() / "src", "*.ts"),
    ]
    naming = "".join(path.read_text("utf-8") for folder, kind in sources for path in folder.rglob(kind))
    assert [name for name in kept if not re.search(rf"[\"'#]{name}[\"']", naming)] == []
