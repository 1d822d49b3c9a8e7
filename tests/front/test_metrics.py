"""/metrics: who may read it, and that what it says is what happened."""

import asyncio
from collections.abc import Mapping

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from orderhub.kernel import clock, pool, postgres
from tests.browsers import HOST, Program, hub
from tests.placed import draft, placed, shop
from tests.promises.channel import Channel, Post, goods
from tests.promises.test_races import SAID

pytestmark = pytest.mark.usefixtures("clean")

TOKEN = "a token of forty letters, without spaces".replace(" ", "-")


async def asked(
    address: str = "127.0.0.1",
    headers: Mapping[str, str] | None = None,
    *,
    at: str = "http://127.0.0.1:8000",
    **environ: str,
) -> httpx.Response:
    """Ask from an address."""
    transport = httpx.ASGITransport(hub(**environ), client=(address, 50000), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=at) as client:
        return await client.get("/metrics", headers=headers)


def read(answer: httpx.Response) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """What an answer says, by name and labels."""
    assert answer.status_code == 200, answer.text
    families = text_string_to_metric_families(answer.text)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


async def said(name: str, **labels: str) -> float:
    """What /metrics says of one name; 0 if it says nothing of it."""
    return read(await asked()).get((name, frozenset(labels.items())), 0.0)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "127.8.8.8"])
async def test_programs_on_this_machine_may_read_it(address: str) -> None:
    answer = await asked(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")


@pytest.mark.parametrize("at", ["http://localhost:8000", "http://[::1]:8000"])
async def test_by_any_name_of_this_machine(at: str) -> None:
    assert (await asked(at=at)).status_code == 200


@pytest.mark.parametrize("at", [HOST, "http://10.0.0.7:8000", "http://localhost.evil.example", "http://["])
async def test_who_calls_us_otherwise_was_sent_here_by_somebody(at: str) -> None:
    if at == "http://[":
        assert (await asked(headers={"Host": "["})).status_code == 404
    else:
        assert (await asked(at=at)).status_code == 404


@pytest.mark.parametrize("address", ["203.0.113.7", "10.0.0.7", "192.168.1.7", "2001:db8::1"])
async def test_to_everybody_else_there_is_no_such_page(address: str) -> None:
    answer = await asked(address)
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_page")


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Host", "X-Forwarded-Proto"]
)
async def test_what_a_proxy_on_this_machine_hands_on_comes_from_a_stranger(header: str) -> None:
    assert (await asked(headers={header: "127.0.0.1"})).status_code == 404


async def test_nor_does_a_trusted_proxy_lend_its_address() -> None:
    trusted = {"TRUSTED_PROXIES": "127.0.0.1"}
    assert (await asked(headers={"X-Forwarded-For": "203.0.113.7"}, **trusted)).status_code == 404
    assert (await asked(headers={"X-Forwarded-For": "127.0.0.1"}, **trusted)).status_code == 404
    assert (await asked(headers=None, **trusted)).status_code == 200, (
        "whoever comes straight is on this machine"
    )


@pytest.mark.parametrize("address", ["127.0.0.1", "203.0.113.7"])
async def test_where_there_is_a_token_only_the_token_opens(address: str) -> None:
    token = {"ORDERHUB_METRICS_TOKEN": TOKEN}
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert (await asked(address, bearer, **token)).status_code == 200
    for wrong in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Basic {TOKEN}"}):
        answer = await asked(address, wrong, **token)
        assert (answer.status_code, answer.json()["code"]) == (401, "unknown_token")


async def test_an_api_token_of_the_hub_is_no_token_for_this() -> None:
    answer = await asked("203.0.113.7", {"Authorization": "Bearer oht_abcdefghijklmnop"})
    assert answer.status_code == 404


async def test_open_metrics_is_spoken_to_whoever_asks_for_it() -> None:
    answer = await asked(headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


async def test_requests_are_counted_by_route_and_status_and_never_by_address() -> None:
    labels = {"process": "web.1", "method": "GET", "route": "/orders/{number}", "status": "401"}
    before = await said("orderhub_http_requests_total", **labels)
    async with Program() as program:
        await program.get("/orders/13812342046")
        await program.get("/13812342046")
        await program.request("BREW", "/13812342046")
    assert await said("orderhub_http_requests_total", **labels) == before + 1
    text = (await asked()).text
    assert "1381234" not in text
    assert "BREW" not in text
    assert 'route="(none)"' in text


async def test_refusals_are_counted_by_their_noun() -> None:
    before = await said("orderhub_refusals_total", process="web.1", reason="no_such_page")
    async with Program() as program:
        await program.get("/nowhere")
    assert await said("orderhub_refusals_total", process="web.1", reason="no_such_page") == before + 1


async def test_what_waits_in_the_database_is_told_with_its_age() -> None:
    (order,) = await placed([draft(await shop())])
    now = clock.now()
    await postgres.execute(
        "update visits set due_at = now() - interval '90 seconds' where subject_id = $1", order
    )
    for dead in (None, now):
        await postgres.execute(
            """insert into outbox (id, destination, subject_id, topic, body, created_at, next_at, dead_at)
               values (gen_random_uuid(), 'channel:1', $1, 't', '{}', now() - interval '70 seconds', now(), $2)""",
            *(order, dead),
        )
    told = {name: value for (name, labels), value in read(await asked()).items() if not labels}
    assert 90 <= told["orderhub_sweep_lag_seconds"] < 900
    assert 70 <= told["orderhub_outbox_age_seconds"] < 900
    assert (told["orderhub_outbox_waiting"], told["orderhub_outbox_dead"]) == (1, 1)
    assert await said("orderhub_subjects_open", kind="shipment", stage="allocated") == 1


async def test_without_a_database_it_tells_what_it_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "opened", None)
    told = read(await asked())
    assert told["orderhub_check_up", frozenset({("check", "database")})] == 0
    assert told["orderhub_ready", frozenset()] == 0
    assert "orderhub_outbox_waiting" not in {name for name, _ in told}


async def test_what_a_channel_tells_is_counted_by_what_became_of_it() -> None:
    outcome = {"process": "web.1", "outcome": "applied"}
    door = {"process": "web.1", "method": "POST", "route": "/webhooks/{shop_id}", "status": "202"}
    size = {"process": "web.1", "queue": "intake"}
    before = [
        await said("orderhub_messages_total", **outcome),
        await said("orderhub_http_requests_total", **door),
        await said("orderhub_batch_size_sum", **size),
        await said("orderhub_batch_commit_seconds_count", **size),
    ]
    async with await Channel.of_a_new_shop(await goods()) as channel:
        await channel.tell(Post("m1", SAID))
    assert [
        await said("orderhub_messages_total", **outcome),
        await said("orderhub_http_requests_total", **door),
        await said("orderhub_batch_size_sum", **size),
        await said("orderhub_batch_commit_seconds_count", **size),
    ] == [count + 1 for count in before]


async def test_labels_are_few_and_name_nobody() -> None:
    async with Program() as program:
        await asyncio.gather(*(program.get(f"/assets/{number}.js") for number in range(30)))
    told = read(await asked())
    assert len([1 for name, _ in told if name == "orderhub_http_requests_total"]) < 300
    assert {label for _, labels in told for label, _ in labels} <= {
        *("process", "queue", "method", "route", "status", "reason", "outcome", "loop", "name", "check"),
        *("kind", "stage", "le"),
    }
