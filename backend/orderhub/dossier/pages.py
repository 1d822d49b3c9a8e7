"""The page where whoever holds a dossier can check it.

Answers are never kept, neither for others nor for the reader: what holds is found out anew.
"""

from hashlib import sha256
from typing import Any, TypeAlias

import msgspec
from litestar import MediaType, Request, Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, MultipartBody

from orderhub.accounts import addresses, edge
from orderhub.accounts.access import PUBLIC
from orderhub.accounts.addresses import OPEN_DOOR
from orderhub.accounts.guesses import Guesses
from orderhub.dossier import tokens
from orderhub.dossier.checking import check
from orderhub.dossier.refusals import DossierTooLarge, NoFileGiven, TooManyChecks, UnknownDossier
from orderhub.dossier.tokens import Token
from orderhub.kernel import postgres
from orderhub.kernel.errors import Refusal
from orderhub.rendering import languages, templates
from orderhub.rendering.catalogue import words

AnyRequest: TypeAlias = Request[Any, Any, Any]

guesses = Guesses("dossier")

_MOST_BYTES = 4 * 1024 * 1024
# The form around the file takes some bytes of its own.
_MAX_BODY = _MOST_BYTES + 64 * 1024
_HEADERS = addresses.HEADERS | {"Cache-Control": "private, no-store"}


class FileForm(msgspec.Struct):
    """The form that takes a dossier's file."""

    file: UploadFile | None = None


class Compared(msgspec.Struct, frozen=True):
    """What came of comparing a file: it is the dossier's, it is not, or why that could not be told."""

    is_it: bool = False
    refused: Refusal | None = None


@get("/check/{token:str}", guards=[PUBLIC], opt=OPEN_DOOR, media_type="text/html")
async def dossier_check(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    """Show whether a dossier holds."""
    read = tokens.read(token)
    return await _checked(request, read) if read else await _unknown(request)


@post(
    "/check/{token:str}/files",
    guards=[PUBLIC],
    opt=OPEN_DOOR,
    status_code=200,
    media_type="text/html",
    request_max_body_size=_MAX_BODY,
)
async def compare(
    request: AnyRequest, token: FromPath[str], data: MultipartBody[FileForm]
) -> Response[bytes]:
    """Tell whether a file is, byte for byte, the one that was made."""
    read = tokens.read(token)
    if read is None:
        return await _unknown(request)
    content = await data.file.read() if data.file else b""
    return await _checked(request, read, content)


async def _checked(request: AnyRequest, token: Token, content: bytes | None = None) -> Response[bytes]:
    lang = languages.of(request)
    async with postgres.transaction(snapshot=True) as tx:
        found = await check(tx, token, words(lang))
    compared = None if content is None else _compared(content, found.file)
    base = f"{tokens.PREFIX}{tokens.write(token)}"
    page = templates.render("dossier/check.html", lang, check=found, compared=compared, base=base)
    status = compared.refused.status if compared and compared.refused else 200
    return _answer(page, status_code=status)


def _compared(content: bytes, digest: str) -> Compared:
    if not content:
        return Compared(refused=NoFileGiven())
    if len(content) > _MOST_BYTES:
        return Compared(refused=DossierTooLarge(limit_mb=_MOST_BYTES // 1024 // 1024))
    return Compared(is_it=sha256(content).hexdigest() == digest)


async def _unknown(request: AnyRequest) -> Response[bytes]:
    minutes = await guesses.wrong(edge.address(request))
    refusal: Refusal = TooManyChecks(minutes=minutes) if minutes else UnknownDossier()
    page = templates.render("dossier/unknown.html", languages.of(request), error=refusal)
    return _answer(page, status_code=refusal.status)


def _answer(html: str, *, status_code: int) -> Response[bytes]:
    return Response(html.encode(), media_type=MediaType.HTML, status_code=status_code, headers=_HEADERS)


router = Router("/", route_handlers=[dossier_check, compare])
