"""Piccolo on our pool and our transactions, so that its tables, queries and migrations share both.

The stock engine leaks a connection when COMMIT fails, makes nested transactions a silent no-op, and lets spawned
tasks inherit a transaction; here all three go through ``orderhub.kernel.postgres``, which does none of it.
"""

from typing import Any

from piccolo.engine.postgres import PostgresEngine

from orderhub.kernel import pool, postgres


class HubEngine(PostgresEngine):
    """Piccolo's engine over the one database of this process."""

    def __init__(self) -> None:
        super().__init__(config={})
        self.current_transaction = _ThisTask("hub_transaction")  # type: ignore[assignment]

    async def check_version(self) -> None:
        """Do nothing: importing must not connect; ``storage.durability`` checks the version."""

    async def prep_database(self) -> None:
        """Do nothing: no extension is used."""

    @property
    def pool(self) -> Any:
        """The pool of this process."""
        return pool.opened.pool if pool.opened else None

    @pool.setter
    def pool(self, value: None) -> None:
        """Ignore the None of the stock constructor."""

    async def get_new_connection(self) -> Any:
        """Return a connection outside the pool."""
        return await postgres.connect()

    def transaction(self, allow_nested: bool = False) -> Any:
        """Begin our transaction; nesting raises, whatever was asked."""
        return postgres.transaction()


class _ThisTask:
    """Stands for Piccolo's context variable, and knows only the transaction of the running task."""

    def __init__(self, name: str) -> None:
        self.name = name

    def get(self) -> postgres.Transaction | None:
        return postgres.current()


DB = HubEngine()
