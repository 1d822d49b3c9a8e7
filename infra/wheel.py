"""Puts templates, words and built assets into the wheel; hatchling calls it while building one."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Pages(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds the folders of web/ as ``orderhub/_web``; an editable install reads them from the checkout instead."""
        if version == "editable":
            return
        web = Path(self.root) / "web"
        if not (web / "dist" / "manifest.json").is_file():
            raise FileNotFoundError(
                "web/dist has no manifest.json: build the assets first, `make wheel` does both"
            )
        for folder in ("templates", "locale", "dist"):
            build_data["force_include"][str(web / folder)] = f"orderhub/_web/{folder}"
