"""No change of a run file that can be found makes a yes of a no, or of what cannot be known."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from random import Random

import pytest

from hostcheck.bench.summary import summarise
from hostcheck.comparison.pool import pool
from hostcheck.errors import UsageError
from hostcheck.gate.decision import decide
from hostcheck.gate.policy import Policy
from hostcheck.gate.waivers import Waiver
from hostcheck.profiles.loader import load
from hostcheck.run.codec import to_json
from hostcheck.run.estimators import BATCH_MEANS, estimate_of
from hostcheck.run.files import run_of
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import MetricSpec
from hostcheck.run.model import Run
from hostcheck.stats.batches import batch_means
from hostcheck.thresholds import parse_threshold
from tests.effort import TIMES, share
from tests.gate.hosts import NAMES, audited
from tests.gate.mutations import AREAS, NOW_TEXT, STARTED, Aim

MUTATIONS = 500 * TIMES
NOW = datetime.fromisoformat(NOW_TEXT)
OLD = STARTED
AUDITED = (("docker", "kubernetes"), ("worker",))
RATES, SECONDS = (800.0, 805.0, 798.0), (61.0, 60.5, 62.0)


@dataclass(frozen=True)
class Base:
    """A run that must not pass, and what it is judged by: all but one thing that keeps it from passing is waived."""

    text: str
    policy: Policy
    baseline: Run | None
    facts: tuple[str, ...]
    metric: str


def samples(*values: float) -> list[Sample]:
    return [Sample(value, seconds=2.0, started=OLD) for value in values]


def measured(*, factor: float = 1.0) -> tuple[Metric, ...]:
    """Metrics of every estimator; with a factor above 1 they are so many times worse."""
    rate, time = MetricSpec("disk.randwrite.iops", "IOPS", "higher"), MetricSpec("build.cold.seconds", "s", "lower")
    steal = Sample(3.0, False, "steal", started=OLD)
    rates = summarise(rate, [*samples(*(value / factor for value in RATES)), steal], {"block_bytes": 4096}, wanted=3)
    times = summarise(time, samples(*(value * factor for value in SECONDS)), {"builder": "classic"}, wanted=3)
    own = summarise(
        MetricSpec("my.job.iops", "IOPS", "higher"), samples(70 / factor, 71 / factor, 70.5 / factor), {}, wanted=3
    )
    series = [(1000 + (number * 7919) % 13) / factor for number in range(200)]
    long = (Sample(1006.0 / factor, started=OLD, detail={"batches": batch_means(series)}),)
    figure = estimate_of(BATCH_MEANS, long)
    sustained = Metric("disk.sustained.iops", "IOPS", "higher", "ok", "", figure.value, figure.interval, long)
    return rates, replace(times, estimator=""), own, replace(sustained, estimator=BATCH_MEANS)


def with_pooled(run: Run, factor: float) -> Run:
    """Return the run with a metric of two runs that differ."""
    spec = MetricSpec("disk.mixed.iops", "IOPS", "higher")
    runs = [
        replace(run, id=name, metrics=(summarise(spec, samples(*(v / factor for v in values)), {}, wanted=3),))
        for name, values in (("1", (500.0, 501.0, 499.0)), ("2", (530.0, 531.0, 529.0)))
    ]
    return replace(run, metrics=(*run.metrics, *pool(runs).metrics))


def run_of_host(host: str, *, factor: float = 1.0) -> Run:
    run = audited(host, *AUDITED)
    # What decides nothing is left out: there are more mutations a second.
    needed = {fact for facts in facts_of().values() for fact in facts}
    facts = {key: replace(fact, evidence=()) for key, fact in run.facts.items() if key in needed}
    return with_pooled(replace(run, facts=facts, started=OLD, ended=OLD, metrics=measured(factor=factor)), factor)


@cache
def facts_of() -> dict[str, tuple[str, ...]]:
    """Return the facts that each check of the profiles looks at."""
    checks = [check for profile in AUDITED[0] for check in load(profile).checks]
    return {each.id: (each.test.subject, *(condition.test.subject for condition in each.when)) for each in checks}


def waived_but(run: Run, policy: Policy, baseline: Run | None, kept: str) -> Policy:
    """Return the policy with a waiver for all that counts, but for the findings of one id."""
    findings = decide(run, policy, baseline=baseline, now=NOW).having("fail", "inconclusive")
    ids = dict.fromkeys(each.id for each in findings if each.id != kept)
    return replace(policy, waivers=tuple(Waiver(each, "known", date(2999, 1, 1)) for each in ids))


THRESHOLDS = (
    *("disk.randwrite.iops >= 10k", "build.cold.seconds <= 9", "disk.sustained.iops >= 2k", "disk.mixed.iops >= 9k"),
    *("build.cold.seconds <= 61", "disk.randwrite.iops >= 801", "my.job.iops >= 70.6", "disk.seqread.bandwidth >= 1"),
)
"""Four that are missed, three that the interval straddles, one of a metric that was not measured."""

Missed = tuple[Run, Policy, Run | None, str]


def by_metrics(run: Run, worse: Run, policy: Policy) -> Iterator[Missed]:
    for text in THRESHOLDS:
        yield run, replace(policy, thresholds=(parse_threshold(text),)), None, text.split()[0]
    for metric in run.metrics:
        yield worse, policy, run, metric.id
        yield run, policy, replace(run, metrics=(replace(metric, settings={"other": 1}),)), metric.id


_OF_ROLES = [check.id for profile in AUDITED[0] for check in load(profile).checks if check.roles]


def by_checks(run: Run, policy: Policy, chance: Random) -> Iterator[Missed]:
    findings = decide(run, policy, now=NOW).having("fail", "inconclusive")
    failed = dict.fromkeys(each.id for each in findings if each.status == "fail")
    unknown = dict.fromkeys(each.id for each in findings if each.status == "unknown")
    of_a_role = [check for check in unknown if check in _OF_ROLES]
    for check in (*failed, *of_a_role, *chance.sample(list(unknown), min(8, len(unknown)))):
        yield run, policy, None, check


@cache
def bases(host: str) -> tuple[tuple[Base, ...], ...]:
    """Make runs of a host that miss a pass by one thing: a check, a figure, the age or the name."""
    run, worse = run_of_host(host), run_of_host(host, factor=3.0)
    missed: list[list[Missed]] = [[], [], []]
    for policy in (Policy(), Policy(*AUDITED)):
        missed[0] += by_checks(run, policy, Random(host))
        missed[1] += by_metrics(run, worse, policy)
        missed[2].append((run, replace(policy, max_age=timedelta(days=7)), None, "run.age"))
        missed[2].append((run, replace(policy, host="db-1"), None, "run.host"))
    texts = {id(each): json.dumps(to_json(each)) for each in (run, worse)}
    return tuple(
        tuple(
            Base(texts[id(run)], waived_but(run, policy, baseline, kept), baseline, facts_of().get(kept, ()), kept)
            for run, policy, baseline, kept in kind
        )
        for kind in missed
    )


def outcome(document: object, base: Base) -> str:
    try:
        return decide(run_of(document, "mutated"), base.policy, baseline=base.baseline, now=NOW).outcome
    except UsageError:
        return "refused"


@pytest.mark.parametrize("host", share(NAMES, 3))
def test_no_mutation_of_a_run_file_makes_it_pass(host):
    chance = Random(host)
    kinds = bases(host)
    outcomes: Counter[str] = Counter()
    for number in range(-(-MUTATIONS // len(NAMES))):
        base = chance.choice(kinds[number % len(kinds)])
        document = json.loads(base.text)
        areas = chance.sample(list(AREAS), 2 if chance.random() < 0.3 else 1)
        if "any" in areas:
            areas = ["any"]
        names = [chance.choice(AREAS[area]) for area in areas]
        for mutate in names:
            mutate(document, Aim(chance, base.facts, base.metric))
        found = outcome(document, base)
        assert found != "passed", (number, [mutate.__name__ for mutate in names], base.metric)
        outcomes[found] += 1
    assert outcomes.keys() == {"failed", "inconclusive", "refused"}


@pytest.mark.parametrize("host", share(NAMES, 3))
def test_what_is_mutated_misses_a_pass_by_one_thing(host):
    for kind in bases(host):
        for base in Random(host).sample(kind, min(4, len(kind))):
            document = json.loads(base.text)
            assert outcome(document, base) in {"failed", "inconclusive"}
            run = run_of(document, "base")
            policy = waived_but(run, replace(base.policy, waivers=()), base.baseline, "")
            assert decide(run, policy, baseline=base.baseline, now=NOW).outcome == "passed"
