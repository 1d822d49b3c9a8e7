"""The dashboard and the alerts speak of numbers that /metrics really tells, and docs/observability.md names each of them."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest_asyncio
import yaml  # type: ignore[import-untyped]

from orderhub.worker import running as running
from tests.architecture.code import ROOT
from tests.front.test_metrics import asked

INFRA = ROOT / "infra"
NAME = re.compile(r"\borderhub_[a-z_]+[a-z]\b")
SELECTOR = re.compile(r"\b(orderhub_[a-z_]+[a-z])\{([^}]*)\}")
GROUPED = re.compile(r"\b(?:by|without) \(([^)]*)\)")
OF_PROMETHEUS = {"instance", "job", "le"}
TAILS = ("_bucket", "_count", "_sum")


@cache
def dashboard() -> dict[str, Any]:
    return dict(json.loads((INFRA / "grafana" / "orderhub.json").read_text("utf-8")))


def panels() -> list[dict[str, Any]]:
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def rules() -> list[dict[str, Any]]:
    told = yaml.safe_load((INFRA / "prometheus" / "rules.yaml").read_text("utf-8"))
    return [rule for group in told["groups"] for rule in group["rules"]]


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in rules())
    yield from (target["expr"] for panel in panels() for target in panel["targets"])


@pytest_asyncio.fixture(loop_scope="session")
async def told(clean: str) -> dict[str, str]:
    """What a process with a worker tells: names, and their kinds."""
    text = (await asked()).text
    return dict(re.findall(r"^# TYPE (\w+) (\w+)$", text, flags=re.MULTILINE))


def family(name: str, told: dict[str, str]) -> str | None:
    """The name a sample belongs to."""
    if name in told and told[name] != "histogram":
        return name
    for tail in TAILS:
        if told.get(name.removesuffix(tail)) == "histogram" and name.endswith(tail):
            return name.removesuffix(tail)
    return None


async def test_the_dashboard_and_the_alerts_name_what_is_told(told: dict[str, str]) -> None:
    named = {name for expression in expressions() for name in NAME.findall(expression)}
    assert {name for name in named if family(name, told) is None} == set()
    assert len(named) > 25


async def test_everything_told_is_on_the_page_of_docs_and_nothing_else(told: dict[str, str]) -> None:
    page = (ROOT / "docs" / "observability.md").read_text("utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `orderhub_")]
    listed = [name for row in rows for name in NAME.findall(row)]
    assert sorted(listed) == sorted(told.keys() - {"python_info"})


async def test_everything_told_is_looked_at_by_somebody(told: dict[str, str]) -> None:
    looked_at = {family(name, told) for text in expressions() for name in NAME.findall(text)}
    assert told.keys() - looked_at == {"orderhub_process_start_seconds"}


def test_expressions_are_whole() -> None:
    for expression in expressions():
        for opening, closing in ("()", "{}", "[]"):
            assert expression.count(opening) == expression.count(closing), expression
        assert expression.count('"') % 2 == 0, expression


def test_labels_are_those_that_numbers_have() -> None:
    page = (ROOT / "docs" / "observability.md").read_text("utf-8")
    for expression in expressions():
        for _, inside in SELECTOR.findall(expression):
            for label in re.findall(r"(\w+)(?:=~|!~|!=|=)", inside):
                assert label in OF_PROMETHEUS or f"`{label}`" in page, f"{label} in {expression}"
        for inside in GROUPED.findall(expression):
            for label in inside.split(", "):
                assert label in OF_PROMETHEUS or f"`{label}`" in page, f"{label} in {expression}"


def test_panels_lie_beside_each_other_and_ask_the_source_that_is_chosen() -> None:
    places = set()
    for panel in dashboard()["panels"]:
        place = panel["gridPos"]
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert x < 24
                assert (x, y) not in places, panel["title"]
                places.add((x, y))
    assert len({panel["id"] for panel in dashboard()["panels"]}) == len(dashboard()["panels"])
    variables = {one["name"]: one for one in dashboard()["templating"]["list"]}
    assert variables["datasource"]["type"] == "datasource"
    for panel in panels():
        assert panel["datasource"]["uid"] == "${datasource}"
        assert all(target["datasource"]["uid"] == "${datasource}" for target in panel["targets"])
        refs = [target["refId"] for target in panel["targets"]]
        assert len(set(refs)) == len(refs)


def test_each_alert_says_what_and_where_to_look_in_both_languages() -> None:
    assert len({rule["alert"] for rule in rules()}) == len(rules()) > 10
    for rule in rules():
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert re.search(r" · .*[\u4e00-\u9fff]", rule["annotations"]["summary"]), rule["alert"]
        assert rule["annotations"]["look"]
        assert re.fullmatch(r"\d+[smh]", rule.get("for", "1m"))
    assert all(" · " in panel["title"] for panel in dashboard()["panels"])


def test_prometheus_reads_the_rules_and_has_the_token() -> None:
    told = yaml.safe_load((INFRA / "prometheus" / "prometheus.yaml").read_text("utf-8"))
    assert all((INFRA / "prometheus" / file).is_file() for file in told["rule_files"])
    (scraped,) = told["scrape_configs"]
    compose = yaml.safe_load((INFRA / "compose.yaml").read_text("utf-8"))
    (secret,) = compose["services"]["prometheus"]["secrets"]
    assert scraped["authorization"]["credentials_file"] == f"/run/secrets/{secret}"
    ((target,),) = [one["targets"] for one in scraped["static_configs"]]
    assert target.partition(":")[0] in compose["services"]
    source = yaml.safe_load((INFRA / "grafana/provisioning/datasources/prometheus.yaml").read_text("utf-8"))
    assert source["datasources"][0]["url"] == "http://prometheus:9090"


def test_containers_that_share_their_sockets_find_them_in_the_data_folder() -> None:
    compose = yaml.safe_load((INFRA / "compose.yaml").read_text("utf-8"))
    data = re.search(r"ORDERHUB_DATA=(\S+)", (INFRA / "Dockerfile").read_text("utf-8"))
    assert data
    for name in ("web", "worker"):
        assert f"metrics:{data[1]}/metrics" in compose["services"][name]["volumes"]
