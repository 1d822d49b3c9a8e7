"""Every setting of the hub: its name in the environment, what it may be, and what it is when nobody says.

Only the entrances (app, worker, cli, commands, process, demo) read this; everything below is handed plain values.
docs/settings.md lists the same, and a test compares the two.
"""

import os
import re
from collections.abc import Callable, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec
import platformdirs

from orderhub.kernel.errors import Refusal


class SettingWrong(Refusal):
    """A value in the environment cannot be used. Data: name, expected, got."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the environment said, checked. Meaning and unit of each field stand in ``SETTINGS``."""

    data: Path
    database_url: str | None
    redis_url: str | None
    secret: bytes | None
    host: str
    port: int
    origin: str | None
    trusted_proxies: tuple[str, ...]
    journey_days: int
    max_body_bytes: int
    connections: int
    anchors: Path | None
    callback_hosts: tuple[str, ...]
    replay_secret: str | None
    metrics_token: str | None
    load_token: str | None
    log_level: str
    log_format: str

    @property
    def address(self) -> str:
        """Where this machine reaches the hub."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def __repr__(self) -> str:
        """Name no value: a log line must not hold the secret or a password."""
        return "Settings(...)"


class Setting(NamedTuple):
    """One line of the environment."""

    name: str
    field: str
    default: str | None
    expected: str
    read: Callable[[str], Any]
    hidden: bool = False


def load(environ: Mapping[str, str]) -> Settings:
    """Read the settings; an empty value counts as none."""
    return Settings(**{setting.field: _value(setting, environ) for setting in SETTINGS})


def unknown(environ: Mapping[str, str]) -> list[str]:
    """Return names that begin like ours and are none: most likely misspelt."""
    known = {setting.name for setting in SETTINGS}
    return sorted(name for name in environ if name.startswith("ORDERHUB_") and name not in known)


def _value(setting: Setting, environ: Mapping[str, str]) -> Any:
    text = environ.get(setting.name, "").strip() or setting.default
    if text is None:
        return _default_data() if setting.field == "data" else setting.read("") if _is_list(setting) else None
    try:
        return setting.read(text)
    except ValueError:
        got = f"{len(text)} characters" if setting.hidden else text
        raise SettingWrong(name=setting.name, expected=setting.expected, got=got) from None


def _default_data() -> Path:
    # The server runs as another user when we are root, who could not pass through /root.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/orderhub")
    return platformdirs.user_data_path("orderhub", appauthor=False)


def _is_list(setting: Setting) -> bool:
    return setting.read in (_networks, _hosts)


def _path(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _url(*schemes: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if urlsplit(text).scheme not in schemes:
            raise ValueError
        return text

    return read


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError
    return f"{parts.scheme}://{parts.netloc}".lower()


def _whole(lowest: int, highest: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text)
        if not lowest <= number <= highest:
            raise ValueError
        return number

    return read


def _networks(text: str) -> tuple[str, ...]:
    return tuple(str(ip_network(part.strip(), strict=False)) for part in text.split(",") if part.strip())


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(part.strip().lower().strip("[]") for part in text.split(",") if part.strip())
    if not all(re.fullmatch(r"[0-9a-z_.:-]+", host) for host in hosts):
        raise ValueError
    return hosts


def _secret(text: str) -> bytes:
    if re.fullmatch(r"(?:[0-9a-fA-F]{2}){32,}", text):
        return bytes.fromhex(text)
    if len(text.encode()) < 32:
        raise ValueError
    return text.encode()


def _token(text: str) -> str:
    if not re.fullmatch(r"[!-~]{16,200}", text):
        raise ValueError
    return text


def _log_format(text: str) -> str:
    if text.lower() not in ("text", "json"):
        raise ValueError
    return text.lower()


def _level(text: str) -> str:
    if text.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError
    return text.upper()


def _host(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z.:_-]+", text):
        raise ValueError
    return text


SETTINGS = (
    Setting("ORDERHUB_DATA", "data", None, "a folder", _path),
    Setting(
        "DATABASE_URL",
        "database_url",
        None,
        "postgresql://user:password@host:5432/name",
        _url("postgresql", "postgres"),
        hidden=True,
    ),
    Setting(
        "REDIS_URL", "redis_url", None, "redis://host:6379/0", _url("redis", "rediss", "unix"), hidden=True
    ),
    Setting(
        "ORDERHUB_SECRET",
        "secret",
        None,
        "at least 32 characters, or 64 hexadecimal digits",
        _secret,
        hidden=True,
    ),
    Setting("ORDERHUB_HOST", "host", "127.0.0.1", "an address or a host name", _host),
    Setting("ORDERHUB_PORT", "port", "8000", "a number from 1 to 65535", _whole(1, 65535)),
    Setting("ORDERHUB_ORIGIN", "origin", None, "https://hub.example.com, without a path", _origin),
    Setting("TRUSTED_PROXIES", "trusted_proxies", None, "addresses or networks, with commas", _networks),
    Setting(
        "ORDERHUB_MAX_BODY_BYTES",
        "max_body_bytes",
        "1048576",
        "a number from 1024 to 104857600",
        _whole(1024, 104_857_600),
    ),
    Setting("ORDERHUB_JOURNEY_DAYS", "journey_days", "90", "a number from 1 to 3650", _whole(1, 3650)),
    Setting("ORDERHUB_CONNECTIONS", "connections", "10", "a number from 2 to 200", _whole(2, 200)),
    Setting("ORDERHUB_ANCHORS", "anchors", None, "a folder", _path),
    Setting("ORDERHUB_CALLBACK_HOSTS", "callback_hosts", None, "names or addresses, with commas", _hosts),
    Setting("ORDERHUB_REPLAY_SECRET", "replay_secret", None, "whsec_ and what follows it", str, hidden=True),
    Setting("ORDERHUB_LOAD_TOKEN", "load_token", None, "an API token", str, hidden=True),
    Setting(
        "ORDERHUB_METRICS_TOKEN",
        "metrics_token",
        None,
        "16 to 200 characters without spaces",
        _token,
        hidden=True,
    ),
    Setting("ORDERHUB_LOG_LEVEL", "log_level", "INFO", "DEBUG, INFO, WARNING or ERROR", _level),
    Setting("ORDERHUB_LOG_FORMAT", "log_format", "text", "text or json", _log_format),
)
