"""Signatures of the Standard Webhooks specification 1.0.0, over the raw bytes of the body.

Headers: ``webhook-id``, ``webhook-timestamp`` (seconds since 1970, of this attempt), ``webhook-signature`` (one or
more ``v1,<base64>``, parted by spaces). Signed is ``id.timestamp.body`` with HMAC-SHA256; the key is what follows
``whsec_``, base64-decoded, 24 to 64 bytes. A shop may have two live secrets while one replaces the other.
"""

import base64
import binascii
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

import msgspec

from orderhub.intake.reasons import shown
from orderhub.intake.refusals import MissingHeader, StaleTimestamp, UnusableSecret, WrongSignature

ID_HEADER: Final = "webhook-id"
TIMESTAMP_HEADER: Final = "webhook-timestamp"
SIGNATURE_HEADER: Final = "webhook-signature"
TOLERANCE_SECONDS: Final = 300

_PREFIX = "whsec_"
_LONGEST_ID = 200
_MOST_SIGNATURES = 10


class Signed(msgspec.Struct, frozen=True):
    """What a good signature vouches for besides the body."""

    message_id: str
    sent_at: datetime


def decode_secret(secret: str) -> bytes:
    """Return the key of a secret, once for all messages of a shop; refuses one that is malformed or too short."""
    expected = f"{_PREFIX}<base64, 24 … 64 bytes>"
    if not secret.startswith(_PREFIX):
        raise UnusableSecret(expected=expected, got=f"… ({len(secret)})")
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise UnusableSecret(expected=expected, got=f"{_PREFIX}… ({len(secret)})") from None
    if not 24 <= len(key) <= 64:
        raise UnusableSecret(expected=expected, got=f"{len(key)} bytes")
    return key


def sign(body: bytes, *, message_id: str, at: datetime, keys: Sequence[bytes]) -> dict[str, str]:
    """Return the three headers for a body, with one signature for each key."""
    timestamp = str(int(at.timestamp()))
    signatures = (f"v1,{_signature(key, message_id, timestamp, body).decode()}" for key in keys)
    return {ID_HEADER: message_id, TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: " ".join(signatures)}


def verify(headers: Mapping[str, str], body: bytes, *, keys: Iterable[bytes], now: datetime) -> Signed:
    """Return id and time of a message whose signature holds. ``headers`` are asked by their lower-case names."""
    message_id = _message_id(headers)
    timestamp = _header(headers, TIMESTAMP_HEADER, expected=str(int(now.timestamp())))
    sent_at = _sent_at(timestamp, now)
    given = _header(headers, SIGNATURE_HEADER, expected="v1,<base64>")
    offered = [part[3:].encode() for part in given.split(" ")[:_MOST_SIGNATURES] if part.startswith("v1,")]
    holds = False
    for key in keys:
        right = _signature(key, message_id, timestamp, body)
        for signature in offered:
            holds |= hmac.compare_digest(right, signature)
    if not holds:
        raise WrongSignature(expected="v1,base64(HMAC-SHA256(secret, id.timestamp.body))", got=shown(given))
    return Signed(message_id, sent_at)


def _header(headers: Mapping[str, str], name: str, *, expected: str) -> str:
    value = headers.get(name, "").strip()
    if not value:
        raise MissingHeader(header=name, expected=expected, got="—")
    return value


def _message_id(headers: Mapping[str, str]) -> str:
    """A full stop in the id would let one signature vouch for another way of cutting id, timestamp and body apart."""
    expected = f"1 … {_LONGEST_ID} × [!-~], no ."
    message_id = _header(headers, ID_HEADER, expected=expected)
    usable = message_id.isascii() and message_id.isprintable() and not {".", " "} & set(message_id)
    if not usable or len(message_id) > _LONGEST_ID:
        raise MissingHeader(header=ID_HEADER, expected=expected, got=shown(message_id))
    return message_id


def _sent_at(timestamp: str, now: datetime) -> datetime:
    expected = f"{int(now.timestamp())} ± {TOLERANCE_SECONDS}"
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise StaleTimestamp(expected=expected, got=shown(timestamp))
    seconds = int(timestamp)
    if abs(now.timestamp() - seconds) > TOLERANCE_SECONDS:
        raise StaleTimestamp(expected=expected, got=timestamp)
    return datetime.fromtimestamp(seconds, UTC)


def _signature(key: bytes, message_id: str, timestamp: str, body: bytes) -> bytes:
    signed = b"%b.%b.%b" % (message_id.encode(), timestamp.encode(), body)
    return base64.b64encode(hmac.digest(key, signed, sha256))
