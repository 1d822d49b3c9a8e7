"""`make check`: everything that can be said about the code without running it, two checks at a time.

`python -m infra.check NAME …` runs only the named ones.
"""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from infra.assets.inputs import ROOT, SW, WEB
from infra.assets.node import NODE, install_packages

PYTHON = (sys.executable, "-m")
PYTHON_FILES = ("backend", "infra", "tests")
TYPESCRIPT = (str(NODE), str(WEB / "node_modules/typescript/bin/tsc"))
BIOME = (str(NODE), str(WEB / "node_modules/@biomejs/biome/bin/biome"), "ci", "--colors=off")
# Where the checks of a name run; all others run at the top.
FOLDERS = {"scripts": WEB, "worker": SW}

# The slowest first, so that the others run beside it.
CHECKS: dict[str, tuple[str, ...]] = {
    "types": (*PYTHON, "mypy", "--num-workers", "2"),
    "arrows": (str(Path(sys.executable).with_name("lint-imports")), "--no-cache"),
    "format": (*PYTHON, "ruff", "format", "--check", *PYTHON_FILES),
    "lint": (*PYTHON, "ruff", "check", *PYTHON_FILES),
    "templates": (*PYTHON, "infra.templates"),
    "scripts": BIOME,
    "scripts-types": TYPESCRIPT,
    "scripts-tests-types": (*TYPESCRIPT, "--project", "tests"),
    "worker": BIOME,
    "worker-types": TYPESCRIPT,
    "worker-tests-types": (*TYPESCRIPT, "--project", "tests"),
}
# Page scripts and service worker without a browser: Node reads TypeScript as it is. Part of `make test`.
TESTS = {"scripts-test": (str(NODE), "--test", "tests/*.test.ts", "../sw/tests/*.test.ts")}


class Result(NamedTuple):
    name: str
    passed: bool
    seconds: float
    said: str


def main() -> None:
    install_packages()
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(_run, sys.argv[1:] or CHECKS))
    for result in results:
        if not result.passed:
            print(f"\n{result.name}:\n{result.said}")
    failed = [result.name for result in results if not result.passed]
    sys.exit(f"not passed: {', '.join(failed)}" if failed else 0)


def _run(name: str) -> Result:
    started = time.monotonic()
    command = (CHECKS | TESTS)[name]
    folder = FOLDERS.get(name.partition("-")[0], ROOT)
    done = subprocess.run(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    result = Result(name, done.returncode == 0, time.monotonic() - started, done.stdout)
    print(f"{'passed' if result.passed else 'FAILED'}  {result.seconds:5.1f} s  {name}", flush=True)
    return result


if __name__ == "__main__":
    main()
