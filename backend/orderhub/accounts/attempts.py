"""How often a sign-in may be tried: counted where every web process counts the same, in Redis or in the database.

A known device has a count of its own, so that a stranger who locks a login out does not lock out its owner.
The count of an address is generous: a whole warehouse of phones shares one.
"""

from datetime import timedelta
from ipaddress import ip_address, ip_network

from orderhub.accounts import tallies
from orderhub.accounts.refusals import TooManyAttempts
from orderhub.accounts.tallies import Tally
from orderhub.kernel import clock, postgres, secrets
from orderhub.kernel.postgres import Transaction

WINDOW = timedelta(minutes=15)
LIMITS = {"login": 10, "device": 10, "address": 300}


def places(*, login: str, device: str | None, ip: str | None) -> list[str]:
    """Return the places one try counts for. ``device`` is given only if the person signed in on it before."""
    told = [("device", f"{login}/{device}") if device else ("login", login), ("address", network(ip))]
    # Digests, because people type their password into the wrong field.
    return sorted(f"{kind}:{secrets.keyed_digest('sign-in', text).hex()[:32]}" for kind, text in told)


async def count(tried: list[str]) -> bool:
    """Count one try at these places; refuse it when there were too many. True when this try is the last one allowed."""
    counted = await tallies.shared.add(tried, window=WINDOW)
    if counted is None:
        counted = await _count_in_the_database(tried)
    over = [tally.rest for tally in counted if tally.tries > _limit(tally.place)]
    if over:
        raise TooManyAttempts(minutes=max(1, -int(-max(over).total_seconds() // 60)))
    return any(tally.tries == _limit(tally.place) for tally in counted)


async def forgive(tx: Transaction, tried: list[str]) -> None:
    """Forget the tries of somebody who got in after all; their address keeps what others tried from it."""
    addresses = [place for place in tried if place.startswith("address:")]
    own = [place for place in tried if place not in addresses]
    await tx.execute("delete from sign_in_attempts where place = any ($1)", own)
    await tx.execute(
        "update sign_in_attempts set attempts = attempts - 1 where place = any ($1) and attempts > 0",
        addresses,
    )

    async def forgive_elsewhere() -> None:
        await tallies.shared.forget(own)
        await tallies.shared.take_back(addresses)

    tx.after_commit(forgive_elsewhere)


def network(ip: str | None) -> str:
    """Return what an address is counted as."""
    if ip is None:
        return "local"
    # One household or office owns a /64; counting single addresses of it would count nothing.
    return str(ip_network(f"{ip}/64", strict=False)) if ip_address(ip).version == 6 else ip


async def _count_in_the_database(tried: list[str]) -> list[Tally]:
    now = clock.now()
    rows = await postgres.fetch(
        """insert into sign_in_attempts as a (place, attempts, since)
           select place, 1, $2 from unnest($1::text[]) place order by place
           on conflict (place) do update set
               attempts = case when a.since between $3 and $4 then a.attempts + 1 else 1 end,
               since = case when a.since between $3 and $4 then a.since else $2 end
           returning place, attempts, since""",
        # A window that begins long after now was begun by a clock that has been put right since.
        *(tried, now, now - WINDOW, now + WINDOW),
    )
    return [
        Tally(place=row["place"], tries=row["attempts"], rest=row["since"] + WINDOW - now) for row in rows
    ]


def _limit(place: str) -> int:
    return LIMITS[place.partition(":")[0]]
