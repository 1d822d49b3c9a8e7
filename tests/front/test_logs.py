"""What the front logs: faults, and no answers."""

import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec
import pytest

from orderhub.intake import receiving
from orderhub.observability import lines
from orderhub.observability.discretion import Discretion
from tests.browsers import hub
from tests.promises.channel import Channel, Post, goods
from tests.promises.test_races import SAID


async def test_a_browser_that_went_away_is_no_fault(clean: str, caplog: pytest.LogCaptureFixture) -> None:
    async def gone() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def unheard(_: object) -> None: ...

    headers = [(b"host", b"hub.test"), (b"content-type", b"application/x-www-form-urlencoded")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/sign-in",
        "raw_path": b"/sign-in",
        "headers": headers,
    }
    scope |= {"query_string": b"", "scheme": "http", "client": ("203.0.113.7", 1), "server": ("hub.test", 80)}
    await hub()(scope, gone, unheard)
    assert [record for record in caplog.records if record.name == "orderhub.faults"] == []


@contextmanager
def written(formatter: logging.Formatter) -> Iterator[io.StringIO]:
    """What a process logs meanwhile."""
    lines_written = io.StringIO()
    handler = logging.StreamHandler(lines_written)
    handler.setFormatter(formatter)
    handler.addFilter(Discretion())
    logging.getLogger().addHandler(handler)
    try:
        yield lines_written
    finally:
        logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize("formatter", [lines.ForPeople(), lines.ForPrograms()], ids=["people", "programs"])
async def test_an_error_that_quotes_a_buyer_tells_the_log_where_it_happened_and_nothing_of_the_buyer(
    clean: str, monkeypatch: pytest.MonkeyPatch, formatter: logging.Formatter
) -> None:
    receiver = {"name": "王小明", "phone": "13812342046", "address": "星湖街 1 号 4 栋 501"}
    token = "oht_abcdefghijklmnopqrstuvwx"

    async def fails(_: object, __: object = None) -> Sequence[object]:
        try:
            raise KeyError(receiver["name"], receiver["phone"])
        except KeyError as error:
            raise ValueError(f"{receiver} said Bearer {token}") from error

    monkeypatch.setattr(receiving, "receive", fails)
    monkeypatch.setattr(receiving, "receive_alone", fails)
    with written(formatter) as log:
        async with await Channel.of_a_new_shop(await goods()) as channel:
            with pytest.raises(AssertionError, match="500"):
                await channel.tell(Post("m1", SAID | {"receiver": receiver}))
    for secret in (*receiver.values(), token, "13812342046", "星湖街"):
        assert secret not in log.getvalue()
    assert "POST /webhooks/{shop_id} failed, request " in log.getvalue()
    assert "test_logs.py" in log.getvalue(), "the lines of code"
    assert "ValueError" in log.getvalue()
    if isinstance(formatter, lines.ForPrograms):
        told = [msgspec.json.decode(line) for line in log.getvalue().splitlines()]
        (fault,) = [line for line in told if line["logger"] == "orderhub.faults"]
        assert fault["message"].endswith(fault["request"])
