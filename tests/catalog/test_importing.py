"""Importing a product file: a preview that changes nothing, then exactly what was previewed, once."""

import asyncio

import pytest

from orderhub.catalog import ending, importing
from orderhub.catalog.entries import BarcodeEntry, Entry
from orderhub.catalog.importing import Upload
from orderhub.catalog.planning import FieldChange
from orderhub.catalog.refusals import ImportOver, NoHeader, PreviewOutdated
from orderhub.kernel import clock, postgres
from orderhub.kernel.actors import SYSTEM, Actor
from orderhub.kernel.errors import NotFound
from orderhub.kernel.ids import uuid7
from tests.catalog.conftest import Import, Save
from tests.catalog.files import ENGLISH, SOAP, TEA, TEA_CASE, csv_file, workbook


async def preview(content: bytes, actor: Actor = SYSTEM, file_name: str = "goods.csv") -> Upload:
    return await importing.find(await importing.upload(content, file_name=file_name, actor=actor))


async def goods() -> list[tuple[object, ...]]:
    rows = await postgres.fetch(
        """select s.code, s.name, p.name, s.spec, s.unit, s.weight_grams,
                  array(select b.code || '×' || b.pack_quantity from barcodes b where b.sku_id = s.id order by 1)
           from skus s join products p on p.id = s.product_id order by s.code"""
    )
    return [tuple(row) for row in rows]


async def ledger_entries() -> list[dict[str, object]]:
    rows = await postgres.fetch(
        "select body::jsonb as body from ledger where stream = 'catalog' order by seq"
    )
    return [row["body"] for row in rows]


GOODS = [
    ("00712", "桂花皂", "桂花皂", "100g", "块", 110, ["036000291452×1"]),
    ("TEA-01", "龙井 250g", "龙井", "250g", "罐", 320, ["16901028074831×12", "6901028074834×1"]),
]


async def test_a_preview_tells_what_would_happen_and_changes_nothing(clean: str, zhou: Actor) -> None:
    upload = await preview(csv_file(TEA, TEA_CASE, SOAP), zhou)
    told = upload.preview
    assert (told.rows, told.added, told.changed, told.unchanged, told.errors) == (3, 2, 0, 0, 0)
    assert FieldChange("barcode:16901028074831", None, 12) in told.first_added[0].changes
    assert (upload.uploaded_by_name, upload.applied_at) == ("老周", None)
    assert await goods() == []
    assert await ledger_entries() == []


@pytest.mark.every_server
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
async def test_a_csv_file_is_imported_whatever_its_encoding(imported: Import, encoding: str) -> None:
    await imported(csv_file(TEA, TEA_CASE, SOAP, encoding=encoding))
    assert await goods() == GOODS


async def test_an_excel_file_is_imported_with_zeros_where_its_format_shows_them(imported: Import) -> None:
    soap = [712, "桂花皂", "", "100g", "块", 36000291452, None, 110]
    await imported(
        workbook(TEA, TEA_CASE, soap, formats={"A4": "00000", "F4": "000000000000"}, header=ENGLISH)
    )
    assert await goods() == GOODS


async def test_what_was_done_stands_in_the_ledger(imported: Import) -> None:
    upload = await imported(csv_file(TEA))
    (entry,) = await ledger_entries()
    assert entry["action"] == "import.applied"
    assert {"field": "TEA-01 name", "before": None, "after": "龙井 250g"} in entry["changes"]  # type: ignore[operator]
    assert entry["evidence"] == {
        "import": str(upload.id),
        "file": "goods.csv",
        "sha256": upload.content_digest.hex(),
    }


async def test_applying_twice_changes_nothing_and_answers_the_same(imported: Import, zhou: Actor) -> None:
    first = await imported(csv_file(TEA))
    again = await importing.apply(first.id, plan=first.plan or "", actor=SYSTEM)
    assert again == first
    assert len(await ledger_entries()) == 1


async def test_the_same_file_again_finds_everything_unchanged(imported: Import) -> None:
    await imported(csv_file(TEA, TEA_CASE, SOAP))
    told = (await preview(csv_file(TEA, TEA_CASE, SOAP))).preview
    assert (told.added, told.changed, told.unchanged) == (0, 0, 2)


async def test_a_changed_value_is_shown_with_what_it_was(imported: Import) -> None:
    await imported(csv_file(TEA, SOAP))
    upload = await preview(csv_file(("TEA-01", "龙井 特级", "", "", "", "6901028074834", "2", "")))
    (changed,) = upload.preview.first_changed
    assert changed.changes == [
        FieldChange("name", "龙井 250g", "龙井 特级"),
        FieldChange("barcode:6901028074834", 1, 2),
    ]


async def test_empty_cells_leave_things_as_they_are(imported: Import) -> None:
    await imported(csv_file(TEA, TEA_CASE, SOAP))
    await imported(csv_file(("TEA-01", "龙井 特级")))
    assert (await goods())[1] == ("TEA-01", "龙井 特级", *GOODS[1][2:])


async def test_a_file_with_an_error_cannot_be_applied(clean: str) -> None:
    upload = await preview(csv_file(TEA, ("A", "甲", "", "", "", "6901028074830")))
    assert upload.plan is None
    (error,) = upload.preview.first_errors
    assert (error.code, error.row) == ("check_digit_wrong", 3)
    with pytest.raises(PreviewOutdated):
        await importing.apply(upload.id, plan="", actor=SYSTEM)
    assert await goods() == []


async def test_a_new_sku_needs_a_name_a_known_one_does_not(save: Save) -> None:
    await save(Entry(code="A", name="甲"))
    told = (await preview(csv_file(("A",), ("B",)))).preview
    assert [(error.code, error.row, error.column) for error in told.first_errors] == [("missing", 3, "name")]


async def test_a_barcode_of_another_sku_is_not_taken_from_it(save: Save) -> None:
    await save(Entry(code="A", name="甲", barcodes=[BarcodeEntry(code="036000291452")]))
    told = (await preview(csv_file(("B", "乙", "", "", "", "0036000291452")))).preview
    assert [(error.code, error.data) for error in told.first_errors] == [
        ("barcode_taken", {"got": "0036000291452", "sku": "A"})
    ]


async def test_a_number_cell_that_looks_like_a_known_code_without_its_zeros_is_an_error(save: Save) -> None:
    await save(Entry(code="00712", name="皂"))
    told = (await preview(workbook([712, "皂"]))).preview
    assert [(error.code, error.data) for error in told.first_errors] == [
        ("code_without_zeros", {"got": "712", "known": "00712"})
    ]


async def test_an_ended_sku_in_the_file_comes_back_and_the_preview_says_so(save: Save) -> None:
    await save(Entry(code="A", name="甲"))
    async with postgres.transaction() as tx:
        await ending.end(tx, ["A"], actor=SYSTEM)
    upload = await preview(csv_file(("A", "甲")))
    assert [warning.code for warning in upload.preview.first_warnings] == ["sku_returns"]
    await importing.apply(upload.id, plan=upload.plan or "", actor=SYSTEM)
    assert await postgres.fetchval("select ended_at is null from skus where code = 'A'")
    assert await postgres.fetchval("select ended_at is null from products where name = '甲'")


async def test_a_sku_that_moves_to_another_product_ends_the_empty_one(imported: Import) -> None:
    await imported(csv_file(("A", "甲", "旧")))
    await imported(csv_file(("A", "甲", "新")))
    rows = await postgres.fetch("select name, ended_at is null as live from products order by id")
    assert [tuple(row) for row in rows] == [("旧", False), ("新", True)]


async def test_when_the_catalog_changed_meanwhile_nothing_is_applied_and_the_new_preview_is_kept(
    save: Save, zhou: Actor
) -> None:
    upload = await preview(csv_file(("A", "甲")))
    await save(Entry(code="A", name="另一个"))
    with pytest.raises(PreviewOutdated):
        await importing.apply(upload.id, plan=upload.plan or "", actor=zhou)
    fresh = await importing.find(upload.id)
    assert (fresh.preview.added, fresh.preview.changed) == (0, 1)
    assert fresh.plan not in (None, upload.plan)
    await importing.apply(upload.id, plan=fresh.plan or "", actor=zhou)
    assert (await goods())[0][1] == "甲"


async def test_a_plan_nobody_was_shown_is_not_carried_out(clean: str) -> None:
    upload = await preview(csv_file(("A", "甲")))
    with pytest.raises(PreviewOutdated):
        await importing.apply(upload.id, plan="00" * 32, actor=SYSTEM)
    assert await goods() == []


async def test_a_file_that_cannot_be_read_is_not_stored(clean: str) -> None:
    with pytest.raises(NoHeader):
        await preview(b"what is this\n")
    assert await importing.newest() == []


async def test_an_import_nobody_made_is_not_found(clean: str) -> None:
    with pytest.raises(NotFound):
        await importing.find(uuid7())
    with pytest.raises(NotFound):
        await importing.apply(uuid7(), plan="", actor=SYSTEM)


async def test_contents_are_forgotten_after_ninety_days_and_what_they_did_stays(imported: Import) -> None:
    applied = await imported(csv_file(TEA))
    waiting = await preview(csv_file(SOAP))
    with clock.frozen(clock.now() + importing.KEPT):
        assert await importing.drop_old_contents() == 2
        with pytest.raises(ImportOver):
            await importing.apply(waiting.id, plan=waiting.plan or "", actor=SYSTEM)
        again = await importing.apply(applied.id, plan="", actor=SYSTEM)
        assert (again.applied_at, again.preview) == (applied.applied_at, applied.preview)


async def test_a_file_name_is_shown_without_folders_and_hidden_characters(clean: str) -> None:
    upload = await preview(csv_file(TEA), file_name="C:\\\\fakepath\\\\\u202egoods.csv")
    assert upload.file_name == "goods.csv"


async def test_twenty_thousand_rows_are_previewed_and_applied(imported: Import) -> None:
    rows = [
        (f"SKU-{n:05}", f"商品 {n}", f"系列 {n // 20}", "标准", "件", f"C{n:07}", "1", "100")
        for n in range(20_000)
    ]
    upload = await imported(csv_file(*rows))
    assert upload.preview.added == 20_000
    assert await postgres.fetchval("select count(*) from barcodes") == 20_000


async def test_two_people_who_apply_the_same_preview_at_once_import_it_once(clean: str) -> None:
    upload = await preview(csv_file(TEA, SOAP))
    answers = await asyncio.gather(
        *(importing.apply(upload.id, plan=upload.plan or "", actor=SYSTEM) for _ in range(5))
    )
    assert len({answer.applied_at for answer in answers}) == 1
    assert len(await ledger_entries()) == 1


async def test_of_two_files_that_contradict_each_other_the_later_is_shown_again(clean: str) -> None:
    uploads = [await preview(csv_file(("A", name))) for name in ("甲", "乙")]
    outcomes = await asyncio.gather(
        *(importing.apply(upload.id, plan=upload.plan or "", actor=SYSTEM) for upload in uploads),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["PreviewOutdated", "Upload"]
