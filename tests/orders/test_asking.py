"""Asking: whatever is pasted into the box, the number in it is found."""

import pytest

from orderhub.orders.asking import read


@pytest.mark.parametrize(
    "typed",
    [
        "69334102887051",
        "  69334102887051\n",
        "6933 4102 8870 51",
        "6933-4102-8870-51",
        "6933–4102–8870–51",
        "６９３３４１０２８８７０５１",
        "订单号：69334102887051",
        "订单号 69334102887051，麻烦查一下",
        "【订单号】69334102887051",
        "order no. 69334102887051, please",
        "\u200b69334102887051\u200e",
        "王小明 69334102887051",
    ],
)
def test_a_number_is_read_whatever_stands_around_it(typed: str) -> None:
    assert "69334102887051" in read(typed).numbers


@pytest.mark.parametrize("typed", ["OH 2611 0000123", "oh-2611-0000123", "ＯＨ－２６１１－００００１２３"])
def test_our_own_number_is_read_in_every_spelling(typed: str) -> None:
    assert "OH-2611-0000123" in read(typed).numbers


def test_a_waybill_is_read_in_one_piece() -> None:
    assert "SF1029338444471" in read("运单号：SF 1029 3384 44471").numbers


@pytest.mark.parametrize(
    "typed",
    ["13812342046", "138 1234 2046", "+86 138-1234-2046", "手机：13812342046", "王小明 138 1234 2046"],
)
def test_a_phone_is_read_whatever_stands_around_it(typed: str) -> None:
    assert "13812342046" in read(typed).phones


@pytest.mark.parametrize("typed", ["2046", "２０４６", "尾号2046", "后四位：2046", "2046。"])
def test_four_digits_alone_are_the_end_of_a_phone(typed: str) -> None:
    assert read(typed).last_four == "2046"


@pytest.mark.parametrize("typed", ["6933 4102 8870 51", "26110", "A2046", "2046 8871", "order 2046 of 8871"])
def test_digits_among_others_are_not(typed: str) -> None:
    assert read(typed).last_four == ""


@pytest.mark.parametrize(
    ("typed", "name"), [("王小明", "王小明"), ("收件人：王小明", "王小明"), (" 李 ", "李")]
)
def test_a_name_is_read_behind_its_label(typed: str, name: str) -> None:
    assert name in read(typed).names


@pytest.mark.parametrize("typed", ["", "  ", "\u200b"])
def test_nothing_typed_is_nothing_asked(typed: str) -> None:
    asked = read(typed)
    assert (asked.text, asked.phones, asked.digits) == ("", (), "")


def test_a_whole_page_pasted_is_cut() -> None:
    asked = read("订单 1234567890 " * 500)
    assert len(asked.text) <= 200
    assert len(asked.numbers) <= 24
