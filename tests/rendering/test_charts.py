"""Small drawings."""

from orderhub.rendering.charts import share, spark


def test_a_sparkline_touches_top_and_floor() -> None:
    assert spark((0, 5, 10)).line == "0.0,26.0 50.0,14.0 100.0,2.0"


def test_a_limit_above_all_values_is_the_top() -> None:
    drawn = spark((0, 5), limit=10)
    assert (drawn.line, drawn.limit) == ("0.0,26.0 100.0,14.0", "2.0")


def test_nothing_but_zeros_lies_on_the_floor() -> None:
    assert spark((0, 0)).line == "0.0,26.0 100.0,26.0"


def test_a_share_of_nothing_is_nothing() -> None:
    assert (share(1, 3), share(0, 0)) == ("33.3", "0")
