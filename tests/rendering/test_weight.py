"""What a page weighs."""

import gzip

from orderhub.rendering import places

STYLES = 24_000
SCRIPT_COMPRESSED = 30_000


def test_all_styles_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in (places.web() / "styles").glob("*.css")) <= STYLES


def test_the_script_stays_small() -> None:
    (built,) = places.assets().glob("app-*.js")
    assert len(gzip.compress(built.read_bytes())) <= SCRIPT_COMPRESSED
