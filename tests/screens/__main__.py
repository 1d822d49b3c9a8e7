"""`make screens`: every page × size × language × theme into build/screens; ends with a list of what is wrong, if anything.

`python -m tests.screens board order --looks phone.zh-CN` takes some of them: names and looks begin with these words.
"""

import argparse
import asyncio
import shutil
import sys
import time
from pathlib import Path

from orderhub.kernel import postgres, secrets
from tests.emptying import remember_reference_rows
from tests.screens import album, chromium, screens
from tests.screens.looks import LOOKS
from tests.screens.served import served
from tests.screens.session import Session, report
from tests.servers import Servers

FOLDER = Path(__file__).resolve().parents[2] / "build" / "screens"


def main() -> int:
    asked = _arguments()
    if not chromium.PATH.exists():
        print(
            f"there is no Chromium at {chromium.PATH}; apt-get install chromium fonts-noto-cjk",
            file=sys.stderr,
        )
        return 1
    if not asked.names and not asked.looks:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    return asyncio.run(_run(asked))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.screens", description=__doc__)
    parser.add_argument("names", nargs="*", help="screens whose names begin like this; all without any")
    parser.add_argument("--looks", nargs="*", default=[], help="looks that begin like this, as phone.zh-CN")
    return parser.parse_args()


async def _run(asked: argparse.Namespace) -> int:
    started = time.monotonic()
    looks = [look for look in LOOKS if not asked.looks or look.name.startswith(tuple(asked.looks))]
    servers = Servers()
    try:
        url = await servers.new_database("embedded")
        await remember_reference_rows(url)
        secrets.open_root(b"a root key for pictures, 32 bytes or more")
        await postgres.open(url, connections=10)
        async with served() as address, chromium.opened() as browser:
            session = Session(browser, address, FOLDER, looks, asked.names)
            await session.run()
        await postgres.close()
    finally:
        servers.stop()
    names = [screen.name for screen in (*screens.NEW, *screens.EMPTY, *screens.FULL)]
    index = album.write(FOLDER, names, LOOKS)
    print(f"{session.taken} pictures in {time.monotonic() - started:.0f} s: {index}")
    for line in report(session.faults, looks):
        print(line)
    return 1 if session.faults else 0


if __name__ == "__main__":
    sys.exit(main())
