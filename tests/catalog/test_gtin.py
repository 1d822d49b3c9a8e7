"""Check digits of barcodes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderhub.catalog import gtin


@pytest.mark.parametrize(
    "code", ["6901028074834", "036000291452", "73513537", "16901028074831", "4006381333931"]
)
def test_a_printed_number_fits_its_check_digit(code: str) -> None:
    assert gtin.fits(code)


@pytest.mark.parametrize(
    "code", ["6901028074835", "690102807483", "69010280748343", "abc", "", "６９０１０２８０７４８３４"]
)
def test_a_mistyped_number_does_not_fit(code: str) -> None:
    assert not gtin.fits(code)


@given(st.from_regex(r"[0-9]{12}", fullmatch=True), st.integers(0, 11), st.integers(1, 9))
def test_every_single_wrong_digit_is_noticed(body: str, place: int, off: int) -> None:
    code = body + gtin.check_digit(body)
    digit = str((int(code[place]) + off) % 10)
    assert not gtin.fits(code[:place] + digit + code[place + 1 :])


def test_the_zeros_a_spreadsheet_dropped_come_back_when_the_check_digit_proves_them() -> None:
    assert gtin.with_zeros("36000291452") == "036000291452"
    assert gtin.with_zeros("36000291453") is None
    assert gtin.with_zeros("123") is None


def test_upc_and_ean_of_one_number_are_two_spellings_of_it() -> None:
    assert set(gtin.spellings("036000291452")) == {"036000291452", "0036000291452"}
    assert set(gtin.spellings("0036000291452")) == {"036000291452", "0036000291452"}
    assert gtin.spellings("6901028074834") == ("6901028074834",)
    assert gtin.spellings("A-17") == ("A-17",)


def test_numbers_a_company_gives_itself_are_known_by_their_prefix() -> None:
    assert gtin.is_in_store("2000000000008")
    assert not gtin.is_in_store("6901028074834")
