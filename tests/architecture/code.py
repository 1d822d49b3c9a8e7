"""The product's own source files, parsed once for all rules."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "backend" / "orderhub"


class Module(NamedTuple):
    path: Path
    source: str
    tree: ast.Module

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def lines(self) -> int:
        return len(self.source.splitlines())


class Function(NamedTuple):
    module: Module
    name: str
    lines: int


@cache
def modules() -> list[Module]:
    """Every module of the product; migrations are records of the past and follow no rule of today."""
    paths = [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]
    return [Module(path, text, ast.parse(text)) for path in paths for text in [path.read_text("utf-8")]]


def functions() -> Iterator[Function]:
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield Function(module, node.name, _own_lines(node))


def rooms() -> list[str]:
    """The packages of the product: kernel, rendering and the domains."""
    return sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


def _own_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, without the docstring: explaining oneself at length is no fault."""
    total = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node) is None:
        return total
    return total - ((first.end_lineno or first.lineno) - first.lineno + 1)
