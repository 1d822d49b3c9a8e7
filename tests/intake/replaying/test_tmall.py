"""Tmall's order file: its published counts, and what its reader makes of a row."""

import gzip
from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from orderhub.intake.contract import OrderMessage
from orderhub.intake.generic.mapping import default_mapping
from orderhub.intake.generic.reader import compile_mapping
from orderhub.intake.generic.shape import encode
from orderhub.intake.replaying import files, tmall
from orderhub.intake.replaying.refusals import UnusableFile
from orderhub.intake.replaying.tally import tally
from tests.tmall import WHOLE, orders_file

HEADER = ",".join(tmall.COLUMNS)
SHANGHAI = ZoneInfo("Asia/Shanghai")
PAID_AND_REFUNDED = "007,38.5,0.0,四川省,2020-02-01 00:14:15,2020-02-01 00:14:20,38.5"
NEVER_PAID = "008,20.0,0.0,上海,2020-02-01 00:14:16,,0.0"


def written(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "orders.csv"
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8-sig")
    return path


@pytest.fixture
def orders(shared_data: Path) -> Path:
    return orders_file(shared_data)


def test_the_real_file_closes_with_the_published_counts(orders: Path) -> None:
    assert tally(message.message for message in tmall.read(orders)) == WHOLE


def test_every_message_of_the_real_file_is_read_by_the_default_mapping(orders: Path) -> None:
    reader = compile_mapping(default_mapping(), currency=tmall.FILE.currency)
    now = datetime(2026, 1, 1, tzinfo=SHANGHAI)
    found = [reader.apply(encode(message.message), now=now) for message in tmall.read(orders)]
    assert {type(one) for one in found} == {OrderMessage}
    assert sum(isinstance(one, OrderMessage) and one.lines is not None for one in found) == 17_772


def test_the_real_files_messages_come_in_time_order_each_with_its_own_id(orders: Path) -> None:
    messages = list(tmall.read(orders))
    assert [message.at for message in messages] == sorted(message.at for message in messages)
    assert Counter(message.message_id for message in messages).most_common(1)[0][1] == 1
    assert len(messages) == 17_772 + 15_254 + 3_689


def test_the_real_file_is_recognised(orders: Path) -> None:
    assert files.kind_of(orders) is tmall.FILE


def test_an_order_is_created_paid_and_refunded_in_three_messages(tmp_path: Path) -> None:
    created, paid, refunded = tmall.read(written(tmp_path, PAID_AND_REFUNDED))
    assert [message.message_id for message in (created, paid, refunded)] == [
        "tmall-007-created",
        "tmall-007-paid",
        "tmall-007-refunded",
    ]
    assert created.at == datetime(2020, 2, 1, 0, 14, 15, tzinfo=SHANGHAI)
    assert created.message.order.amounts is not None
    assert created.message.order.amounts.total == 3850
    assert [line.sku for line in created.message.order.lines] == [tmall.STAND_IN_SKU[0]]
    assert [(row.number, row.amount) for row in paid.message.payments] == [("007-P", 3850)]
    assert [(row.number, row.amount) for row in refunded.message.refunds] == [("007-R", 3850)]
    assert refunded.message.order.status is None, "a refund is a money row, not a stage"


def test_an_order_never_paid_is_only_created(tmp_path: Path) -> None:
    assert [message.message_id for message in tmall.read(written(tmp_path, NEVER_PAID))] == [
        "tmall-008-created"
    ]


def test_a_zipped_file_reads_like_a_plain_one(tmp_path: Path) -> None:
    plain = written(tmp_path, PAID_AND_REFUNDED)
    zipped = tmp_path / "orders.csv.gz"
    zipped.write_bytes(gzip.compress(plain.read_bytes()))
    assert list(tmall.read(zipped)) == list(tmall.read(plain))
    assert files.digest(zipped) != files.digest(plain)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (NEVER_PAID.replace("20.0", "20.001"), "csv:2.*总金额"),
        (NEVER_PAID.replace("20.0", "twenty"), "csv:2.*总金额"),
        (NEVER_PAID.replace("20.0", "NaN"), "csv:2.*总金额"),
        (NEVER_PAID.replace("2020-02-01", "01.02.2020"), "csv:2.*订单创建时间"),
        (NEVER_PAID.replace("2020-02-01 00:14:16", ""), "csv:2.*订单创建时间"),
        (NEVER_PAID.removeprefix("008"), "csv:2.*订单编号"),
        ("008,20.0", "csv:2"),
    ],
)
def test_a_broken_row_is_told_with_its_line(tmp_path: Path, row: str, told: str) -> None:
    with pytest.raises(UnusableFile, match=told):
        list(tmall.read(written(tmp_path, row)))


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "1,2", header="a,b")
    with pytest.raises(UnusableFile, match="tmall"):
        files.kind_of(path)
    with pytest.raises(UnusableFile, match="订单编号"):
        list(tmall.read(path))
