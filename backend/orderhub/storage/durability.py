"""Refusing a server that may lose what it has acknowledged, or is too old."""

from orderhub.kernel import postgres
from orderhub.kernel.errors import Refusal

_OLDEST_VERSION = 15
_SETTINGS = ("fsync", "full_page_writes", "synchronous_commit")


class NotDurable(Refusal):
    """A crash of this server could lose orders it confirmed. Data: setting, expected, got."""

    status = 503


class ServerTooOld(Refusal):
    """The server is older than we support. Data: expected, got."""

    status = 503


async def require_durable() -> None:
    """Refuse a server older than 15, or with fsync, full_page_writes or synchronous_commit off.

    The values are those of an ordinary session, so a setting of the database or of the role counts too.
    """
    version = int(await postgres.fetchval("select current_setting('server_version_num')"))
    if version < _OLDEST_VERSION * 10_000:
        raise ServerTooOld(expected=_OLDEST_VERSION, got=version // 10_000)
    for setting, value in (await durability()).items():
        if value == "off":
            raise NotDurable(setting=setting, expected="on", got=value)


async def durability() -> dict[str, str]:
    """Return the three settings as this server has them."""
    rows = await postgres.fetch("select name, setting from pg_settings where name = any($1)", list(_SETTINGS))
    return {row["name"]: row["setting"] for row in rows}
