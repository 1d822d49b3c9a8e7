"""What Piccolo needs to know: the engine, and the rooms with tables in the order their migrations run."""

from importlib.util import find_spec

from piccolo.conf.apps import AppRegistry

from orderhub.storage.engine import DB

__all__ = ["APP_REGISTRY", "DB", "ROOMS"]

# Each may refer to tables of those before it.
ROOMS = ("kernel", "accounts", "catalog", "orders", "delivery", "intake", "journey", "dossier")


def _has_tables(room: str) -> bool:
    return all(find_spec(f"orderhub.{room}{part}") for part in ("", ".piccolo_app", ".tables"))


APP_REGISTRY = AppRegistry(apps=[f"orderhub.{room}.piccolo_app" for room in ROOMS if _has_tables(room)])
