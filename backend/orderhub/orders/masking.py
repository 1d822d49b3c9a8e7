"""Receivers: who gets a parcel, how they are masked, and how they are found again."""

import msgspec

from orderhub.kernel import secrets


class Receiver(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who gets a parcel: in clear text, or as a platform's token that only its carriers can read.

    ``scheme`` is "clear", or the platform's (``taobao.oaid``); with a token the text fields hold what the
    platform shows already masked.
    """

    scheme: str = "clear"
    token: str | None = None
    name: str = ""
    phone: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    address: str = ""

    @property
    def region(self) -> str:
        return " ".join(part for part in (self.province, self.city, self.district) if part)


def mask_name(name: str) -> str:
    """Return 王** for 王小明: the first character, and two stars whatever the length."""
    return f"{name[0]}**" if name else ""


def mask_phone(phone: str) -> str:
    """Return 138****2046 for 13812342046; a short number keeps its last two digits."""
    digits = phone_digits(phone)
    if len(digits) >= 11:
        return f"{digits[-11:-8]}****{digits[-4:]}"
    return f"****{digits[-2:]}" if digits else ""


def phone_digits(phone: str) -> str:
    """Return the digits of a phone number, without the country code of China."""
    plain = phone.isascii() and phone.isdigit()
    digits = phone if plain else "".join(character for character in phone if character.isdigit())
    return digits[-11:] if len(digits) > 11 and digits[-11] == "1" else digits


def search_digests(receiver: Receiver) -> dict[str, bytes | None]:
    """Return the keyed digests by which a receiver is found again: whole phone, last four digits, name."""
    digits, name = phone_digits(receiver.phone), receiver.name.strip()
    searchable = receiver.scheme == "clear"
    return {
        "phone_digest": phone_digest(digits) if searchable and digits else None,
        "last4_digest": last4_digest(digits[-4:]) if searchable and len(digits) >= 4 else None,
        "name_digest": name_digest(name) if searchable and name else None,
    }


def phone_digest(digits: str) -> bytes:
    return secrets.keyed_digest("receiver.phone", digits)[:16]


def last4_digest(digits: str) -> bytes:
    return secrets.keyed_digest("receiver.last4", digits)[:16]


def name_digest(name: str) -> bytes:
    return secrets.keyed_digest("receiver.name", name)[:16]
