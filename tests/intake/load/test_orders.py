"""The orders of a rehearsal: realistic, recognised as rehearsal, and others in every run."""

from collections import Counter
from typing import Any

import msgspec

from orderhub.intake.load.orders import PREFIX, REMARK, Good, Orders
from orderhub.intake.load.screen import run_name
from orderhub.kernel import clock

GOODS = [Good(f"W{n}", f"机油滤清器 W{n}") for n in range(40)]


def orders(run: str = "a", *, paid: bool = False) -> list[dict[str, Any]]:
    made = Orders(run, GOODS, currency="CNY", paid=paid)
    return [msgspec.json.decode(made.make(nth).body) for nth in range(400)]


def test_an_order_adds_up_and_is_of_what_the_shop_sells() -> None:
    for told in orders():
        lines, amounts = told["order"]["lines"], told["order"]["amounts"]
        assert amounts["total"] == sum(line["amount"] for line in lines)
        assert all(line["amount"] == line["unit_price"] * line["quantity"] for line in lines)
        assert {line["sku"] for line in lines} <= {good.code for good in GOODS}
        assert len({line["sku"] for line in lines}) == len(lines)


def test_an_order_can_be_told_from_a_real_one() -> None:
    told = orders()
    assert all(one["order"]["number"].startswith(f"{PREFIX}a-") for one in told)
    assert {one["order"]["remark"] for one in told} == {REMARK}
    assert len({one["order"]["number"] for one in told}) == len(told)


def test_only_a_rehearsal_of_paid_orders_pays() -> None:
    assert not any("payments" in one for one in orders())
    for one in orders(paid=True):
        assert [row["amount"] for row in one["payments"]] == [one["order"]["amounts"]["total"]]


def test_some_orders_have_several_lines_and_some_goods_are_hot() -> None:
    told = orders()
    assert {len(one["order"]["lines"]) for one in told} >= {1, 2, 3}
    sold = Counter(line["sku"] for one in told for line in one["order"]["lines"])
    (_, most), (_, least) = sold.most_common()[0], sold.most_common()[-1]
    assert most > 5 * least


def test_no_two_runs_have_one_name() -> None:
    names = {run_name(clock.now()) for _ in range(50)}
    assert len(names) == 50
