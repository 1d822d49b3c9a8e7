"""Letters that died: written by a move's transaction, leased by a worker, and refused for good."""

from uuid import UUID

from orderhub.kernel import postgres
from orderhub.kernel.actors import SYSTEM
from orderhub.kernel.outbox import DeliveryFailed
from orderhub.kernel.work import Work
from orderhub.worker import leasing

TOPIC = "shipment.collected"


async def dead_letter(subject: UUID, *, error: str = "answered: 410", behind: int = 0) -> UUID:
    """A letter about a subject that could not be delivered, with so many later ones behind it."""
    destination = f"test:{subject}"
    async with postgres.transaction() as tx:
        work = await Work.begin(tx, SYSTEM, [subject])
        for number in range(1 + behind):
            work.send(work.subject(subject), destination=destination, topic=TOPIC, body={"n": number + 1})
        work.touch(work.subject(subject))
        await work.flush()
    (letter,) = await leasing.lease(destination, most=1)
    assert await leasing.settle_failed(letter, DeliveryFailed(error, permanent=True))
    return letter.id
