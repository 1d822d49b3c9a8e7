"""How far a replay came."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from orderhub.intake.replaying.progress import Progress


@given(st.permutations(range(12)), st.integers(0, 12))
def test_the_mark_lies_below_everything_missing(order: list[int], count: int) -> None:
    progress = Progress(None, digest="d", url="u")
    for position in order[:count]:
        progress.acknowledge(position)
    missing = set(range(12)) - set(order[:count])
    assert progress.mark == min(missing, default=12)


def test_every_file_and_address_has_its_own_mark(tmp_path: Path) -> None:
    state = tmp_path / "replays.json"
    one, other = (Progress(state, digest="d", url=url) for url in ("u", "v"))
    one.acknowledge(0)
    one.write()
    other.write()
    assert Progress(state, digest="d", url="u").mark == 1
    assert Progress(state, digest="d", url="v").mark == 0
    assert Progress(state, digest="e", url="u").mark == 0


def test_a_spoilt_file_is_as_good_as_none(tmp_path: Path) -> None:
    state = tmp_path / "replays.json"
    state.write_bytes(b"{ half")
    progress = Progress(state, digest="d", url="u")
    assert progress.mark == 0
    progress.acknowledge(0)
    progress.write()
    assert Progress(state, digest="d", url="u").mark == 1
    assert [path.name for path in tmp_path.iterdir()] == ["replays.json"]
