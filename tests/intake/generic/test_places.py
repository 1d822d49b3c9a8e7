"""Where the fields of a part stand: most are one key of an object that is found once."""

from typing import Any

import pytest

from orderhub.intake.generic.notes import Notes
from orderhub.intake.generic.places import Each, One, Place

MESSAGE: dict[str, Any] = {
    "order": {"id": 7, "sums": {"total": 5}, "note": "text"},
    "shop": {"id": "S"},
    "boxes": [{"items": [{"sku": "A"}]}, {"items": [{"sku": "B", "tax": {"rate": 1}}, "C"]}],
}


def test_the_home_of_a_part_is_where_most_of_its_sources_look() -> None:
    home = One("order.sums.total", "order.id", ("shop.id",), "$.order.note", None)
    assert home.place(MESSAGE) == Place(MESSAGE, MESSAGE["order"])
    assert (home.key("order.note"), home.key("order.sums.total"), home.key("note")) == ("note", None, None)


@pytest.mark.parametrize(
    "source", ["nothing.id", "order.note.id", "boxes.id", "boxes[7].id", "order.id.of.it"]
)
def test_a_home_that_is_no_object_holds_nothing(source: str) -> None:
    assert One(source).place(MESSAGE).object == {}


def test_what_stands_elsewhere_is_found_from_the_whole_message() -> None:
    home = One("order.id", "order.note")
    place = home.place(MESSAGE)
    assert home.finder("shop.id")(place) == "S"
    assert home.finder("order.sums.total")(place) == 5


def test_a_path_starts_at_the_element_unless_it_names_the_root() -> None:
    each = Each("boxes[].items[]", 9)
    _, second = each.places(MESSAGE, Notes())
    assert (each.key("sku"), each.key("tax.rate"), each.key("$.sku")) == ("sku", None, None)
    assert each.finder("tax.rate")(second) == 1
    assert each.finder("$.shop.id")(second) == "S"


def test_an_element_is_called_by_its_position_and_what_is_no_object_is_refused() -> None:
    notes = Notes()
    first, second = Each("boxes[].items[]", 9).places(MESSAGE, notes)
    assert (first.name, second.called("sku")) == ("boxes[].items[0]", "boxes[].items[1].sku")
    assert second.called("$.shop.id") == "$.shop.id"
    assert [(reason.field, reason.got) for reason in notes.reasons] == [("boxes[].items[2]", "string")]


def test_a_key_of_a_single_object_may_be_named_from_the_root() -> None:
    assert Each("order", 9).key("$.order.id") == "id"
