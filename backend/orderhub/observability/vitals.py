"""Vitals: processor time, memory and open files of this process, as the operating system knows them."""

import os
from functools import cache
from typing import ClassVar

import psutil

from orderhub.observability.meters import Gauge, Kind


class _Spent(Gauge):
    kind: ClassVar[Kind] = "counter"


CPU = _Spent("orderhub_process_cpu_seconds_total", "processor time used, user and system")
MEMORY = Gauge("orderhub_process_resident_bytes", "memory in use")
FILES = Gauge("orderhub_process_open_files", "files and sockets open")
STARTED = Gauge("orderhub_process_start_seconds", "when it was started, in seconds since 1970")


@cache
def _process() -> psutil.Process:
    return psutil.Process()


CPU.ask(lambda: sum(_process().cpu_times()[:2]))
MEMORY.ask(lambda: _process().memory_info().rss)
FILES.ask(lambda: _process().num_fds() if os.name == "posix" else {})
STARTED.ask(lambda: _process().create_time())
