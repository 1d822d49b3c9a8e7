"""What the front refuses before a room is asked."""

from orderhub.kernel.errors import Refusal


class NoSuchPage(Refusal):
    """No route has this address."""

    status = 404


class NoSuchMethod(Refusal):
    """The address exists, but not for this method. Data: expected, got."""

    status = 405


class StaleForm(Refusal):
    """The form's token is missing or not the one of this browser: the page is old, or not ours."""

    status = 403


class ForeignPage(Refusal):
    """The request was made by a page of another site. Data: expected, got."""

    status = 403


class TooLarge(Refusal):
    """The body is longer than this address reads. Data: expected (bytes)."""

    status = 413


class Unreadable(Refusal):
    """The body, a parameter or a header is not of the shape the address reads. Data: field, expected."""

    status = 400


class Unstorable(Refusal):
    """A value of the request is larger than anything here, or holds a sign that no text may hold."""

    status = 422


class BadRequest(Refusal):
    """The request cannot be understood. Data: expected."""

    status = 400


class Unavailable(Refusal):
    """The database is away for a moment; it is being brought back."""

    status = 503


class Fault(Refusal):
    """A fault of ours. Data: request_id, under which the log tells more."""

    status = 500
