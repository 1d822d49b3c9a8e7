"""What the web server asks of the system it runs on."""

import sys
from collections.abc import Iterator

import pytest

from orderhub.front import web_server

resource = pytest.importorskip("resource", reason=f"{sys.platform} counts open files otherwise")


@pytest.fixture
def few_files() -> Iterator[int]:
    """A process that may open few files, as most shells start it; what was allowed before is given back."""
    before, granted = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(before, 512), granted))
    yield granted
    resource.setrlimit(resource.RLIMIT_NOFILE, (before, granted))


def test_as_many_sockets_may_open_as_the_system_grants(few_files: int) -> None:
    web_server.allow_many_sockets()
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (few_files, few_files)
