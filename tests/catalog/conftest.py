"""What tests of the catalog share: who acts, and short ways to save and to import."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import pytest

from orderhub.catalog import importing, saving
from orderhub.catalog.entries import Entry
from orderhub.catalog.importing import Upload
from orderhub.catalog.planning import Plan
from orderhub.kernel import postgres
from orderhub.kernel.actors import Actor

Save: TypeAlias = Callable[..., Awaitable[Plan]]
Import: TypeAlias = Callable[[bytes], Awaitable[Upload]]


@pytest.fixture
def zhou() -> Actor:
    """老周 of operations, who keeps the catalog."""
    return Actor(kind="person", id="person:1", name="老周", roles=frozenset({"operations"}))


@pytest.fixture
def save(clean: str, zhou: Actor) -> Save:
    """Save entries as 老周, in a transaction of its own."""

    async def save_entries(*entries: Entry) -> Plan:
        async with postgres.transaction() as tx:
            return await saving.save(tx, list(entries), actor=zhou)

    return save_entries


@pytest.fixture
def imported(clean: str, zhou: Actor) -> Import:
    """Upload a file as 老周 and apply what its preview says."""

    async def import_file(content: bytes) -> Upload:
        upload = await importing.find(await importing.upload(content, file_name="goods.csv", actor=zhou))
        assert upload.plan is not None, upload.preview.first_errors
        return await importing.apply(upload.id, plan=upload.plan, actor=zhou)

    return import_file
