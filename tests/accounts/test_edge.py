"""The edge: where a request comes from, and whom a proxy may speak for."""

from typing import Any

import pytest

from orderhub.accounts import agents, edge

PROXIES = edge.networks(["10.0.0.0/8", "2001:db8::/32"])


def settled(peer: str | None, *, proxies: edge.Networks = PROXIES, **headers: str) -> dict[str, Any]:
    scope: dict[str, Any] = {
        "type": "http",
        "scheme": "http",
        "client": (peer, 1234) if peer else None,
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    edge.settle(scope, proxies)
    return scope


def test_forwarded_headers_of_a_stranger_count_for_nothing() -> None:
    scope = settled("203.0.113.7", x_forwarded_for="1.2.3.4", x_forwarded_proto="https", x_request_id="mine")
    assert scope["client"][0] == "203.0.113.7"
    assert scope["scheme"] == "http"
    assert scope["state"]["request_id"] != "mine"


def test_a_trusted_proxy_tells_address_scheme_host_and_number() -> None:
    scope = settled(
        "10.0.0.1",
        host="inside:8000",
        x_forwarded_for="203.0.113.7",
        x_forwarded_proto="https",
        x_forwarded_host="hub.example.com",
        x_request_id="abc-123",
    )
    assert scope["client"][0] == "203.0.113.7"
    assert scope["scheme"] == "https"
    assert (b"host", b"hub.example.com") in scope["headers"]
    assert (b"host", b"inside:8000") not in scope["headers"]
    assert scope["state"]["request_id"] == "abc-123"


@pytest.mark.parametrize(
    ("chain", "address"),
    [
        ("6.6.6.6, 203.0.113.7", "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("nonsense, 10.0.0.2", "10.0.0.2"),
        ("", "10.0.0.1"),
        ("2001:db8::1, 2a00:1::7", "2a00:1::7"),
    ],
)
def test_the_address_is_the_last_one_our_proxies_saw_themselves(chain: str, address: str) -> None:
    assert settled("10.0.0.1", x_forwarded_for=chain)["client"][0] == address


def test_a_request_number_from_a_proxy_cannot_smuggle_a_line() -> None:
    told = settled("10.0.0.1", x_request_id="a\nb")["state"]["request_id"]
    assert told.isalnum()


def test_a_request_without_an_address_is_a_request() -> None:
    assert settled(None, x_forwarded_for="1.2.3.4")["client"] is None


@pytest.mark.parametrize(
    ("user_agent", "label"),
    [
        (
            "Mozilla/5.0 (Linux; Android 14; V2309A) Chrome/86 MicroMessenger/8.0.49 NetType/WIFI",
            "Android · WeChat",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0",
            "Windows · Edge",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Version/17.5 Safari/605.1.15", "Mac · Safari"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Linux · Firefox"),
        ("curl/8.5.0", None),
    ],
)
def test_a_device_is_called_by_its_system_and_browser(user_agent: str, label: str | None) -> None:
    assert agents.label(user_agent) == label
