"""Signatures of Standard Webhooks: what holds, and every way not to hold."""

import base64
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderhub.intake.generic import signature
from orderhub.intake.generic.signature import decode_secret, sign, verify
from orderhub.intake.refusals import MissingHeader, StaleTimestamp, UnusableSecret, WrongSignature

# The published vector of the Standard Webhooks libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
SENT = datetime.fromtimestamp(1614265330, UTC)
BODY = b'{"test": 2432232314}'
HEADERS = {
    "webhook-id": MESSAGE_ID,
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
KEY = decode_secret(SECRET)
OTHER = bytes(range(32))


def test_the_published_vector_holds() -> None:
    signed = verify(HEADERS, BODY, keys=[KEY], now=SENT)
    assert (signed.message_id, signed.sent_at) == (MESSAGE_ID, SENT)
    assert sign(BODY, message_id=MESSAGE_ID, at=SENT, keys=[KEY]) == HEADERS


@given(st.binary(max_size=200), st.integers(0, 199), st.integers(1, 255))
def test_one_changed_byte_of_the_body_breaks_it(body: bytes, position: int, change: int) -> None:
    headers = sign(body, message_id="m-1", at=SENT, keys=[KEY])
    verify(headers, body, keys=[KEY], now=SENT)
    changed = bytearray(body or b"\0")
    changed[position % len(changed)] ^= change if body else 0
    with pytest.raises(WrongSignature):
        verify(headers, bytes(changed), keys=[KEY], now=SENT)


def test_another_secret_does_not_fit() -> None:
    with pytest.raises(WrongSignature):
        verify(HEADERS, BODY, keys=[OTHER], now=SENT)


def test_no_secret_at_all_lets_nothing_in() -> None:
    with pytest.raises(WrongSignature):
        verify(HEADERS, BODY, keys=[], now=SENT)


@pytest.mark.parametrize("keys", [(KEY, OTHER), (OTHER, KEY)])
def test_while_a_secret_is_replaced_both_hold(keys: tuple[bytes, bytes]) -> None:
    assert verify(HEADERS, BODY, keys=keys, now=SENT)


def test_one_right_signature_among_several_is_enough() -> None:
    both = sign(BODY, message_id=MESSAGE_ID, at=SENT, keys=[OTHER, KEY])
    both["webhook-signature"] = "v1a,ignored " + both["webhook-signature"]
    assert verify(both, BODY, keys=[KEY], now=SENT)


@pytest.mark.parametrize("header", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_header_is_named(header: str, value: str | None) -> None:
    headers = {name: given for name, given in HEADERS.items() if name != header}
    if value is not None:
        headers[header] = value
    with pytest.raises(MissingHeader) as refused:
        verify(headers, BODY, keys=[KEY], now=SENT)
    assert refused.value.data["header"] == header
    assert refused.value.status == 401


@pytest.mark.parametrize("off", [301, -301, 86_400])
def test_a_message_signed_too_early_or_too_late_is_stale(off: int) -> None:
    with pytest.raises(StaleTimestamp):
        verify(HEADERS, BODY, keys=[KEY], now=SENT + timedelta(seconds=off))


@pytest.mark.parametrize("off", [300, -300])
def test_the_tolerance_holds_both_ways(off: int) -> None:
    assert verify(HEADERS, BODY, keys=[KEY], now=SENT + timedelta(seconds=off))


@pytest.mark.parametrize("timestamp", ["soon", "-1", "1e9", "１６１４２６５３３０", "1614265330.5", "9" * 40])
def test_a_timestamp_that_is_no_number_of_seconds_is_stale(timestamp: str) -> None:
    with pytest.raises(StaleTimestamp):
        verify(HEADERS | {"webhook-timestamp": timestamp}, BODY, keys=[KEY], now=SENT)


def test_a_stop_in_the_id_cannot_move_the_border_between_id_and_timestamp() -> None:
    headers = sign(b"1614265330." + BODY, message_id="m", at=SENT, keys=[KEY])
    moved = headers | {"webhook-id": f"m.{headers['webhook-timestamp']}"}
    with pytest.raises(MissingHeader):
        verify(moved, BODY, keys=[KEY], now=SENT)


@pytest.mark.parametrize("message_id", ["a b", "号", "a" * 201, "a\x01"])
def test_an_id_that_is_no_plain_name_is_refused(message_id: str) -> None:
    with pytest.raises(MissingHeader):
        verify(sign(BODY, message_id=message_id, at=SENT, keys=[KEY]), BODY, keys=[KEY], now=SENT)


@given(st.text(st.characters(codec="latin-1"), min_size=1, max_size=80))
def test_whatever_stands_in_the_signature_header_is_refused_not_broken_on(given_signature: str) -> None:
    with pytest.raises((WrongSignature, MissingHeader)):
        verify(HEADERS | {"webhook-signature": "v1," + given_signature}, BODY, keys=[KEY], now=SENT)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda headers: headers | {"webhook-signature": "v1,AAAA"},
        lambda headers: headers | {"webhook-timestamp": "1"},
        lambda headers: headers | {"webhook-id": ""},
    ],
)
def test_a_refusal_never_tells_the_right_signature_or_the_secret(
    spoil: Callable[[dict[str, str]], dict[str, str]],
) -> None:
    with pytest.raises((WrongSignature, StaleTimestamp, MissingHeader)) as refused:
        verify(spoil(HEADERS), BODY, keys=[KEY], now=SENT)
    right = hmac.digest(KEY, f"{MESSAGE_ID}.1614265330.".encode() + BODY, "sha256")
    told = str(refused.value)
    for secret in (base64.b64encode(right).decode(), right.hex(), SECRET, KEY.hex()):
        assert secret not in told
    assert {"expected", "got"} <= refused.value.data.keys()


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_不是",
        "whsec_QUJD",
        "whsec_" + base64.b64encode(b"x" * 65).decode(),
    ],
)
def test_a_malformed_or_weak_secret_is_refused_without_being_told(secret: str) -> None:
    with pytest.raises(UnusableSecret) as refused:
        decode_secret(secret)
    assert not secret.removeprefix("whsec_") or secret not in str(refused.value)


def test_headers_are_named_as_the_specification_names_them() -> None:
    assert {signature.ID_HEADER, signature.TIMESTAMP_HEADER, signature.SIGNATURE_HEADER} == HEADERS.keys()
