"""The hands of the demo's people: each signs in with the printed password and posts moves, like everybody else."""

from contextlib import suppress

import httpx
import msgspec

from orderhub.demo.founding import PASSWORD
from orderhub.demo.people import Person
from orderhub.kernel.moves import Move

_SECONDS = 10.0
_SIGNED_OUT = (401, 403)


class Hands:
    """One browser for each person, signed in when first needed."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._browsers: dict[str, httpx.AsyncClient] = {}
        self._kept_out: set[str] = set()

    async def press(self, person: Person, moves: list[Move]) -> None:
        """Post somebody's moves. What is refused is left as it is: they look again what there is to do."""
        with suppress(httpx.TransportError):  # the hub is going, or coming back
            browser = await self._signed_in(person.login)
            if browser is None:
                return
            answer = await _post(browser, "/api/moves", json=msgspec.to_builtins(moves))
            if answer.status_code in _SIGNED_OUT:
                await self._put_away(person.login)

    async def close(self) -> None:
        """Put every browser away."""
        for login in tuple(self._browsers):
            await self._put_away(login)

    async def _signed_in(self, login: str) -> httpx.AsyncClient | None:
        """Return somebody's browser; None when a visitor gave them another password, which is not tried twice."""
        if login in self._browsers or login in self._kept_out:
            return self._browsers.get(login)
        browser = httpx.AsyncClient(
            base_url=self._address,
            timeout=_SECONDS,
            headers={"origin": self._address, "user-agent": "OrderHub demo"},
            trust_env=False,
        )
        await browser.get("/sign-in")
        answer = await _post(browser, "/sign-in", data={"login": login, "password": PASSWORD})
        if not answer.is_redirect:
            self._kept_out.add(login)
            await browser.aclose()
            return None
        self._browsers[login] = browser
        return browser

    async def _put_away(self, login: str) -> None:
        await self._browsers.pop(login).aclose()


async def _post(browser: httpx.AsyncClient, path: str, **what: object) -> httpx.Response:
    token = {"x-csrftoken": browser.cookies.get("csrftoken") or ""}
    return await browser.post(path, headers=token, **what)  # type: ignore[arg-type]
