"""Ids: of version 7, sorted by the time they were made, never twice."""

import os
from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID

from orderhub.kernel import clock
from orderhub.kernel.ids import uuid7

_NOON = datetime(2026, 3, 2, 12, 0, 0, 123_000, tzinfo=UTC)


def test_an_id_bears_its_version_and_the_millisecond_it_was_made_in() -> None:
    with clock.frozen(_NOON):
        made = [uuid7() for _ in range(200)]
    assert {(one.version, one.variant) for one in made} == {(7, RFC_4122)}
    assert {one.int >> 80 for one in made} == {1_772_452_800_123}
    assert len(set(made)) == 200


def test_a_later_id_sorts_after_an_earlier_one_and_equals_itself_as_text() -> None:
    made = []
    for milliseconds in range(50):
        with clock.frozen(_NOON + timedelta(milliseconds=milliseconds)):
            made.append(uuid7())
    assert sorted(made) == made
    assert [UUID(str(one)) for one in made] == made


def test_a_process_that_forks_and_its_child_make_no_id_twice() -> None:
    uuid7()
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.write(writing, uuid7().bytes)
        os._exit(0)
    os.waitpid(child, 0)
    random = slice(7, 16)
    assert os.read(reading, 16)[random] != uuid7().bytes[random]
    os.close(reading)
    os.close(writing)
