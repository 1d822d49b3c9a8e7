"""The JSON doors of the catalog: SKUs page by page, one by its code, many saved at once, and what shops call them."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from orderhub.accounts.access import SIGNED_IN, requires
from orderhub.catalog import browsing, listing, saving
from orderhub.catalog.entries import LONGEST, MOST, BarcodeEntry, Entry
from orderhub.catalog.findings import Finding, warnings
from orderhub.catalog.refusals import RowsRefused
from orderhub.kernel import postgres
from orderhub.kernel.actors import Actor
from orderhub.rendering import languages
from orderhub.rendering.catalogue import words

KEEPERS = [requires("operations", "manager", "admin")]

# In Python `$` also stands before a last line break, which the look-ahead forbids.
_PLAIN = r"^[^\x00-\x1f\x7f]*$(?!\n)"
Code = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=LONGEST["code"],
        pattern=r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$(?!\n)",
    ),
]
ScanCode = Annotated[
    str, msgspec.Meta(min_length=1, max_length=LONGEST["barcode"], pattern=r"^[\x21-\x7e]+$(?!\n)")
]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST["name"], pattern=_PLAIN)]
Pieces = Annotated[int, msgspec.Meta(ge=1, le=MOST["pack_quantity"])]
# Litestar drops msgspec's Meta from query parameters and keeps its own.
Cursor = Annotated[str, QueryParameter(max_length=LONGEST["code"], pattern=_PLAIN)]
Limit = Annotated[int, QueryParameter(ge=1, le=500)]


class BarcodeIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code printed on a piece, or on a case of several."""

    code: ScanCode
    pack_quantity: Pieces | None = None


class SkuIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A SKU to add or to change, found by its code; what is left out stays as it is. A new one needs a name."""

    code: Code
    name: Line | None = None
    product: Line | None = None
    spec: Annotated[str, msgspec.Meta(max_length=LONGEST["spec"], pattern=_PLAIN)] | None = None
    unit: Annotated[str, msgspec.Meta(max_length=LONGEST["unit"], pattern=_PLAIN)] | None = None
    weight_grams: Annotated[int, msgspec.Meta(ge=1, le=MOST["weight_grams"])] | None = None
    shelf_life_days: Annotated[int, msgspec.Meta(ge=1, le=MOST["shelf_life_days"])] | None = None
    barcodes: Annotated[list[BarcodeIn], msgspec.Meta(max_length=50)] = []


class SkusIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Up to a thousand SKUs, saved all together or not at all; sending them again changes nothing."""

    skus: Annotated[list[SkuIn], msgspec.Meta(min_length=1, max_length=1000)]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence about one SKU of a request, which are counted from 1, in the caller's language."""

    row: int | None
    column: str | None
    code: str
    told: str


class Saved(msgspec.Struct, frozen=True):
    """What saving did, and what somebody should look at."""

    added: int
    changed: int
    unchanged: int
    warnings: list[Told]


class SkuPage(msgspec.Struct, frozen=True):
    """SKUs by code; ``next`` is the cursor of the next page, null at the end."""

    skus: list[browsing.SkuDetail]
    next: str | None


class ListingIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one sold piece of a shop is: so many of our SKU's unit."""

    outside_sku: Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=_PLAIN)]
    sku: Code
    quantity: Pieces = 1


class ListingsIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Up to a thousand of a shop's own numbers, mapped all together or not at all."""

    listings: Annotated[list[ListingIn], msgspec.Meta(min_length=1, max_length=1000)]


class Listed(msgspec.Struct, frozen=True):
    """How many numbers are new or mean something else now."""

    changed: int


@get("/skus", guards=[SIGNED_IN])
async def list_skus(cursor: Cursor = "", limit: Limit = 100) -> SkuPage:
    """Return SKUs by code, a page at a time."""
    async with postgres.transaction(snapshot=True) as tx:
        found, following = await browsing.skus(tx, after=cursor, limit=limit)
    return SkuPage(found, following)


@post("/skus", guards=KEEPERS, status_code=200)
async def save_skus(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], data: JSONBody[SkusIn]
) -> Saved:
    """Add and change SKUs by their codes; errors name the SKU by its place in the request, and then nothing is saved."""
    entries = [_entry(sku, row) for row, sku in enumerate(data.skus, 1)]
    try:
        async with postgres.transaction() as tx:
            plan = await saving.save(tx, entries, actor=actor)
    except RowsRefused as refusal:
        raise _told(request, refusal) from None
    return Saved(len(plan.added), len(plan.changed), plan.unchanged, _words(request, warnings(plan.findings)))


@get("/skus/{code:path}", guards=[SIGNED_IN])
async def get_sku(code: FromPath[str]) -> browsing.SkuDetail:
    """Return one SKU by its code, which may hold slashes."""
    async with postgres.transaction(snapshot=True) as tx:
        return await browsing.sku(tx, code.removeprefix("/"))


@post("/shops/{shop_id:int}/listings", guards=KEEPERS, status_code=200)
async def save_listings(
    request: Request[Any, Any, Any],
    actor: NamedDependency[Actor],
    shop_id: FromPath[int],
    data: JSONBody[ListingsIn],
) -> Listed:
    """Say what a shop's own numbers mean."""
    entries = [listing.ListingEntry(**msgspec.structs.asdict(entry)) for entry in data.listings]
    try:
        async with postgres.transaction() as tx:
            return Listed(await listing.list_skus(tx, shop_id, entries, actor=actor))
    except RowsRefused as refusal:
        raise _told(request, refusal) from None


def _entry(sku: SkuIn, row: int) -> Entry:
    said = msgspec.structs.asdict(sku)
    barcodes = [BarcodeEntry(**msgspec.structs.asdict(barcode), row=row) for barcode in said.pop("barcodes")]
    return Entry(**said, barcodes=barcodes, row=row)


def _told(request: Request[Any, Any, Any], refusal: RowsRefused) -> RowsRefused:
    """Return the refusal with each of its findings in words."""
    return RowsRefused(count=refusal.data["count"], findings=_words(request, refusal.data["findings"]))


def _words(request: Request[Any, Any, Any], findings: list[Finding]) -> list[Told]:
    spoken = words(languages.of(request))
    return [
        Told(row=f.row, column=f.column, code=f.code, told=spoken.text(f"finding.{f.code}", **f.data))
        for f in findings
    ]


router = Router("/api", route_handlers=[list_skus, save_skus, get_sku, save_listings], tags=["catalog"])
