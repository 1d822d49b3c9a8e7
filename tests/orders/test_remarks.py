"""A remark is shown without the phone numbers in it."""

import pytest

from orderhub.orders.remarks import masked


@pytest.mark.parametrize(
    ("remark", "shown"),
    [
        ("放门卫，打13812342046", "放门卫，打138****2046"),
        ("+86 138-1234-2046 晚上", "138****2046 晚上"),
        ("两个号：13812342046、13900001111。", "两个号：138****2046、139****1111。"),
        ("订单 69334102887051 一起发", "订单 69334102887051 一起发"),
        ("", ""),
    ],
)
def test_phone_numbers_in_a_remark_are_masked_and_other_numbers_stay(remark: str, shown: str) -> None:
    assert masked(remark) == shown
