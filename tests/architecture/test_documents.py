"""What a person can set, run or read about stands in docs/, and nothing stands there that does not exist."""

import argparse
import re
import tomllib

import pytest

from orderhub import cli
from orderhub.settings import SETTINGS
from tests.architecture.code import ROOT, rooms

DOCS = ROOT / "docs"


def page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text("utf-8")


def commands() -> dict[str, argparse.ArgumentParser]:
    """Every command of `orderhub` with its own parser."""
    actions = cli.parser()._actions
    return next(dict(action.choices) for action in actions if isinstance(action, argparse._SubParsersAction))


def options(parser: argparse.ArgumentParser) -> list[str]:
    return [name for action in parser._actions for name in action.option_strings if name.startswith("--")]


def test_every_setting_is_documented_with_its_default() -> None:
    for setting in SETTINGS:
        lines = [line for line in page("settings").splitlines() if f"`{setting.name}`" in line]
        assert lines, f"docs/settings.md lacks {setting.name}"
        if setting.default is not None:
            assert any(setting.default in line for line in lines), (
                f"{setting.name} is {setting.default} by default"
            )


def test_every_documented_setting_exists() -> None:
    documented = set(
        re.findall(r"\bORDERHUB_[A-Z_]+\b", "".join(path.read_text("utf-8") for path in DOCS.glob("*.md")))
    )
    assert documented <= {setting.name for setting in SETTINGS}


def test_every_command_is_documented_with_its_options() -> None:
    text = page("commands")
    for name, parser in commands().items():
        assert f"`orderhub {name}" in text, f"docs/commands.md lacks {name}"
        for option in set(options(parser)) - {"--help"}:
            assert option in text, f"docs/commands.md lacks {option} of {name}"


def test_every_documented_command_exists() -> None:
    everywhere = page("commands") + (ROOT / "README.md").read_text("utf-8")
    assert set(re.findall(r"`orderhub ([a-z-]+)", everywhere)) <= set(commands())


@pytest.mark.parametrize("room", rooms())
def test_every_room_has_its_page(room: str) -> None:
    assert (DOCS / f"{room}.md").is_file()


def test_the_index_leads_to_every_page() -> None:
    led_to = set(re.findall(r"\]\(([a-z-]+)\.md\)", page("README")))
    assert led_to == {path.stem for path in DOCS.glob("*.md")} - {"README"}


def test_every_make_target_is_documented() -> None:
    targets = set(re.findall(r"^#   make ([a-z-]+)", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    assert phony
    assert set(phony[1].split()) - targets == {"setup", "setup-dev", "assets"}, (
        "the head of the Makefile lists them"
    )
    assert {"run", "test", "check", "bench", "screens"} <= targets


def test_links_between_documents_lead_somewhere() -> None:
    pages = [*DOCS.glob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    for document in pages:
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_the_procfile_runs_commands_that_exist() -> None:
    assert set(re.findall(r"orderhub ([a-z-]+)", (ROOT / "Procfile").read_text())) <= set(commands())


def test_the_python_that_is_asked_for_is_the_same_everywhere() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"]
    assert asked == ">=3.11"
    assert "3.11" in (ROOT / "README.md").read_text("utf-8")
