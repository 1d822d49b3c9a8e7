"""Who looks: from a connection to a viewer, and later whether their session still holds, and how far it reaches."""

from collections.abc import Collection, Mapping

from orderhub.accounts import edge, people, tokens
from orderhub.kernel import clock, postgres
from orderhub.kernel.actors import Actor
from orderhub.live.watcher import Viewer
from orderhub.rendering import languages


async def viewer_of(connection: edge.Connection) -> Viewer | None:
    """Return who opened a connection; None for a session that is over. Programs with a token have no pages.

    A page that is open to anyone calls with ``?public``: it is nobody's, whoever is signed in on that browser.
    """
    if edge.bearer(connection) is not None:
        return None
    token = None if "public" in connection.query_params else edge.session_token(connection)
    if token is None:
        address = connection.client.host if connection.client else ""
        return Viewer(None, f"address:{address}", languages.of(connection))
    actor = await edge.recognise(connection)
    return Viewer(actor, tokens.digest(token).hex(), languages.of(connection)) if actor else None


class SessionRights:
    """Asks the sessions in the database."""

    async def actors(self, sessions: Collection[str]) -> Mapping[str, Actor]:
        """Return the sessions (digests of tokens, in hexadecimal) that still hold, with the actor each stands for now."""
        rows = await postgres.fetch(
            """select s.digest, s.device, p.id, p.name, p.roles, p.shops, p.warehouses
               from sessions s join people p on p.id = s.person_id
               where s.digest = any($1) and s.expires_at > $2 and p.ended_at is null""",
            *([bytes.fromhex(session) for session in sessions], clock.now()),
        )
        return {
            row["digest"].hex(): people.actor_of(row, ip=None, device=row["device"], request_id=None)
            for row in rows
        }
