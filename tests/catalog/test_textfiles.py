"""Separated text, as Excel, WPS, shops and ERPs write it."""

import pytest

from orderhub.catalog.cells import MAX_ROWS
from orderhub.catalog.refusals import BrokenText, TooManyRows, UnknownEncoding
from orderhub.catalog.textfiles import read_text
from tests.catalog.files import SOAP, TEA, csv_file


def texts(content: bytes) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in read_text(content).rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_chinese_is_read_in_every_encoding_people_send(encoding: str) -> None:
    assert texts(csv_file(TEA, encoding=encoding))[1] == list(TEA)


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_the_separator_is_found_out(separator: str) -> None:
    assert texts(csv_file(TEA, SOAP, separator=separator))[2] == list(SOAP)


def test_leading_zeros_of_codes_stay() -> None:
    assert texts(csv_file(SOAP))[1][0] == "00712"


@pytest.mark.parametrize("written", ['="00712"', "'00712", " 00712\t", "=00712"])
def test_the_ways_to_tell_a_spreadsheet_to_keep_zeros_are_not_part_of_the_value(written: str) -> None:
    assert texts(csv_file((written, "a", "b")))[1][0] == "00712"


def test_a_number_that_excel_rounded_is_marked() -> None:
    row = read_text(csv_file(("6.90103E+12", "6901028074834"))).rows[1]
    assert [cell.harm for cell in row.cells] == ["digits_lost", None]


def test_rows_keep_the_numbers_a_spreadsheet_shows_beside_them() -> None:
    content = csv_file(("A", "线\n一"), ("",), ("B", "二"))
    assert [row.number for row in read_text(content).rows] == [1, 2, 4]


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(UnknownEncoding):
        read_text(b"\x00\x01\x02\xff\xfe\xfd" * 10)
    with pytest.raises(UnknownEncoding):
        read_text(b"sku,name\nA,\x81")


def test_a_field_without_end_is_refused() -> None:
    with pytest.raises(BrokenText):
        read_text(b'sku,name\nA,"' + b"x" * 200_000)


def test_more_rows_than_we_read_are_refused() -> None:
    with pytest.raises(TooManyRows):
        read_text(b"sku\n" + b"A\n" * (MAX_ROWS + 2))
