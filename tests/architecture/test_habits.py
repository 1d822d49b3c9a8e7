"""Habits that keep the code readable: door plates, honest names, one clock, templates named in one place."""

import ast
import re

from tests.architecture.code import PACKAGE, modules

EMPTY_NAMES = {"utils", "helpers", "services", "manager", "managers", "common", "base", "misc"}
TEMPLATE = re.compile(r"^[a-z_]+(/[a-z_]+)*\.html$")


def test_every_module_says_what_it_is_for() -> None:
    assert [module.name for module in modules() if not ast.get_docstring(module.tree)] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [
        module.name for module in modules() if EMPTY_NAMES & {module.path.stem, module.path.parent.name}
    ] == []


def test_time_comes_from_the_kernels_clock_only() -> None:
    fetched = [
        f"{module.name}:{node.lineno}"
        for module in modules()
        if module.path != PACKAGE / "kernel" / "clock.py"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "utcnow", "today"}
        and isinstance(node.value, ast.Name | ast.Attribute)
        and ast.unparse(node.value).rpartition(".")[2] in {"datetime", "date"}
    ]
    assert fetched == []


def test_only_pages_name_templates() -> None:
    naming = [
        f"{module.name}:{node.lineno}"
        for module in modules()
        if module.path.stem != "pages" and PACKAGE / "rendering" not in module.path.parents
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and TEMPLATE.match(node.value)
    ]
    assert naming == []
