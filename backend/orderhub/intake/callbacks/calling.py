"""Calling over HTTP: one POST, short, without redirects, to an address that was checked. Of the answer only the status counts."""

import asyncio
import ssl
from collections.abc import Collection
from functools import cache
from typing import Final
from urllib.parse import urlsplit

import httpx

from orderhub.intake.callbacks import addresses
from orderhub.intake.callbacks.addresses import Address
from orderhub.intake.callbacks.contract import Callback
from orderhub.kernel.outbox import DeliveryFailed

SECONDS: Final = 10.0
_CONNECT_SECONDS: Final = 3.0
_MOST_ADDRESSES: Final = 3
_LONGEST_WAIT_SECONDS: Final = 86_400


class HttpCaller:
    """Calls any public HTTPS address, and the hosts it is ``allowed`` to."""

    def __init__(self, allowed: Collection[str] = (), *, seconds: float = SECONDS) -> None:
        self._allowed = frozenset(allowed)
        self._seconds = seconds

    async def call(self, callback: Callback) -> None:
        """Post it. 2xx: it arrived; 410: never again; anything else: later."""
        try:
            async with asyncio.timeout(self._seconds):
                found = await addresses.resolve(urlsplit(callback.url), allowed=self._allowed)
                response = await _post(callback, found[:_MOST_ADDRESSES])
        except TimeoutError:
            raise DeliveryFailed(f"no_answer: {self._seconds:g}", permanent=False) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # Only its kind: the text may quote the address, and a secret in its query.
            raise DeliveryFailed(f"unreachable: {type(error).__name__}", permanent=False) from None
        if not response.is_success:
            wait_seconds = _wait_seconds(response)
            gone = response.status_code == httpx.codes.GONE
            raise DeliveryFailed(
                f"answered: {response.status_code}", permanent=gone, wait_seconds=wait_seconds
            )


async def _post(callback: Callback, found: list[Address]) -> httpx.Response:
    limits = httpx.Timeout(SECONDS, connect=_CONNECT_SECONDS)
    # No proxy of the environment: it would resolve the name anew, to something nobody checked.
    async with httpx.AsyncClient(verify=_tls(), trust_env=False, timeout=limits) as client:
        for address in found[:-1]:
            try:
                return await _post_to(client, callback, address)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await _post_to(client, callback, found[-1])


async def _post_to(client: httpx.AsyncClient, callback: Callback, address: Address) -> httpx.Response:
    url = httpx.URL(callback.url)
    request = client.build_request(
        "POST",
        url.copy_with(host=str(address)),
        headers={**callback.headers, "Host": url.netloc.decode("ascii")},
        content=callback.body,
        extensions={"sni_hostname": url.host},
    )
    # The body stays unread, however long it is.
    response = await client.send(request, stream=True, follow_redirects=False)
    await response.aclose()
    return response


def _wait_seconds(response: httpx.Response) -> int:
    asked = response.headers.get("retry-after", "")
    return min(int(asked), _LONGEST_WAIT_SECONDS) if asked.isdecimal() and len(asked) < 10 else 0


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)
