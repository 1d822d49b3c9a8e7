"""The hands of the demo's people: each signs in with the printed password and posts, like everybody else."""

from contextlib import suppress
from typing import Any

import httpx
import msgspec

from orderhub.demo.founding import PASSWORD
from orderhub.demo.people import Person
from orderhub.kernel.moves import Move

_SECONDS = 10.0
_SIGNED_OUT = (401, 403)


class Hands:
    """One browser for each person, signed in when first needed, and one for buyers, who are nobody we know."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._browsers: dict[str, httpx.AsyncClient] = {}
        self._signed_in: set[str] = set()
        self._kept_out: set[str] = set()

    async def press(self, person: Person, moves: list[Move]) -> None:
        """Post somebody's moves. What is refused is left as it is: they look again what there is to do."""
        await self.send(person, "/api/moves", json=msgspec.to_builtins(moves))

    async def send(self, person: Person, path: str, **what: Any) -> bool:
        """Post a form (``data``) or a request (``json``) as somebody; tells whether it was accepted.

        Whoever a visitor gave another password rests; a second try would only lock the visitor out.
        """
        if person.login in self._kept_out:
            return False
        with suppress(httpx.TransportError):  # the hub is going, or coming back
            if person.login in self._signed_in or await self._sign_in(person.login):
                answer = await _post(self._browsers[person.login], path, **what)
                if answer.status_code in _SIGNED_OUT:
                    self._signed_in.discard(person.login)
                return answer.is_success or answer.is_redirect
        return False

    async def send_as_buyer(self, path: str, **what: Any) -> None:
        """Post a form from the page of a buyer's link, whose own forms name no origin."""
        with suppress(httpx.TransportError):
            await self._browser_of("").post(path, headers={"origin": "null"}, **what)

    async def close(self) -> None:
        """Put every browser away."""
        for browser in self._browsers.values():
            await browser.aclose()

    async def _sign_in(self, login: str) -> bool:
        browser = self._browser_of(login)
        await browser.get("/sign-in")
        answer = await _post(browser, "/sign-in", data={"login": login, "password": PASSWORD})
        (self._signed_in if answer.is_redirect else self._kept_out).add(login)
        return answer.is_redirect

    def _browser_of(self, login: str) -> httpx.AsyncClient:
        if login not in self._browsers:
            names = {"origin": self._address, "user-agent": "OrderHub demo"}
            self._browsers[login] = httpx.AsyncClient(
                base_url=self._address, timeout=_SECONDS, headers=names, trust_env=False
            )
        return self._browsers[login]


async def _post(browser: httpx.AsyncClient, path: str, **what: Any) -> httpx.Response:
    token = {"x-csrftoken": browser.cookies.get("csrftoken") or ""}
    return await browser.post(path, headers=token, **what)
