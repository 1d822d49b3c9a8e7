"""`orderhub replay` as a person sees it."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from orderhub.intake.replaying.delivering import Door
from orderhub.intake.replaying.screen import replay
from orderhub.rendering import catalogue, places
from orderhub.rendering.catalogue import Words
from tests.intake.replaying.door import KEY, open_door
from tests.intake.replaying.test_tmall import NEVER_PAID, PAID_AND_REFUNDED, written


@pytest.mark.parametrize(("lang", "paid"), [("zh-CN", "付款金额"), ("en", "amount paid")])
async def test_a_replay_ends_with_its_closing_count(tmp_path: Path, lang: str, paid: str) -> None:
    console = Console(file=io.StringIO(), width=100)
    words = Words(lang, catalogue.read(places.locale() / "intake.toml"))
    path = written(tmp_path, PAID_AND_REFUNDED, NEVER_PAID)
    with open_door() as door:
        target = Door(url=door.url, keys=[KEY], connections=2)
        ended = await replay(path, target, words=words, console=console, state=tmp_path / "state.json")
    assert (ended.file.orders, ended.outcome.acknowledged, ended.hub) == (2, 4, None)
    assert ended.is_whole
    assert isinstance(console.file, io.StringIO)
    closing = [line.split() for line in console.file.getvalue().splitlines()]
    assert [*paid.split(), "38.50", "CNY"] in closing
