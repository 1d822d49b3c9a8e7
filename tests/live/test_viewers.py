"""Sessions of the database, as the live path asks after them."""

from typing import Any

from litestar.testing import RequestFactory

from orderhub.accounts import edge, sessions, sign_in, tokens
from orderhub.kernel import postgres
from orderhub.live.viewers import SessionRights, viewer_of
from tests import people


def connection(
    token: str | None = None, *, bearer: str | None = None, query: dict[str, Any] | None = None
) -> Any:
    """A connection with the cookie of a session, or a program's token."""
    headers = {"host": "localhost", "accept-language": "en"}
    if token:
        headers["cookie"] = f"session={token}"
    if bearer:
        headers["authorization"] = f"Bearer {bearer}"
    request = RequestFactory().get("/live", headers=headers, query_params=query)
    edge.settle(request.scope, ())
    return request


async def open_session(person: int) -> str:
    """Sign somebody in, and return the token."""
    async with postgres.transaction() as tx:
        return await sessions.open_session(tx, person, device="phone", agent="test", ip=None)


async def test_a_session_tells_who_looks_and_holds_until_it_ends(clean: str) -> None:
    person = await people.hire("li", "warehouse", shops=[3])
    token = await open_session(person)
    viewer = await viewer_of(connection(token))
    assert viewer is not None
    assert viewer.actor is not None
    assert (viewer.actor.id, viewer.lang) == (f"person:{person}", "en")
    held = await SessionRights().actors({viewer.session, tokens.digest("another").hex()})
    assert list(held) == [viewer.session]
    assert held[viewer.session].shops == frozenset({3})
    await sign_in.sign_out(token, actor=viewer.actor)
    assert await SessionRights().actors({viewer.session}) == {}
    assert await viewer_of(connection(token)) is None


async def test_somebody_unknown_is_known_by_their_address(clean: str) -> None:
    viewer = await viewer_of(connection())
    assert viewer is not None
    assert viewer.actor is None
    assert viewer.session.startswith("address:")


async def test_a_page_that_is_open_to_anyone_is_nobodys_whoever_is_signed_in(clean: str) -> None:
    token = await open_session(await people.hire("li", "warehouse"))
    for known in (token, "x" * 43):
        viewer = await viewer_of(connection(known, query={"public": "1"}))
        assert viewer is not None
        assert viewer.actor is None


async def test_programs_have_no_pages(clean: str) -> None:
    assert await viewer_of(connection(bearer=await people.token("warehouse"))) is None
