"""Every stage, move and refusal has its words, and docs/map.md shows the flows, reactions and views as they are."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from infra import map as the_map
from orderhub.kernel.actors import ROLES
from orderhub.kernel.errors import Refusal
from orderhub.kernel.flows import Flow
from orderhub.rendering.catalogue import entries
from tests.architecture.code import ROOT

# Kinds that only we see; every other kind needs words for the customer.
OURS = {"message"}


@pytest.fixture(scope="module", autouse=True)
def _every_room() -> None:
    the_map.open_every_room()


def flows() -> list[Flow]:
    """The flows of the product, without those that other tests registered."""
    rooms = [module for name, module in sorted(sys.modules.items()) if name.startswith("orderhub.")]
    found = {value.kind: value for room in rooms for value in vars(room).values() if isinstance(value, Flow)}
    return list(found.values())


def refusals(base: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for one in base.__subclasses__():
        if one.__module__.startswith("orderhub."):
            yield one
        yield from refusals(one)


def lacking(keys: list[str]) -> list[str]:
    """Keys that the catalogue lacks; what it holds, it holds in both languages."""
    return sorted(set(keys) - set(entries()))


def test_every_stage_has_a_label_and_one_for_the_customer() -> None:
    stages = [(flow.kind, stage.name) for flow in flows() for stage in flow.stages]
    assert lacking([f"stage.{kind}.{name}" for kind, name in stages]) == []
    assert lacking([f"journey.{kind}.{name}" for kind, name in stages if kind not in OURS]) == []


def test_every_move_has_words_for_its_button() -> None:
    moves = [f"move.{flow.kind}.{move.name}" for flow in flows() for move in flow.transitions]
    assert lacking(moves) == []


def test_every_stage_that_waits_for_us_names_a_role_and_every_role_has_a_name() -> None:
    for flow in flows():
        for stage in flow.stages:
            assert stage.role is None or stage.role in ROLES, f"{flow.kind}.{stage.name}"
            assert stage.limit_minutes is None or stage.role, (
                f"{flow.kind}.{stage.name} is late, and nobody's"
            )
    assert lacking([f"role.{role}" for role in ROLES]) == []


def test_every_refusal_has_words() -> None:
    assert lacking([f"refusal.{refusal.code}" for refusal in refusals()]) == []


def test_the_map_shows_the_house_as_it_is() -> None:
    # In a process of its own, where no test has registered anything.
    command = [sys.executable, "-c", "from infra import map; print(map.text(), end='')"]
    text = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
    print(text)
    assert (ROOT / "docs" / "map.md").read_text("utf-8") == text, "write it again: make map"
