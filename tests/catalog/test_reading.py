"""Rows become entries, one for each SKU, and everything wrong is said by row."""

import pytest

from orderhub.catalog.entries import BarcodeEntry, Entry
from orderhub.catalog.findings import Finding, errors, warnings
from orderhub.catalog.reading import Reading, read_entries
from orderhub.catalog.refusals import ColumnTwice, NoHeader
from orderhub.catalog.sheets import read_table
from tests.catalog.files import ENGLISH, SOAP, TEA, TEA_CASE, csv_file, workbook


def read(content: bytes) -> Reading:
    return read_entries(read_table(content))


def told(reading: Reading) -> list[tuple[str, int | None, str | None]]:
    return [(finding.code, finding.row, finding.column) for finding in errors(reading.findings)]


def only_error(*rows: tuple[str, ...]) -> Finding:
    (finding,) = errors(read(csv_file(*rows)).findings)
    return finding


@pytest.mark.parametrize("header", [None, ENGLISH])
def test_a_row_is_read_by_its_chinese_or_english_column_names(header: tuple[str, ...] | None) -> None:
    content = csv_file(TEA, header=header) if header else csv_file(TEA)
    assert read(content).entries == [
        Entry(
            code="TEA-01", name="龙井 250g", product="龙井", spec="250g", unit="罐", weight_grams=320, row=2,
            barcodes=[BarcodeEntry(code="6901028074834", pack_quantity=1, row=2)],
        )
    ]  # fmt: skip


def test_a_title_above_the_column_names_is_passed_over() -> None:
    content = csv_file(("商品编码", "名称"), ("A", "甲"), header=("十一月商品表", ""))
    (entry,) = read(content).entries
    assert (entry.code, entry.row) == ("A", 3)


def test_a_file_without_a_column_of_codes_is_refused_with_what_was_found() -> None:
    with pytest.raises(NoHeader) as refused:
        read(csv_file(("a", "b"), header=("姓名", "电话")))
    assert refused.value.data == {"found": "姓名, 电话"}


def test_two_columns_for_one_field_are_refused() -> None:
    with pytest.raises(ColumnTwice):
        read(csv_file(("A", "B"), header=("商品编码", "SKU code")))


def test_columns_we_do_not_know_are_named_and_left_alone() -> None:
    reading = read(csv_file(("A", "甲", "9.90"), header=("编码", "名称", "售价")))
    assert warnings(reading.findings) == [Finding(code="columns_ignored", data={"names": "售价"})]


def test_rows_of_one_sku_become_one_entry_with_several_barcodes() -> None:
    (entry,) = read(csv_file(TEA, TEA_CASE)).entries
    assert [(barcode.code, barcode.pack_quantity) for barcode in entry.barcodes] == [
        ("6901028074834", 1),
        ("16901028074831", 12),
    ]


def test_leading_zeros_of_codes_and_barcodes_stay() -> None:
    (entry,) = read(csv_file(SOAP)).entries
    assert (entry.code, entry.barcodes[0].code) == ("00712", "036000291452")


@pytest.mark.parametrize(
    ("weight", "grams"),
    [
        ("320", 320),
        ("320g", 320),
        ("0.32kg", 320),
        ("0.32 千克", 320),
        ("1,200 克", 1200),
        ("半", None),
        ("２００", 200),
    ],
)
def test_weights_are_read_with_their_unit(weight: str, grams: int | None) -> None:
    reading = read(csv_file(("A", "甲", weight), header=("编码", "名称", "重量")))
    assert reading.entries[0].weight_grams == grams
    assert bool(told(reading)) == (grams is None)


@pytest.mark.parametrize("name", ["重量(kg)", "重量（千克）", "weight_kg", "Weight (KG)"])
def test_the_unit_of_a_weight_may_stand_in_its_column_name(name: str) -> None:
    assert read(csv_file(("A", "甲", "0.5"), header=("编码", "名称", name))).entries[0].weight_grams == 500


def test_part_of_a_gram_is_rounded_with_a_warning() -> None:
    reading = read(csv_file(("A", "甲", "12.5"), header=("编码", "名称", "重量")))
    assert reading.entries[0].weight_grams == 13
    assert [finding.code for finding in warnings(reading.findings)] == ["weight_rounded"]


def test_every_fault_of_a_row_is_told_at_once() -> None:
    reading = read(
        csv_file(("", "甲", "", "", "一个很长很长的单位名称超过十六个字", "6901028074835", "1.5", "-3"))
    )
    assert told(reading) == [
        ("too_long", 2, "unit"),
        ("check_digit_wrong", 2, "barcode"),
        ("not_whole", 2, "pack_quantity"),
        ("bad_weight", 2, "weight_grams"),
        ("missing", 2, "code"),
    ]


def test_a_wrong_check_digit_of_an_ean_is_an_error_that_names_the_right_one() -> None:
    assert only_error(("A", "甲", "", "", "", "6901028074830")).data == {"got": "6901028074830", "right": "4"}


@pytest.mark.parametrize("code", ["2000000000001", "12345678", "123456789013"])
def test_a_wrong_check_digit_of_a_number_that_may_be_the_companys_own_is_a_warning(code: str) -> None:
    reading = read(csv_file(("A", "甲", "", "", "", code)))
    assert reading.entries[0].barcodes[0].code == code
    assert [finding.code for finding in reading.findings] == ["check_digit_differs"]


def test_several_barcodes_in_one_cell_are_an_error() -> None:
    assert only_error(("A", "甲", "", "", "", "6901028074834,73513537")).code == "bad_barcode"


def test_a_pack_quantity_without_a_barcode_is_an_error() -> None:
    assert only_error(("A", "甲", "", "", "", "", "12")).code == "pack_without_barcode"


def test_rows_of_one_sku_that_contradict_one_another_are_an_error() -> None:
    finding = only_error(("A", "甲"), ("A", "乙"))
    assert (finding.code, finding.row, finding.column) == ("rows_disagree", 3, "name")
    assert finding.data == {"first": 2, "there": "甲", "here": "乙"}


def test_the_same_row_twice_is_a_warning() -> None:
    reading = read(csv_file(TEA, TEA))
    assert [(finding.code, finding.row) for finding in reading.findings] == [("repeated_row", 3)]
    assert len(reading.entries) == 1


def test_one_barcode_on_two_skus_is_an_error_in_either_spelling() -> None:
    finding = only_error(("A", "甲", "", "", "", "036000291452"), ("B", "乙", "", "", "", "0036000291452"))
    assert (finding.code, finding.row) == ("barcode_twice", 3)
    assert finding.data == {"got": "0036000291452", "sku": "A", "first": 2}


def test_one_barcode_with_two_pack_quantities_is_an_error() -> None:
    assert only_error(TEA, ("TEA-01", "", "", "", "", "6901028074834", "6")).code == "rows_disagree"


def test_a_barcode_held_as_a_number_is_taken_when_its_check_digit_fits() -> None:
    reading = read(workbook(["A", "甲", "", "", "", 6901028074834]))
    assert reading.entries[0].barcodes[0].code == "6901028074834"
    assert not reading.findings


def test_a_barcode_that_lost_its_zero_gets_it_back_with_a_warning() -> None:
    reading = read(workbook(["A", "甲", "", "", "", 36000291452]))
    assert reading.entries[0].barcodes[0].code == "036000291452"
    assert [finding.code for finding in reading.findings] == ["zeros_restored"]


@pytest.mark.parametrize("number", [1000000231, 12345678, 12, 3.5])
def test_a_barcode_held_as_a_number_that_cannot_be_proved_is_an_error(number: float) -> None:
    reading = read(workbook(["A", "甲", "", "", "", number]))
    assert told(reading) == [("barcode_number", 2, "barcode")]


def test_a_mistyped_barcode_is_told_as_such_even_when_it_is_held_as_a_number() -> None:
    assert told(read(workbook(["A", "甲", "", "", "", 6901028074835]))) == [
        ("check_digit_wrong", 2, "barcode")
    ]


def test_a_barcode_whose_last_digits_excel_dropped_is_an_error() -> None:
    assert told(read(workbook(["A", "甲", "", "", "", 6901028074834123456]))) == [
        ("digits_lost", 2, "barcode")
    ]
    assert told(read(csv_file(("A", "甲", "", "", "", "6.90103E+12")))) == [("digits_lost", 2, "barcode")]


def test_codes_held_as_numbers_are_told_once_for_the_whole_file() -> None:
    reading = read(workbook([1001, "甲"], [1002, "乙"], ["A-3", "丙"]))
    assert [entry.code for entry in reading.entries] == ["1001", "1002", "A-3"]
    assert reading.findings == [
        Finding(code="codes_are_numbers", row=2, column="code", data={"n": 2, "got": "1001"})
    ]


def test_invisible_characters_of_a_copied_code_are_dropped() -> None:
    (entry,) = read(csv_file(("\u202aTEA\u200b-01 ", "龙\u00a0井\n茶"))).entries
    assert (entry.code, entry.name) == ("TEA-01", "龙 井 茶")


def test_a_row_that_holds_nothing_we_know_is_passed_over() -> None:
    reading = read(csv_file(("", "", "x"), ("A", "甲", ""), header=("编码", "名称", "备注")))
    assert [entry.code for entry in reading.entries] == ["A"]
    assert not errors(reading.findings)
