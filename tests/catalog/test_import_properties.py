"""Any table that people may send: what is imported is what the table says, twice is once, and nothing breaks the reader."""

import csv
import io
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderhub.catalog import gtin, importing
from orderhub.catalog.findings import errors
from orderhub.catalog.reading import Reading, read_entries
from orderhub.catalog.refusals import FileUnreadable
from orderhub.catalog.sheets import read_table
from orderhub.kernel import postgres
from orderhub.kernel.actors import SYSTEM
from tests.catalog.files import HEADER, csv_file, workbook
from tests.emptying import empty

WORDS: st.SearchStrategy[str] = st.text('龙井茶桂花皂abcXYZ0189 -/&<"', min_size=1, max_size=12).map(
    lambda text: " ".join(text.split())
)
CODES = st.from_regex(r"[0-9A-Z][0-9A-Z/_.\-]{0,10}", fullmatch=True)
GTINS = st.from_regex(r"[1-9][0-9]{11}", fullmatch=True).map(lambda body: body + gtin.check_digit(body))
WEIGHTS = st.one_of(st.just(""), st.integers(1, 50_000).map(str))
PACKS = st.one_of(st.just(""), st.integers(1, 500).map(str))


@st.composite
def goods(draw: st.DrawFn) -> list[tuple[str, ...]]:
    """Rows of a sound table: distinct codes, each with up to three barcodes of its own, one a row."""
    codes = draw(st.lists(CODES, min_size=1, max_size=8, unique=True))
    barcodes = iter(draw(st.lists(GTINS, min_size=24, max_size=24, unique=True)))
    rows: list[tuple[str, ...]] = []
    for code in codes:
        name, product = draw(WORDS.filter(bool)), draw(WORDS)
        spec, unit, weight = draw(WORDS), draw(st.sampled_from(["", "件", "box"])), draw(WEIGHTS)
        first = (code, name, product, spec, unit, next(barcodes), draw(PACKS), weight)
        more = [
            (code, "", "", "", "", next(barcodes), draw(PACKS), "") for _ in range(draw(st.integers(0, 2)))
        ]
        rows += [first, *more]
    return rows


def said(rows: list[tuple[str, ...]]) -> dict[str, Any]:
    """What a table says, read in the plainest way."""
    told: dict[str, Any] = {}
    for code, name, product, spec, unit, barcode, pack, weight in rows:
        sku = told.setdefault(code, {"values": None, "barcodes": {}})
        if name:
            sku["values"] = (name, product or name, spec, unit, int(weight) if weight else None)
        sku["barcodes"][barcode] = int(pack) if pack else 1
    return told


async def kept() -> dict[str, Any]:
    """What the catalog holds."""
    rows = await postgres.fetch(
        """select s.code, s.name, p.name as product, s.spec, s.unit, s.weight_grams,
                  (select jsonb_object_agg(b.code, b.pack_quantity) from barcodes b where b.sku_id = s.id) as barcodes
           from skus s join products p on p.id = s.product_id"""
    )
    return {row[0]: {"values": tuple(row)[1:6], "barcodes": row[6] or {}} for row in rows}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=goods(),
    form=st.sampled_from(["utf-8", "utf-8-sig", "gbk", "utf-16", "xlsx"]),
)
async def test_what_is_imported_is_what_the_table_says_and_twice_is_once(
    clean: str, rows: list[tuple[str, ...]], form: str
) -> None:
    await empty()
    content = workbook(*rows) if form == "xlsx" else csv_file(*rows, encoding=form)
    for changes in (len(said(rows)), 0):
        upload = await importing.find(await importing.upload(content, file_name="goods", actor=SYSTEM))
        assert upload.plan, upload.preview.first_errors
        assert upload.preview.added + upload.preview.changed == changes
        await importing.apply(upload.id, plan=upload.plan, actor=SYSTEM)
        assert await kept() == said(rows)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(st.text(max_size=20), max_size=10), max_size=8), st.sampled_from(["utf-8", "utf-16"])
)
def test_no_text_whatever_breaks_the_reader(rows: list[list[str]], encoding: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([HEADER, *rows])
    with suppress(FileUnreadable):
        _every_row_is_accounted_for(
            read_entries(read_table(file.getvalue().encode(encoding, "surrogatepass")))
        )


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", "商品编码,条码\n".encode(), b"sku\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"]),
)
def test_no_bytes_whatever_break_the_reader(content: bytes, start: bytes) -> None:
    with suppress(FileUnreadable):
        _every_row_is_accounted_for(read_entries(read_table(start + content)))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 5000), st.integers(0, 255))
def test_no_damaged_byte_of_a_workbook_breaks_the_reader(place: int, byte: int) -> None:
    content = bytearray(_SOUND)
    content[place % len(content)] = byte
    with suppress(FileUnreadable):
        _every_row_is_accounted_for(read_entries(read_table(bytes(content))))


_SOUND = workbook(
    ["TEA-01", "龙井", "", "", "罐", 6901028074834, 1, 320], [712, "皂"], formats={"A3": "00000"}
)


def _every_row_is_accounted_for(reading: Reading) -> None:
    """A row that holds a code became part of an entry, and whatever could not be used was told."""
    for entry in reading.entries:
        assert entry.code == entry.code.strip() != ""
        assert "\x00" not in f"{entry.name}{entry.product}{entry.spec}{entry.unit}"
        assert all(barcode.code.isascii() and barcode.code for barcode in entry.barcodes)
    assert all(finding.code for finding in errors(reading.findings))
