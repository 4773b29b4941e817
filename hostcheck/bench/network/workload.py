"""Bandwidth to and from a peer that the user names, in one connection and in several, and the loss of datagrams."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from hostcheck.bench.base import CannotRun, Context, Options, Settings
from hostcheck.bench.child import Ran, run_program
from hostcheck.bench.conditions import Recorder
from hostcheck.bench.idle import require_idle
from hostcheck.bench.network.iperf import (
    Iperf,
    address_of_peer,
    details,
    find_iperf,
    lost_percent,
    problem_of,
    received,
)
from hostcheck.bench.network.options import NetworkOptions, Peer
from hostcheck.bench.network.packet_limits import limits_of_packets
from hostcheck.bench.network.route import route_to
from hostcheck.bench.preflight import preflight
from hostcheck.bench.summary import summarise
from hostcheck.quantities import amount
from hostcheck.run.estimators import TURNS
from hostcheck.run.fields import NetworkFields
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import (
    METRICS,
    NETWORK_RECEIVE,
    NETWORK_RECEIVE_PARALLEL,
    NETWORK_SEND,
    NETWORK_SEND_PARALLEL,
    MetricSpec,
)

STREAMS = 4
"""Number of connections of the parallel metrics: a single connection may be limited by its window, or by one CPU."""

LOSS_SHARE = 0.1
"""Rate of the datagrams that measure loss, as a share of the TCP rate. It is too low to fill a queue."""
LOSS_SECONDS = 1

PATIENCE_SECONDS = 20.0
"""Seconds that a turn may exceed its length."""

SERVE = "run iperf3 -s there, and allow its port in the firewall"


@dataclass(frozen=True, slots=True)
class _Turn:
    spec: MetricSpec
    receive: bool
    streams: int


TURNS_OF_A_ROUND = (
    _Turn(METRICS[NETWORK_SEND], receive=False, streams=1),
    _Turn(METRICS[NETWORK_RECEIVE], receive=True, streams=1),
    _Turn(METRICS[NETWORK_SEND_PARALLEL], receive=False, streams=STREAMS),
    _Turn(METRICS[NETWORK_RECEIVE_PARALLEL], receive=True, streams=STREAMS),
)


class NetworkWorkload:
    """The network workload: both directions in turns, in one connection and in several."""

    name = "network"

    def metrics(self, _options: Options) -> tuple[MetricSpec, ...]:
        """Return the metrics, which do not depend on the options."""
        return tuple(turn.spec for turn in TURNS_OF_A_ROUND)

    def measure(self, context: Context) -> Iterator[Metric]:
        """Measure with the peer. After each round, yield each metric, computed from all samples so far.

        Raises:
            CannotRun: if no peer is named, iperf3 is not installed, or the peer does not answer.
        """
        options = context.options.of(NetworkOptions)
        if options.peer is None:
            raise CannotRun("no peer is named", "name a host that runs iperf3 -s: --peer HOST")
        iperf = find_iperf()
        preflight(context, ("busy", partial(require_idle, context)))
        limits: NetworkFields = {} if (found := limits_of_packets()) is None else {"packet_limits": list(found)}
        bench = _Bench(context, iperf, options.peer, options.seconds, limits)
        samples: dict[MetricSpec, list[Sample]] = {turn.spec: [] for turn in TURNS_OF_A_ROUND}
        for number in range(1, options.rounds + 1):
            what = f"network, round {number} of {options.rounds}"
            context.progress.start(what, len(TURNS_OF_A_ROUND) * (options.seconds + 1))
            for turn in TURNS_OF_A_ROUND:
                samples[turn.spec].append(bench.sample(turn, must_answer=number == 1))
            said = (_in_words(taken[-1]) for taken in samples.values())
            context.progress.done(what, ", ".join(said))
            for turn in TURNS_OF_A_ROUND:
                settings: Settings = {"program": iperf.name, "peer": str(options.peer), "streams": turn.streams}
                yield summarise(turn.spec, samples[turn.spec], settings, wanted=options.rounds, estimator=TURNS)


@dataclass(frozen=True, slots=True)
class _Bench:
    context: Context
    iperf: Iperf
    peer: Peer
    seconds: int
    limits: NetworkFields

    def sample(self, turn: _Turn, *, must_answer: bool) -> Sample:
        """Measure one direction.

        Raises:
            CannotRun: if the peer does not answer and ``must_answer`` is set, or iperf3 cannot be started.
            Interrupted: if the user asked to stop.
        """
        self.context.checkpoint()
        with Recorder() as recorder:
            ran = self._run(self.seconds, receive=turn.receive, streams=turn.streams)
        self.context.checkpoint()
        problem = problem_of(ran.output) or ran.problem
        if problem and must_answer:
            raise CannotRun(f"{self.peer}: {problem}", SERVE)
        value = None if problem else received(ran.output)
        reason = problem or ("" if value else f"{self.iperf.name} wrote no rate")
        detail: NetworkFields = {
            **self.limits,
            **details(ran.output, turn.streams),
            **route_to(address_of_peer(ran.output)),
        }
        if value and turn.streams == 1 and (lost := self._lost(value, receive=turn.receive)) is not None:
            detail["lost_percent"] = round(lost, 3)
        return recorder.sample(value, reason, detail)

    def _lost(self, megabytes_a_second: float, *, receive: bool) -> float | None:
        """Return the percentage of datagrams that are lost at LOSS_SHARE of this rate; None if UDP does not pass."""
        bits = max(1, round(LOSS_SHARE * megabytes_a_second * 8e6))
        ran = self._run(LOSS_SECONDS, receive=receive, datagrams_a_second=bits)
        self.context.checkpoint()
        return None if problem_of(ran.output) or ran.problem else lost_percent(ran.output)

    def _run(self, seconds: int, *, receive: bool, streams: int = 1, datagrams_a_second: int = 0) -> Ran:
        command = self.iperf.command(
            self.peer, seconds, receive=receive, streams=streams, datagrams_a_second=datagrams_a_second
        )
        try:
            return run_program(command, seconds=seconds + PATIENCE_SECONDS, stop=self.context.stop)
        except OSError as error:
            raise CannotRun(f"{self.iperf.path} cannot be started: {error.strerror}", "install it again") from error


def _in_words(sample: Sample) -> str:
    return f"invalid ({sample.reason})" if sample.value is None else f"{amount(sample.value, 'MB/s')} MB/s"
