"""Whose process the embedded PostgreSQL is: it refuses to run as root, so root lends it another user."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orderhub.kernel.errors import Refusal

# The first that exists; a data folder already made stays with its owner.
_CANDIDATES = ("orderhub", "postgres", "nobody")


class FolderClosed(Refusal):
    """The server's user cannot pass through this folder, and we change no mode of it. Data: folder, user, data."""


class FolderOfAnother(Refusal):
    """The data folder belongs to another user; run as that one. Data: folder, expected, got."""


@dataclass(frozen=True)
class ServerUser:
    """A user of the system; ``lent`` if it is not the one we run as."""

    name: str
    uid: int
    gid: int
    lent: bool

    def give(self, folder: Path) -> None:
        """Hand a folder of ours to this user."""
        folder.chmod(0o700)
        if self.lent:
            os.chown(folder, self.uid, self.gid)

    def make_private(self, folder: Path) -> None:
        """Make a 0700 folder of this user, or accept it if that is what it is."""
        try:
            folder.mkdir(mode=0o700)
            self.give(folder)
        except FileExistsError:
            found = folder.lstat()
            if (
                not stat.S_ISDIR(found.st_mode)
                or found.st_uid != self.uid
                or stat.S_IMODE(found.st_mode) & 0o077
            ):
                raise FolderOfAnother(folder=str(folder), expected=self.name, got=str(found.st_uid)) from None

    def as_process(self) -> dict[str, Any]:
        """Arguments with which ``subprocess`` runs as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.lent else {}

    def can_pass(self, folder: Path) -> bool:
        """Tell whether this user may go through a folder, by its mode."""
        return self._may(folder, stat.S_IXUSR)

    def can_reach(self, path: Path) -> bool:
        """Tell whether this user may read what lies here."""
        resolved = path.resolve()
        return self._may(resolved, stat.S_IRUSR) and all(self.can_pass(folder) for folder in resolved.parents)

    def _may(self, path: Path, owners_bit: int) -> bool:
        found = path.stat()
        shift = 0 if found.st_uid == self.uid else 3 if found.st_gid == self.gid else 6
        return bool(found.st_mode & owners_bit >> shift)


def server_user(data: Path, server_folder: Path) -> ServerUser:
    """Choose the user of the server, make the data folder, and refuse where that user could not reach it."""
    if os.geteuid() != 0:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _ourselves(server_folder)
    user = _lent_user(server_folder)
    _require_passage(user, data)  # before anything is made
    data.mkdir(parents=True, exist_ok=True, mode=0o711)
    _require_passage(user, data)  # a strict umask may have closed a parent just made
    data.chmod(stat.S_IMODE(data.stat().st_mode) | 0o011)
    return user


def _require_passage(user: ServerUser, data: Path) -> None:
    for folder in data.resolve().parents:
        if folder.exists() and not user.can_pass(folder):
            raise FolderClosed(folder=str(folder), user=user.name, data=str(data))


def _ourselves(server_folder: Path) -> ServerUser:
    uid = os.geteuid()
    if server_folder.exists() and server_folder.stat().st_uid != uid:
        owner = server_folder.stat().st_uid
        raise FolderOfAnother(folder=str(server_folder), expected=str(owner), got=str(uid))
    return ServerUser(name=str(uid), uid=uid, gid=os.getegid(), lent=False)


def _lent_user(server_folder: Path) -> ServerUser:
    if server_folder.exists():
        return _as_user(pwd.getpwuid(server_folder.stat().st_uid))
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return _as_user(next(known[name] for name in _CANDIDATES if name in known))


def _as_user(entry: pwd.struct_passwd) -> ServerUser:
    return ServerUser(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid, lent=True)
