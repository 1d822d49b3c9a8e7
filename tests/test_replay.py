"""A real order file through the real door: it arrives whole, twice is once, and no kill loses what was acknowledged."""

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from subprocess import PIPE, STDOUT

import asyncpg
import psutil
import pytest
import pytest_asyncio

from orderhub import cli
from orderhub import house as house
from orderhub.accounts import shop_secrets
from orderhub.intake.replaying import held, preparing, tmall
from orderhub.intake.replaying.delivering import Door
from orderhub.intake.replaying.progress import Progress
from orderhub.intake.replaying.replayed import Replayed
from orderhub.intake.replaying.sender import Sender
from orderhub.intake.replaying.tally import tally
from orderhub.kernel import postgres
from orderhub.proof.verify import verify
from orderhub.storage.embedded import EmbeddedServer
from tests.company import company
from tests.folders import short_folder
from tests.servers import elsewhere
from tests.stories.hub import ServedHub
from tests.tmall import WHOLE, orders_file
from tests.waiting import until

MESSAGES = 36_715

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="session")
def file(shared_data: Path) -> Path:
    """The orders of a Tmall shop, February 2020."""
    return orders_file(shared_data)


@pytest_asyncio.fixture(loop_scope="session")
async def served() -> AsyncIterator[ServedHub]:
    """A hub that brings its own database, and has the company's shops."""
    with short_folder() as folder:
        data = folder / "hub"
        data.mkdir()
        hub = ServedHub("", data)
        try:
            await hub.start()
            async with elsewhere(EmbeddedServer(data).url):
                yield hub
        finally:
            await hub.stop()


async def test_the_file_arrives_whole_and_a_second_time_changes_nothing(
    served: ServedHub, file: Path
) -> None:
    place = await company()
    code, said = await replay(served, file, "--shop", str(place.tmall))
    assert code == 1
    assert "--prepare" in said

    code, said = await replay(served, file, "--shop", str(place.tmall), "--prepare")
    assert code == 0, said
    assert said.count("17,772") == said.count("1533832.88 CNY") == 2
    numbers = {message.message.order.number for message in tmall.read(file)}
    assert await held.held(place.tmall, numbers) == WHOLE
    assert await postgres.fetchval("select count(*) from messages") == MESSAGES
    assert await stages("order") == {"allocated": 11_900, "cancelled": 3_354, "placed": 2_518}

    before = await rows_of_all_tables()
    code, said = await replay(served, file)
    assert code == 0, said
    assert await rows_of_all_tables() == before
    assert (await verify()).findings == []


async def test_what_was_acknowledged_survives_kills_of_the_hub_and_of_its_database(
    served: ServedHub, file: Path
) -> None:
    place = await company()
    shop_id = await preparing.shop(tmall.FILE, place.tmall, add_goods=True)
    messages = first_orders(file, 3_000)
    witness = Witness(messages)
    door = Door(
        url=f"{served.address}/webhooks/{shop_id}", keys=await shop_secrets.live(shop_id), connections=32
    )
    sending = asyncio.create_task(Sender(door, witness, pause=impatient).send(messages))

    for kills, part in ((kill_hub,), 0.25), ((kill_database,), 0.5), ((kill_database, kill_hub), 0.75):
        await until(partial(witness.has_seen, part), seconds=180)
        for one in kills:
            await one(served)
        if kill_hub in kills:
            await served.start()
    outcome = await asyncio.wait_for(sending, 300)

    assert outcome.retries > 0, "no kill was felt"
    assert (outcome.acknowledged, dict(outcome.refused)) == (len(messages), {})
    await until_the_database_answers()
    stored = [row["outside_id"] for row in await postgres.fetch("select outside_id from messages")]
    assert Counter(stored) == Counter(witness.acknowledged) == Counter(m.message_id for m in messages)
    numbers = {message.message.order.number for message in messages}
    assert await held.held(shop_id, numbers) == tally(message.message for message in messages)
    assert (await verify()).findings == []


class Witness(Progress):
    """Writes down each message the moment it is acknowledged."""

    def __init__(self, messages: list[Replayed]) -> None:
        super().__init__(None, digest="d", url="u")
        self._messages = messages
        self.acknowledged: list[str] = []

    def has_seen(self, part: float) -> bool:
        return len(self.acknowledged) >= part * len(self._messages)

    def acknowledge(self, position: int) -> None:
        self.acknowledged.append(self._messages[position].message_id)
        super().acknowledge(position)


async def replay(served: ServedHub, file: Path, *options: str) -> tuple[int, str]:
    """Run `orderhub replay` as its user does."""
    environment = {
        **served.environment,
        "PYTHONPATH": str(Path(cli.__file__).parents[1]),
        "LANG": "C.UTF-8",
        "COLUMNS": "100",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "import sys; from orderhub.cli import main; sys.exit(main())"),
        *("replay", str(file), *options),
        env=environment,
        stdout=PIPE,
        stderr=STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


def first_orders(file: Path, count: int) -> list[Replayed]:
    """All messages of the first orders of the file."""
    everything = list(tmall.read(file))
    created = (m.message.order.number for m in everything if m.message.order.status == "placed")
    numbers = set(islice(created, count))
    return [message for message in everything if message.message.order.number in numbers]


async def kill_hub(served: ServedHub) -> None:
    await served.kill()


async def kill_database(served: ServedHub) -> None:
    """Kill the server and each of its processes, as a power cut would."""
    postmaster = EmbeddedServer(Path(served.environment["ORDERHUB_DATA"])).postmaster()
    assert postmaster is not None
    server = psutil.Process(postmaster)
    for process in (server, *server.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)


async def impatient(seconds: float) -> None:
    await asyncio.sleep(min(seconds, 0.5))


async def until_the_database_answers() -> None:
    """Return once the test's own connections have come back."""
    async with asyncio.timeout(60):
        while True:
            try:
                await postgres.fetchval("select 1")
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.sleep(0.2)
            else:
                return


async def stages(kind: str) -> dict[str, int]:
    rows = await postgres.fetch(
        "select stage, count(*) as n from subjects where kind = $1 group by stage", kind
    )
    return {row["stage"]: row["n"] for row in rows}


async def rows_of_all_tables() -> dict[str, int]:
    """How many rows every table has, but for the counts, which are folded all the time."""
    names = await postgres.fetch(
        """select relname from pg_class c join pg_namespace n on n.oid = relnamespace
           where nspname = 'public' and relkind in ('r', 'p') and not relispartition order by relname"""
    )
    counted = [name for row in names if (name := row["relname"]) not in ("stage_deltas", "stage_counts")]
    return {name: await postgres.fetchval(f"select count(*) from {name}") for name in counted}
