"""`orderhub load` at a hub that is served: what was acknowledged is there once, and gone again afterwards."""

import io
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio
from rich.console import Console

from orderhub import cli
from orderhub import house as house
from orderhub.accounts import shop_secrets
from orderhub.intake.load import own_hub, screen
from orderhub.intake.load.orders import PREFIX, Good
from orderhub.intake.load.other_hub import OtherHub
from orderhub.intake.load.refusals import HubSaysNo, NoShopToLoad, NothingOnSale, ShopSells
from orderhub.intake.load.report import Report
from orderhub.intake.load.screen import Rehearsal
from orderhub.intake.replaying.delivering import Door
from orderhub.kernel import postgres
from orderhub.rendering.catalogue import words
from tests import people, placed
from tests.stories.hub import ServedHub


@pytest_asyncio.fixture(loop_scope="session")
async def served(clean: str, tmp_path: Path) -> AsyncIterator[ServedHub]:
    hub = ServedHub(clean, tmp_path)
    await hub.start()
    yield hub
    await hub.stop()


async def rehearse(what: Rehearsal, lang: str = "en") -> tuple[Report, str]:
    console = Console(file=io.StringIO(), width=120)
    ended = await screen.rehearse(what, words=words(lang), console=console)
    console.print(screen.closing(ended, words(lang)))
    assert isinstance(console.file, io.StringIO)
    return ended, console.file.getvalue()


async def stages() -> dict[str, int]:
    rows = await postgres.fetch(
        "select stage, count(*) as n from subjects where kind = 'order' group by stage"
    )
    return {row["stage"]: row["n"] for row in rows}


@pytest.mark.slow
async def test_a_rehearsal_arrives_whole_and_leaves_nothing_open(served: ServedHub) -> None:
    shop_id, _, _ = await placed.shop()
    async with postgres.transaction() as tx:
        await shop_secrets.add(tx, shop_id)
    place = await own_hub.shop(None, paid=True, demo=False)
    assert (place.id, [good.code for good in place.goods]) == (shop_id, [f"W712-{shop_id}"])

    door = Door(url=f"{served.address}/webhooks/{shop_id}", keys=await shop_secrets.live(shop_id))
    what = Rehearsal(
        door=door,
        goods=place.goods,
        currency="CNY",
        held=partial(own_hub.held, shop_id),
        count=40,
        rate=400,
        paid=True,
    )
    ended, said = await rehearse(what)
    assert ended.is_whole
    assert (ended.came, ended.acknowledged, ended.cancelled) == (40, 40, 40)
    assert ended.arrived is not None
    assert (ended.arrived.orders, ended.arrived.lost, ended.arrived.twice) == (40, 0, 0)
    assert ["in", "the", "hub", "40"] in [line.split() for line in said.splitlines()]
    assert await stages() == {"cancelled": 40}

    # And as somebody elsewhere does it, with the address, the shop's secret and a token; one SKU is unknown to the hub.
    other = OtherHub(door.url, await people.token("service"))
    goods = [*await other.goods(), Good("NOBODY-KNOWS", "?")]
    assert goods[0].code == f"W712-{shop_id}"
    what = Rehearsal(door=door, goods=goods, currency=None, held=other.held, count=40, rate=400, keep=True)
    ended, _ = await rehearse(what, "zh-CN")
    waiting = ended.kept_waiting["unknown_sku"]
    assert 0 < waiting < 40
    assert ended.acknowledged == 40
    assert ended.arrived is not None
    assert (ended.arrived.orders, ended.arrived.lost, ended.arrived.wrong_amount) == (40 - waiting, 0, 0)
    assert not ended.is_whole
    assert await stages() == {"cancelled": 40, "placed": 40 - waiting}
    with pytest.raises(HubSaysNo, match="401"):
        await OtherHub(door.url, "oht_wrong").goods()


async def test_paid_orders_are_refused_in_a_shop_that_sells(clean: str) -> None:
    place = await placed.shop()
    await placed.placed([placed.draft(place, f"{PREFIX}x-1")])
    assert (await own_hub.shop(place[0], paid=True, demo=False)).id == place[0]
    await placed.placed([placed.draft(place)])
    with pytest.raises(ShopSells, match="旗舰店"):
        await own_hub.shop(place[0], paid=True, demo=False)
    assert (await own_hub.shop(place[0], paid=False, demo=False)).id == place[0]


async def test_a_rehearsal_needs_a_shop_of_our_own_words_and_something_on_sale(clean: str) -> None:
    with pytest.raises(NoShopToLoad):
        await own_hub.shop(None, paid=False, demo=False)
    shop_id, _, _ = await placed.shop()
    await postgres.execute("update skus set ended_at = now()")
    with pytest.raises(NothingOnSale, match="旗舰店"):
        await own_hub.shop(shop_id, paid=False, demo=False)
    await postgres.execute("""update shops set settings = '{"mapping": {}}'""")
    with pytest.raises(NoShopToLoad):
        await own_hub.shop(shop_id, paid=False, demo=False)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--url", "https://hub.example.com/webhooks/1"], "--other-machine"),
        (["--url", "http://127.0.0.1:1/webhooks/1"], "ORDERHUB_REPLAY_SECRET"),
        (["--url", "http://127.0.0.1:1/webhooks/1", "--secret", "whsec_x", "--paid"], "--paid"),
        (["--url", "http://localhost:1/webhooks/1", "--secret", f"whsec_{'A' * 32}"], "ORDERHUB_LOAD_TOKEN"),
        (
            ["--url", "http://127.0.0.1:1/webhooks/1", "--secret", f"whsec_{'A' * 32}", "--sku", "W1"],
            "running",
        ),
    ],
)
def test_what_cannot_be_loaded_is_refused_with_what_to_do(
    options: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("ORDERHUB_REPLAY_SECRET", "ORDERHUB_LOAD_TOKEN", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert cli.main(["load", *options]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--rate=0", "--seconds=-1", "--orders=many"])
def test_a_load_of_nothing_is_asked_wrongly(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["load", option])
    assert ended.value.code == 2
    assert option[2:6] in capsys.readouterr().err
