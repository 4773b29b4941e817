"""Lines on measured figures. Each is a threshold as in a policy, and is judged by the same function."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from hostcheck.promise.model import Answer, Judged, worst
from hostcheck.promise.own_limits import OUTSIDE, own_io_limit, sellers_limit
from hostcheck.promise.plain import PLAIN, between, in_memory
from hostcheck.promise.rules import Rule, metric
from hostcheck.quantities import amount
from hostcheck.run.fio_limit import fio_was_the_limit
from hostcheck.run.measured import Metric
from hostcheck.run.metrics import (
    NETWORK_RECEIVE,
    NETWORK_RECEIVE_PARALLEL,
    NETWORK_SEND,
    NETWORK_SEND_PARALLEL,
    spec_of,
)
from hostcheck.run.model import Run, Status
from hostcheck.run.origins import is_emulated, is_imported, is_of_own_peer
from hostcheck.run.steadiness import measured, why_unknown
from hostcheck.run.underload import bounds_of
from hostcheck.thresholds import Threshold, expectation, judge

DISK = "hostcheck bench --only disk -o run.json"
_COMMANDS: Mapping[str, str] = {
    "disk": DISK,
    "build": "hostcheck bench --only build -o run.json",
    "storm": "hostcheck bench --only storm -o run.json",
    "cpu": "hostcheck bench --only cpu -o run.json",
    "memory": "hostcheck bench --only memory -o run.json",
    "network": "hostcheck bench --only network --peer HOST -o run.json",
}
_BEST_FIRST: tuple[Answer, ...] = ("kept", "cannot tell", "broken")
_ANSWERS: Mapping[Status, Answer] = {"pass": "kept", "fail": "broken"}
_HOW: Mapping[str, str] = {
    "disk": "fio, past the page cache, in turns, with a 95 % interval",
    "network": "iperf3 to a peer that the user chose, in turns, with a 95 % interval",
    "cpu": "a program that only computes, in turns, with a 95 % interval",
}
_CHANGES: Mapping[str, str] = {
    "disk": "Another run while the host is idle, whose interval is on the other side of the promise.",
    "network": "A run with a peer that is nearer or faster: the path or the peer may be the limit.",
}
_STREAMS: Mapping[str, str] = {NETWORK_SEND: NETWORK_SEND_PARALLEL, NETWORK_RECEIVE: NETWORK_RECEIVE_PARALLEL}
"""Metrics with one stream, each with the one for several: the round-trip time may limit a single stream."""
_OPPOSITE: Mapping[str, tuple[str, ...]] = dict.fromkeys(
    (NETWORK_SEND, NETWORK_SEND_PARALLEL), (NETWORK_RECEIVE, NETWORK_RECEIVE_PARALLEL)
)
"""For each metric of sending by this host, the metric of sending by the peer."""
_CLOSE = 0.01
"""Share of a limit by which a figure may miss it without breaking it. A throttle that holds a rate at what was promised
lets a little less pass, and headers, ramps and clocks take a little.
"""
_CACHE = "A cache of the machine below the guest may have answered the reads."
_ON_DISK = ("disk", "build", "storm")
"""Kinds of metrics that depend on the disk: an emulated disk makes them invalid."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Promised figures.

    Attributes:
        thresholds: the limits, all of which must be met.
        note: how the limits differ from the written quantity, such as "90% of 125 MB/s"; empty if they do not.
    """

    thresholds: tuple[Threshold, ...]
    note: str = ""
    profiles: tuple[str, ...] = ()

    @property
    def translation(self) -> tuple[str, ...]:
        """The rules of the line, as a policy writes them."""
        return tuple(str(rule) for each in self.thresholds for rule in self._rules(each))

    def _rules(self, threshold: Threshold) -> tuple[Rule, ...]:
        several = _STREAMS.get(threshold.metric)
        note = "; ".join(filter(None, ("or the next" if several else "", self.note)))
        first = metric(written(threshold), note)
        return (first, metric(written(replace(threshold, metric=several)))) if several else (first,)

    @property
    def expected(self) -> str:
        """The limits in words."""
        return "; ".join(dict.fromkeys(expectation(each, None) for each in self.thresholds))

    def judge(self, run: Run) -> Judged:
        """Judge by the intervals: if the limit is within an interval, the answer is "cannot tell"."""
        parts = [_best(each, run) for each in self.thresholds]
        answer = worst([part.answer for part in parts])
        decisive = next(part for part in parts if part.answer == answer)
        found = "; ".join(part.found for part in parts if part.answer == answer)
        evidence = tuple(line for part in parts for line in part.evidence)
        return Judged(
            answer, found, decisive.sure, evidence, decisive.how, decisive.changes, decisive.command, decisive.possible
        )


def unit_of(metric_id: str) -> str:
    """Return the unit of a metric; empty for a metric that hostcheck does not define."""
    spec = spec_of(metric_id)
    return spec.unit if spec else ""


def of_this_host(run: Run) -> Run:
    """Return the run, with metrics set to invalid that hostcheck did not measure on the host's own hardware.

    Each of these metrics has the reason.
    """
    emulated = is_emulated(run)
    return replace(run, metrics=tuple(_of_this_host(metric, emulated=emulated) for metric in run.metrics))


def _of_this_host(metric: Metric, *, emulated: bool) -> Metric:
    if emulated and metric.id.partition(".")[0] in _ON_DISK:
        return replace(metric, state="invalid", reason="the disk was emulated (bench --tier), and is not the seller's")
    if metric.source:
        return replace(metric, state="invalid", reason="it was published by others, not measured on this host")
    if is_of_own_peer(metric):
        return replace(metric, state="invalid", reason="the peer was this host itself: no data went over its network")
    if is_imported(metric):
        return replace(metric, state="invalid", reason="another program measured it, on an unnamed host")
    return metric


def not_measured(run: Run, metric_ids: tuple[str, ...], command: str, how: str, missing: str = "") -> Judged:
    """Return a finding without an answer for missing figures, with the reasons and the command that measures them.

    Args:
        run: the run without the first of the figures.
        metric_ids: the ids of the figures.
        command: the command that measures them.
        how: how they are measured.
        missing: what leaves the first one out, in words after its id.
    """
    reasons = [
        f"{metric.id} is {metric.state}: {metric.reason}".removesuffix(": ")
        for each in metric_ids
        if (metric := run.metric(each)) and bounds_of(metric) is None
    ]
    found = "; ".join(reasons) or f"{metric_ids[0]} was not measured{missing}"
    return Judged("cannot tell", found, "", (), how, "A measurement.", command)


def written(threshold: Threshold) -> str:
    """Return a threshold as a policy writes it."""
    limit = f"{Decimal(f'{threshold.limit:.12g}'):f}"
    return f"{threshold.metric} {threshold.operator} {limit} {unit_of(threshold.metric)}".rstrip()


def _best(threshold: Threshold, run: Run) -> Judged:
    """Judge by the metric with one stream, and by the one with several if it was measured; return the better answer."""
    one = _judge(threshold, run)
    several = _STREAMS.get(threshold.metric)
    if several is None or bounds_of(run.metric(several)) is None:
        return one
    many = _judge(replace(threshold, metric=several), run)
    return min(one, many, key=lambda judged: _BEST_FIRST.index(judged.answer))


def _judge(threshold: Threshold, run: Run) -> Judged:
    metric = measured(run, threshold.metric)
    kind = threshold.metric.partition(".")[0]
    how = _HOW.get(kind, "hostcheck bench, in turns, with a 95 % interval")
    command = _COMMANDS.get(kind, "hostcheck bench -o run.json")
    label = spec.label if (spec := spec_of(threshold.metric)) else threshold.metric
    if metric is None or metric.value is None:
        reason = why_unknown(run, threshold.metric) or (metric.reason if metric else "")
        found = f"{label}: not measured" + (f" ({reason})" if reason else "")
        return Judged("cannot tell", found, "", (), how, "A measurement.", command)
    status, found = judge(threshold, metric)
    found = f"{label}: {found}"
    evidence = (
        f"{label}: {amount(metric.value, metric.unit)} {'' if metric.unit == 's' else metric.unit}".rstrip()
        + f", of {_turns(metric)}",
    )
    answer = _ANSWERS.get(status, "cannot tell")
    changes = _CHANGES.get(kind, "Another run, whose interval is on the other side of the promise.")
    if answer == "broken" and _is_close(threshold, metric):
        found = f"{found}; its interval comes within 1 % of the promise, which a throttle and a clock may leave"
        return Judged("cannot tell", found, "", evidence, how, changes, command)
    if answer == "broken" and fio_was_the_limit(metric):
        found = f"{found}; fio itself was the limit: the disk reaches at least this"
        return Judged("cannot tell", found, "", evidence, how, "A measurement with more CPUs.", command)
    if answer == "broken" and kind == "disk" and (own := own_io_limit(run, threshold, metric)):
        return Judged("cannot tell", f"{found}; {own}", "", evidence, how, OUTSIDE, command)
    if answer == "broken" and not sellers_limit(run, threshold, metric) and (own := between(run, metric)):
        return Judged("cannot tell", f"{found}; {own}", "", evidence, how, PLAIN, command)
    if answer == "kept" and kind == "disk" and (own := in_memory(metric)):
        return Judged("cannot tell", f"{found}; {own}", "", evidence, how, PLAIN, command)
    if answer == "broken" and kind == "network":
        return _short_of_network(threshold, run, found, evidence)
    if answer == "cannot tell":
        return Judged(answer, found, "", evidence, how, changes, command)
    possible = (_CACHE,) if answer == "kept" and "read" in threshold.metric and kind == "disk" else ()
    return Judged(answer, found, "measured", evidence, how, changes, possible=possible)


def _is_close(threshold: Threshold, metric: Metric) -> bool:
    """Return whether a figure misses a limit by so little that the limit itself may be what holds it there."""
    bounds = bounds_of(metric)
    if bounds is None:
        return False
    lower = threshold.operator.startswith("<")
    return bounds[0] * (1 - _CLOSE) <= threshold.limit if lower else bounds[1] >= threshold.limit * (1 - _CLOSE)


def _short_of_network(threshold: Threshold, run: Run, found: str, evidence: tuple[str, ...]) -> Judged:
    """Judge a figure below the promise: the peer, or the path to it, may be the slow part.

    If the peer itself sends at the promised rate, its line is fast enough, because lines are seldom slower in receiving
    than in sending. Then the host is the cause.
    """
    how, changes = _HOW["network"], _CHANGES["network"]
    others = _OPPOSITE.get(threshold.metric, ())
    if any(
        judge(replace(threshold, metric=other), figure)[0] == "pass"
        for other in others
        if (figure := run.metric(other))
    ):
        found = f"{found}; the peer itself sends at the promised rate, so its line is fast enough"
        return Judged("broken", found, "likely", evidence, how, changes)
    found = f"{found}; the peer or the path to it may be the limit"
    return Judged("cannot tell", found, "", evidence, how, changes, _COMMANDS["network"])


def _turns(metric: Metric) -> str:
    valid = sum(sample.valid for sample in metric.samples)
    return f"{valid} {'turn' if valid == 1 else 'turns'}"
