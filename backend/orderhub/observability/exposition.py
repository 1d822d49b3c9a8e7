"""The exposition: what meters say, in the words of Prometheus (its text format, or OpenMetrics where that is asked for)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from orderhub.observability.meters import Family

PROCESS = "process"


def text(
    host: Sequence[Family], processes: Mapping[str, Sequence[Family]], *, accept: str
) -> tuple[bytes, str]:
    """Return the text, and its media type: what is true of the whole hub, and what each process says of itself."""
    encode, media_type = choose_encoder(accept)
    return encode(_Told([*map(_metric, host), *_merged(processes)])), media_type


class _Told(Collector):
    def __init__(self, metrics: Sequence[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _merged(processes: Mapping[str, Sequence[Family]]) -> Iterator[Metric]:
    """Yield each name once, with the samples of all processes; one of another release may know a name otherwise."""
    shapes: dict[str, Family] = {}
    samples: dict[str, list[tuple[tuple[str, ...], Sequence[float]]]] = {}
    for process, families in processes.items():
        for family in families:
            shape = shapes.setdefault(family.name, family)
            if (family.kind, family.labels, tuple(family.bounds)) == (
                shape.kind,
                shape.labels,
                tuple(shape.bounds),
            ):
                told = samples.setdefault(family.name, [])
                told += [((process, *labels), values) for labels, values in family.samples]
    for name, one in shapes.items():
        labels = (PROCESS, *one.labels)
        yield _metric(Family(name, one.kind, one.means, labels, samples[name], one.bounds))


def _metric(family: Family) -> Metric:
    if family.kind == "histogram":
        return _histogram(family)
    made = CounterMetricFamily if family.kind == "counter" else GaugeMetricFamily
    metric = made(family.name, family.means, labels=family.labels)
    for labels, values in family.samples:
        metric.add_metric(labels, values[0])
    return metric


def _histogram(family: Family) -> Metric:
    metric = HistogramMetricFamily(family.name, family.means, labels=family.labels)
    bounds = [*(f"{bound:g}" for bound in family.bounds), "+Inf"]
    for labels, (*counts, total) in family.samples:
        metric.add_metric(labels, list(zip(bounds, accumulate(counts), strict=True)), total)
    return metric
