"""What accounts refuses, beyond what the kernel refuses already."""

from orderhub.kernel.errors import Refusal


class NotSignedIn(Refusal):
    """Only people who are signed in, and programs with a token, may see this."""

    status = 401


class UnknownToken(Refusal):
    """The bearer token is not one of ours, or was ended."""

    status = 401


class WrongSignIn(Refusal):
    """Login and password do not belong together. Which of the two is wrong is not said."""

    status = 401


class WrongPassword(Refusal):
    """The present password is another one."""

    status = 422


class NotAPerson(Refusal):
    """Only a person has this, not a program with a token."""

    status = 403


class TooManyAttempts(Refusal):
    """Too many tries of late from this place or for this login. Data: minutes."""

    status = 429


class LoginTaken(Refusal):
    """Another person signs in with this name already. Data: login."""


class CodeTaken(Refusal):
    """Another warehouse has this code already. Data: code."""


class PasswordTooShort(Refusal):
    """Data: least, got (characters)."""

    status = 422


class PasswordTooLong(Refusal):
    """Data: most (characters)."""

    status = 422


class PasswordGuessable(Refusal):
    """The password is among the first a stranger would try: common, a run, a repetition, made of the login."""

    status = 422


class LastAdmin(Refusal):
    """Nobody would be left who may administer everything."""


class ScopeTooWide(Refusal):
    """Nobody hands out more than they have. Data: field, expected, got."""

    status = 403


class SetUpLinkOver(Refusal):
    """The set-up link was used, has expired, or somebody set the hub up in the meantime."""

    status = 410
