"""Lighthouse on a page of ours, as a phone on a slow network: installed into build/ when it is first wanted.

Not among the packages of web/: it weighs 190 MB, and only this needs it.
"""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from infra.assets.inputs import ROOT
from infra.assets.node import LOCK, NODE, environment, npm
from tests.chromium import ARGS, PROGRAM

_HERE = Path(__file__).parent
_PLACE = ROOT / "build" / "lighthouse"
_FILES = ("package.json", LOCK)


async def scores(address: str, categories: Sequence[str], *, rounds: int) -> dict[str, list[float]]:
    """Return the scores of each category, 0 to 1, of so many runs over the mobile page at an address."""
    await asyncio.to_thread(_PLACE.mkdir, parents=True, exist_ok=True)
    await _install()
    told = [await _scores(address, categories) for _ in range(rounds)]
    return {name: [scores[name] for scores in told] for name in categories}


async def _scores(address: str, categories: Sequence[str]) -> dict[str, float]:
    report = _PLACE / "report.json"
    profile = _PLACE / "profile"
    flags = " ".join([*ARGS, f"--user-data-dir={profile}"])
    await _run(
        "node_modules/lighthouse/cli/index.js",
        address,
        "--quiet",
        "--output=json",
        f"--output-path={report}",
        "--no-enable-error-reporting",
        f"--only-categories={','.join(categories)}",
        f"--chrome-flags={flags}",
    )
    told: dict[str, Any] = msgspec.json.decode(report.read_bytes())
    shutil.rmtree(profile, ignore_errors=True)
    return {name: float(told["categories"][name]["score"]) for name in categories}


async def _install() -> None:
    """Install what the lock file says, without running any package's scripts; once per lock file."""
    wanted = {name: (_HERE / name).read_bytes() for name in _FILES}
    stamp = _PLACE / "node_modules" / ".installed"
    if stamp.is_file() and stamp.read_bytes() == wanted[LOCK]:
        return
    print("  installing Lighthouse into build/lighthouse (once, about 190 MB)", flush=True)
    for name, content in wanted.items():
        (_PLACE / name).write_bytes(content)
    await asyncio.to_thread(npm, "ci", folder=_PLACE)
    stamp.write_bytes(wanted[LOCK])


async def _run(*arguments: str) -> None:
    told = environment() | {"CHROME_PATH": str(PROGRAM)}
    process = await asyncio.create_subprocess_exec(str(NODE), *arguments, cwd=_PLACE, env=told)
    if await process.wait() != 0:
        raise RuntimeError(f"{arguments[0]} ended with {process.returncode}")
