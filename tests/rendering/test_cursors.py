"""Cursors: what was written is read back, and whatever else stands in an address is refused."""

from datetime import datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderhub.kernel.errors import BadInput
from orderhub.rendering import cursors

ONE = "01a203f9-9f6f-763c-817b-cefc40cb6afa"
ZONES = st.timezones() | st.just(timezone(timedelta(hours=8)))


@given(at=st.datetimes(timezones=ZONES), one=st.uuids())
def test_what_was_written_is_read_back(at: datetime, one: UUID) -> None:
    read = cursors.read(cursors.write(at, one))
    assert read is not None
    assert (read[0] - at, read[1]) == (timedelta(0), one)


@pytest.mark.parametrize("after", [None, ""])
def test_the_first_page_has_none(after: str | None) -> None:
    assert cursors.read(after) is None


@pytest.mark.parametrize(
    "after", ["x", "~", f"yesterday~{ONE}", "2026-11-22T00:00:00Z~7", f"2026-11-22T00:00:00~{ONE}"]
)
def test_what_is_none_of_ours_is_refused(after: str) -> None:
    with pytest.raises(BadInput):
        cursors.read(after)
