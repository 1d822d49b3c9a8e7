"""What the dossier's pages refuse."""

from orderhub.kernel.errors import Refusal


class UnknownDossier(Refusal):
    """No dossier has this address: it was guessed, or cut short when it was copied."""

    status = 404


class TooManyChecks(Refusal):
    """Too many wrong addresses of checks from one place. Data: minutes."""

    status = 429


class NoFileGiven(Refusal):
    """The form came without a file."""

    status = 422


class DossierTooLarge(Refusal):
    """The file is larger than any dossier. Data: limit_mb."""

    status = 413
