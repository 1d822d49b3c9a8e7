"""Changing one's own password: the present one is asked for, and tries are counted as at the door."""

from orderhub.accounts import attempts, passwords, people
from orderhub.accounts.refusals import WrongPassword
from orderhub.accounts.sign_in import Visitor
from orderhub.kernel import postgres
from orderhub.kernel.actors import Actor


async def change_password(
    person_id: int, password: str, wanted: str, *, actor: Actor, visitor: Visitor
) -> None:
    """Put another password in place of the present one; every other device is signed out."""
    row = await postgres.fetchrow("select login, password_hash from people where id = $1", person_id)
    assert row is not None
    # The session's own device, not what the browser says now: that could be another one each time.
    tried = attempts.places(login=row["login"], device=actor.device, ip=visitor.ip)
    await attempts.count(tried)
    if not await passwords.fits(password, row["password_hash"]):
        raise WrongPassword
    passwords.check(wanted, login=row["login"])
    password_hash = await passwords.digest(wanted)
    async with postgres.transaction() as tx:
        await attempts.forgive(tx, tried)
        await people.set_password(tx, person_id, password_hash, actor=actor, keep=visitor.token)
