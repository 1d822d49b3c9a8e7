"""Calling back over HTTP: what arrived, what comes again, what never does, and where nobody may be called."""

import asyncio
import socket
import ssl
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from orderhub.intake.callbacks import addresses, calling
from orderhub.intake.callbacks.calling import HttpCaller
from orderhub.intake.callbacks.contract import Callback
from orderhub.kernel import clock
from orderhub.kernel.outbox import DeliveryFailed
from tests.intake.receiver import receiving, status


def callback(url: str) -> Callback:
    return Callback(url=url, headers={"webhook-id": "1"}, body=b'{"n":1}')


async def failure(
    url: str, *, allowed: tuple[str, ...] = ("127.0.0.1",), seconds: float = 5
) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as failed:
        await HttpCaller(allowed, seconds=seconds).call(callback(url))
    return failed.value


async def test_what_a_receiver_takes_has_arrived() -> None:
    async with receiving() as shop:
        await HttpCaller(["127.0.0.1"]).call(callback(shop.address))
        (came,) = shop.came
    assert (came.path, came.body) == ("/hook?token=s3cret", b'{"n":1}')
    assert (came.headers["webhook-id"], came.headers["host"]) == ("1", f"127.0.0.1:{shop.port}")


@pytest.mark.parametrize(("code", "permanent"), [(410, True), (400, False), (404, False), (500, False)])
async def test_only_gone_is_for_good(code: int, permanent: bool) -> None:
    async with receiving() as shop:
        shop.answers = [status(code)]
        failed = await failure(shop.address)
    assert (str(failed), failed.permanent) == (f"answered: {code}", permanent)


@pytest.mark.parametrize(("asked", "waited"), [("120", 120), ("99999999", 86_400), ("soon", 0), ("-5", 0)])
async def test_a_receiver_may_ask_for_time_and_not_for_ever(asked: str, waited: int) -> None:
    async with receiving() as shop:
        shop.answers = [status(503, f"Retry-After: {asked}")]
        failed = await failure(shop.address)
    assert (failed.permanent, failed.wait_seconds) == (False, waited)


async def test_a_redirect_is_not_followed() -> None:
    async with receiving() as shop, receiving() as elsewhere:
        shop.answers = [status(307, f"Location: {elsewhere.address}")]
        failed = await failure(shop.address)
        assert (str(failed), failed.permanent, elsewhere.came) == ("answered: 307", False, [])


async def test_a_slow_receiver_is_not_waited_for() -> None:
    async with receiving() as shop:
        shop.silent.clear()
        failed = await failure(shop.address, seconds=0.2)
    assert (str(failed), failed.permanent) == ("no_answer: 0.2", False)


@pytest.mark.parametrize(
    "lie",
    [b"", b"NOT HTTP AT ALL\r\n\r\n", b"HTTP/1.1 20", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200_000],
    ids=["nothing", "another protocol", "half a line", "endless headers"],
)
async def test_what_is_no_answer_is_a_passing_failure_that_names_no_secret(lie: bytes) -> None:
    async with receiving() as shop:
        shop.answers = [lie]
        failed = await failure(shop.address)
    assert not failed.permanent
    assert "s3cret" not in str(failed)


async def test_an_endless_answer_is_not_read() -> None:
    async with receiving() as shop:
        shop.answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + b"x" * 1_000_000]
        async with asyncio.timeout(2):
            await HttpCaller(["127.0.0.1"]).call(callback(shop.address))


async def test_a_receiver_that_is_away_is_a_passing_failure() -> None:
    async with receiving() as shop:
        address = shop.address
    assert not (await failure(address)).permanent


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/hook",
        "https://localhost/hook",
        "https://[::1]/hook",
        "https://10.1.2.3/hook",
        "https://169.254.169.254/latest/meta-data",
        "https://0.0.0.0/hook",
        "https://2130706433/hook",
        "http://example.com/hook",
    ],
)
async def test_an_address_in_our_own_network_or_without_tls_is_never_called(url: str) -> None:
    failed = await failure(url, allowed=())
    assert failed.permanent, str(failed)


async def test_a_name_that_leads_into_our_network_is_refused_and_one_of_two_is_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def lookup(*_: Any, **__: Any) -> list[Any]:
        both = (("93.184.215.14", 443), ("192.168.0.7", 443))
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", where) for where in both]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", lookup, raising=False)
    assert (await failure("https://rebound.example/hook", allowed=())).permanent


async def test_tls_is_spoken_with_the_name_although_its_address_is_called(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ours, trusting = _certificate("shop.test", tmp_path)
    names: list[str | None] = []
    ours.sni_callback = lambda _socket, name, _context: names.append(name)
    monkeypatch.setattr(calling, "_tls", lambda: trusting)
    async with receiving(tls=ours) as shop:

        async def lookup(*_: Any, **__: Any) -> list[Any]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", shop.port))]

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", lookup, raising=False)
        await HttpCaller(["shop.test"]).call(callback(f"https://shop.test:{shop.port}/hook"))
        assert names == ["shop.test"]
        failed = await failure(f"https://other.test:{shop.port}/hook", allowed=("other.test",))
        assert (str(failed), failed.permanent) == ("unreachable: ConnectError", False)


def _certificate(name: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A certificate for a name: the context that shows it, and one that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    whose = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = clock.now()
    made = (
        x509.CertificateBuilder(whose, whose, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "shop.pem", folder / "shop.key"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    encoding = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    secret.write_bytes(key.private_bytes(*encoding))
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(pem, secret)
    return ours, ssl.create_default_context(cafile=str(pem))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("fd00::1", False),
        ("fe80::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_addresses_in_disguise_count_as_what_they_are(address: str, public: bool) -> None:
    assert addresses.is_public(ip_address(address)) is public
