"""The pages of the catalog: products, one product, and importing a file in two steps."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, MultipartBody, QueryParameter, URLEncodedBody
from litestar.response import Redirect

from orderhub.accounts import shops
from orderhub.accounts.access import SIGNED_IN, requires
from orderhub.catalog import browsing, ending, importing, listing, releasing
from orderhub.catalog.cells import MAX_BYTES, MAX_ROWS
from orderhub.catalog.refusals import FileEmpty, FileUnreadable, PreviewOutdated
from orderhub.kernel import postgres
from orderhub.kernel.actors import Actor, may
from orderhub.kernel.errors import BadInput, Refusal
from orderhub.rendering.page import Page

_ROLES = ("operations", "manager", "admin")
KEEPERS = [requires(*_ROLES)]
# The form around the file takes some bytes of its own.
_MAX_BODY = MAX_BYTES + 64 * 1024

Search = Annotated[str, QueryParameter(max_length=200)]
Cursor = Annotated[int | None, QueryParameter(ge=1, le=2**31 - 1)]


class FileForm(msgspec.Struct):
    """The upload form."""

    file: UploadFile | None = None


class Agreement(msgspec.Struct, frozen=True):
    """The digest of the plan that a person saw and agrees to."""

    plan: str = ""


class SkuChoice(msgspec.Struct, frozen=True):
    """One SKU of the product."""

    code: str = ""


class BarcodeChoice(msgspec.Struct, frozen=True):
    """One barcode of the product."""

    barcode: str = ""


class ListingChoice(msgspec.Struct, frozen=True):
    """What a shop calls one SKU of the product, and how many pieces it sells as one."""

    code: str = ""
    shop: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)] = 0
    outside_sku: Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)")] = ""
    quantity: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1


@get("/products", guards=[SIGNED_IN])
async def products(actor: NamedDependency[Actor], q: Search = "", before: Cursor = None) -> Page:
    """List products, newest first, or those that a name, a code or a barcode finds."""
    async with postgres.transaction(snapshot=True) as tx:
        rows, following = await browsing.products(tx, search=q, before=before)
        on_sale = await browsing.on_sale(tx)
    shown = {"rows": rows, "next": following, "is_first": before is None}
    return Page("catalog/products.html", q=q.strip(), listing=shown, on_sale=on_sale, keeps=_keeps(actor))


@get("/products/{product_id:int}", guards=[SIGNED_IN])
async def product(actor: NamedDependency[Actor], product_id: FromPath[int]) -> Page:
    """Show one product with its SKUs, their barcodes, and what the shops call them."""
    async with postgres.transaction(snapshot=True) as tx:
        found = await browsing.product(tx, product_id, actor=actor)
    keeps = _keeps(actor)
    sellers = [shop for shop in await shops.all_shops(actor=actor) if not shop.ended] if keeps else []
    return Page("catalog/product.html", product=found, keeps=keeps, shops=sellers)


@post("/products/{product_id:int}/ended", guards=KEEPERS)
async def end_sku(
    actor: NamedDependency[Actor], product_id: FromPath[int], data: URLEncodedBody[SkuChoice]
) -> Redirect:
    """Stop selling one SKU."""
    async with postgres.transaction() as tx:
        await ending.end(tx, [data.code], actor=actor)
    return Redirect(f"/products/{product_id}", status_code=303)


@post("/products/{product_id:int}/resumed", guards=KEEPERS)
async def resume_sku(
    actor: NamedDependency[Actor], product_id: FromPath[int], data: URLEncodedBody[SkuChoice]
) -> Redirect:
    """Sell one SKU again."""
    async with postgres.transaction() as tx:
        await ending.resume(tx, [data.code], actor=actor)
    return Redirect(f"/products/{product_id}", status_code=303)


@post("/products/{product_id:int}/released", guards=KEEPERS)
async def release_barcode(
    actor: NamedDependency[Actor], product_id: FromPath[int], data: URLEncodedBody[BarcodeChoice]
) -> Redirect:
    """Take one barcode off its SKU."""
    async with postgres.transaction() as tx:
        await releasing.release(tx, [data.barcode], actor=actor)
    return Redirect(f"/products/{product_id}", status_code=303)


@post("/products/{product_id:int}/listings", guards=KEEPERS)
async def list_sku(
    actor: NamedDependency[Actor], product_id: FromPath[int], data: URLEncodedBody[ListingChoice]
) -> Redirect:
    """Say under which number a shop sells one SKU."""
    outside = data.outside_sku.strip()
    if not outside:
        raise BadInput(field="outside_sku", expected="1–200 × A–Z a–z 0–9 …", got="")
    wanted = listing.ListingEntry(outside_sku=outside, sku=data.code, quantity=data.quantity)
    async with postgres.transaction() as tx:
        await listing.list_skus(tx, data.shop, [wanted], actor=actor)
    return Redirect(f"/products/{product_id}", status_code=303)


@get("/products/imports", guards=KEEPERS)
async def imports() -> Page:
    """Ask for a file, and list the imports of late."""
    return await _imports(error=None)


@post("/products/imports", guards=KEEPERS, request_max_body_size=_MAX_BODY)
async def upload(actor: NamedDependency[Actor], data: MultipartBody[FileForm]) -> Page | Redirect:
    """Take a file in and lead to its preview, or say why it cannot be read."""
    try:
        content = await data.file.read() if data.file else b""
        if not content or data.file is None:
            raise FileEmpty
        import_id = await importing.upload(content, file_name=data.file.filename, actor=actor)
    except FileUnreadable as refusal:
        return await _imports(error=refusal)
    return Redirect(f"/products/imports/{import_id}", status_code=303)


@get("/products/imports/{import_id:uuid}", guards=KEEPERS)
async def preview(import_id: FromPath[UUID]) -> Page:
    """Show what a file would do, or what it did."""
    return _preview(await importing.find(import_id), outdated=False)


@post("/products/imports/{import_id:uuid}/applied", guards=KEEPERS)
async def apply(
    actor: NamedDependency[Actor], import_id: FromPath[UUID], data: URLEncodedBody[Agreement]
) -> Page | Redirect:
    """Do what the preview said; when it would do something else by now, show that instead."""
    try:
        await importing.apply(import_id, plan=data.plan, actor=actor)
    except PreviewOutdated:
        return _preview(await importing.find(import_id), outdated=True)
    return Redirect(f"/products/imports/{import_id}", status_code=303)


async def _imports(*, error: Refusal | None) -> Page:
    return Page(
        "catalog/imports.html",
        status_code=error.status if error else 200,
        error=error,
        uploads=await importing.newest(),
        most_rows=MAX_ROWS,
        most_megabytes=MAX_BYTES // 1024 // 1024,
    )


def _preview(found: importing.Upload, *, outdated: bool) -> Page:
    return Page("catalog/preview.html", status_code=409 if outdated else 200, upload=found, outdated=outdated)


def _keeps(actor: Actor) -> bool:
    """Tell whether the actor may change the catalog, so that the page offers it."""
    return may(actor, _ROLES) is not None


router = Router(
    "/",
    route_handlers=[
        *(products, product, end_sku, resume_sku, release_barcode, list_sku),
        *(imports, upload, preview, apply),
    ],
    include_in_schema=False,
)
