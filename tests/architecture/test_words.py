"""What people are told can be told: refusals fill the holes in their words, and the timeline names what it shows."""

import ast
import string
from collections.abc import Iterator
from typing import get_args

import pytest

from infra import map as the_map
from orderhub.kernel.actors import ROLES as OF_PEOPLE
from orderhub.kernel.actors import Kind
from orderhub.kernel.errors import Refusal
from orderhub.rendering.catalogue import entries
from tests.architecture.code import PACKAGE, Module, modules

# Verbs write into the streams of subjects from these rooms; elsewhere the ledger keeps streams that no page shows yet.
ROOMS = ("kernel", "orders", "delivery", "intake")


@pytest.fixture(scope="module", autouse=True)
def _every_room() -> None:
    the_map.open_every_room()


def refusals(base: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for one in base.__subclasses__():
        if one.__module__.startswith("orderhub."):
            yield one
        yield from refusals(one)


def holes(key: str) -> set[str]:
    """The placeholders of a word; the catalogue sees to it that all languages have the same."""
    text = entries().get(key, {}).get("en", "")
    return {name.partition(".")[0] for _, name, _, _ in string.Formatter().parse(text) if name}


def made() -> Iterator[tuple[str, set[str], str]]:
    """Everything that is called or raised by a name: the name, the fields it is given, and where."""
    for module in modules():
        for node in ast.walk(module.tree):
            where = f"{module.name}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name):
                yield node.exc.id, set(), where
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                given = {keyword.arg for keyword in node.keywords}
                if None not in given:  # what ** brings cannot be read off
                    yield name, {field for field in given if field}, where


def test_every_refusal_carries_what_its_words_ask_for() -> None:
    asked = {refusal.__name__: holes(f"refusal.{refusal.code}") for refusal in refusals()}
    wrong = [
        f"{where} {name} lacks {sorted(asked[name] - fields)}"
        for name, fields, where in made()
        if asked.get(name, set()) - fields
    ]
    assert wrong == []


def in_rooms() -> Iterator[Module]:
    """The rooms of the domains; an erasure, in a room below them, is told in a timeline too."""
    for module in modules():
        if module.path.relative_to(PACKAGE).parts[0] in (*ROOMS, "proof"):
            yield module


def texts(node: ast.expr) -> Iterator[str]:
    """The texts an expression may be."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def acts() -> Iterator[tuple[str, str]]:
    """Every act written into a subject's stream, with where: ``work.record(subject, act, …)``, ``change(action=act)``."""
    for module in in_rooms():
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func)
            is_record = name.endswith(("work.record", "self.record")) and len(node.args) >= 2
            told = [node.args[1]] if is_record and not isinstance(node.args[1], ast.JoinedStr) else []
            if name.endswith("changes.change"):
                told += [keyword.value for keyword in node.keywords if keyword.arg == "action"]
            for expression in told:
                for act in texts(expression):
                    yield act, f"{module.name}:{node.lineno}"


def fields() -> Iterator[tuple[str, str]]:
    """Every field named outright in a ``Change`` of a subject."""
    for module in in_rooms():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Change" and node.args:
                name = node.args[0]
                if isinstance(name, ast.Constant) and isinstance(name.value, str):
                    yield name.value, f"{module.name}:{node.lineno}"


def test_every_act_that_a_timeline_can_show_has_a_word() -> None:
    found = list(acts())
    assert {"opened", "order.revised", "order.corrected", "erased"} <= {act for act, _ in found}
    assert [f"{place} act.{act}" for act, place in found if f"act.{act}" not in entries()] == []


def test_every_field_that_a_timeline_can_show_has_a_word() -> None:
    found = list(fields())
    assert {"stage", "lines", "remark"} <= {name for name, _ in found}
    assert [f"{place} field.{name}" for name, place in found if f"field.{name}" not in entries()] == []


def test_whoever_may_act_has_a_name() -> None:
    who = {*OF_PEOPLE, *get_args(Kind)} - {"person"}  # a person acts in a role
    assert [f"role.{name}" for name in sorted(who) if f"role.{name}" not in entries()] == []
