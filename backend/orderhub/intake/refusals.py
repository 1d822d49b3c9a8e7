"""What intake refuses before a message is stored, and of a shop's own settings."""

from orderhub.kernel.errors import Refusal


class MissingHeader(Refusal):
    """A header of the signature is missing or not usable. Data: header, expected, got."""

    status = 401


class WrongSignature(Refusal):
    """No signature in the header fits body and secrets. Data: expected (its form, never its value), got."""

    status = 401


class StaleTimestamp(Refusal):
    """The message was signed too long ago, or lies in the future. Data: expected, got."""

    status = 401


class BodyTooLarge(Refusal):
    """The body is longer than intake reads. Data: expected, got."""

    status = 413


class UnusableSecret(Refusal):
    """A webhook secret is not of the form ``whsec_<base64 of 24 to 64 bytes>``. Data: expected, got (never the secret)."""

    status = 422


class UnusableMapping(Refusal):
    """A field mapping cannot be used. Data: field, expected, got; ``problems`` lists every one found."""

    status = 422


class NotApplied(Refusal):
    """The message could not be applied, so it cannot be called so. Replay it after its reason is gone."""
