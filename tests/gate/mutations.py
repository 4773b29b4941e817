"""Changes of a run file's JSON, each of which is a lie that can be found: by itself it makes no host fit.

What cannot be found is not here: another value of a fact or a sample that it could have too, and changes that agree
with each other, such as a later start, end and samples, or a profile taken out of the record with its verdicts.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from hostcheck.catalogue.kinds import fits
from hostcheck.catalogue.loader import entries
from hostcheck.run.independent import BATCHES, RUN

Document = dict[str, Any]


@dataclass(frozen=True)
class Aim:
    """What a mutation is made with.

    Attributes:
        chance: what chooses.
        facts: those that the outcome hangs on.
        metric: the one that it hangs on; empty for none.
    """

    chance: Random
    facts: tuple[str, ...] = ()
    metric: str = ""


Mutation = Callable[[Document, Aim], None]

JUNK = (
    None,
    True,
    False,
    0,
    -1,
    3,
    7.5,
    1e300,
    10**400,
    "",
    "x",
    "none",
    "pass",
    [],
    ["x"],
    [1],
    {},
    {"a": 1},
    [[1]],
    {"a": {}},
)
STATUSES = ("pass", "warn", "fail", "skip", "unknown")
ADDED = "2999-01-01T00:00:00Z"


def _fact(document: Document, aim: Aim) -> str:
    known = [each for each in aim.facts if each in document["facts"]] if aim.chance.random() < 0.6 else []
    return aim.chance.choice(known or list(document["facts"]) or ["kernel.version"])


def _metric(document: Document, aim: Aim) -> Document:
    known = [each for each in document["metrics"] if each["id"] == aim.metric] if aim.chance.random() < 0.6 else []
    nothing = {"id": "", "unit": "IOPS", "better": "higher", "value": None, "samples": [], "settings": {}}
    return aim.chance.choice(known or document["metrics"] or [nothing])


def _sample(document: Document, aim: Aim) -> Document:
    return aim.chance.choice(_metric(document, aim)["samples"] or [{"value": 1.0, "valid": True, "reason": ""}])


def _misfit(fact_id: str, aim: Aim) -> Any:
    """Return a value that the fact cannot have."""
    entry = entries().get(fact_id)
    wrong = [
        junk for junk in JUNK if entry is None or not fits(entry.kind, tuple(junk) if isinstance(junk, list) else junk)
    ]
    return aim.chance.choice(wrong)


def status(document: Document, aim: Aim) -> None:
    """Another status of a verdict."""
    if document["verdicts"]:
        aim.chance.choice(document["verdicts"])["status"] = aim.chance.choice(STATUSES)


def statuses(document: Document, aim: Aim) -> None:
    """One status of all verdicts."""
    word = aim.chance.choice(STATUSES)
    for verdict in document["verdicts"]:
        verdict["status"] = word


def severity(document: Document, _aim: Aim) -> None:
    """Nothing required."""
    for verdict in document["verdicts"]:
        verdict["severity"] = "recommended"


def verdict_removed(document: Document, aim: Aim) -> None:
    """A verdict less."""
    if document["verdicts"]:
        document["verdicts"].pop(aim.chance.randrange(len(document["verdicts"])))


def verdicts_removed(document: Document, _aim: Aim) -> None:
    """No verdicts."""
    document["verdicts"] = []


def verdict_twice(document: Document, aim: Aim) -> None:
    """A verdict that is there twice, the second with a pass."""
    if document["verdicts"]:
        document["verdicts"].append({**aim.chance.choice(document["verdicts"]), "status": "pass"})


def profile_without_verdicts(document: Document, aim: Aim) -> None:
    """No verdicts of a profile."""
    profile = aim.chance.choice(document["profiles"])
    document["verdicts"] = [each for each in document["verdicts"] if each["profile"] != profile]


def profile_not_recorded(document: Document, aim: Aim) -> None:
    """A profile less in the record."""
    document["profiles"].pop(aim.chance.randrange(len(document["profiles"])))


def profile_renamed(document: Document, aim: Aim) -> None:
    """Another profile in the record, which asks for less."""
    document["profiles"] = [aim.chance.choice(["etcd", "compose", "zookeeper", "nonesuch"])]


def roles_removed(document: Document, _aim: Aim) -> None:
    """No roles in the record."""
    document.pop("roles", None)


def fact_removed(document: Document, aim: Aim) -> None:
    """A fact less."""
    document["facts"].pop(_fact(document, aim), None)


def facts_removed(document: Document, aim: Aim) -> None:
    """Many facts less, or all."""
    share = aim.chance.choice([0.1, 0.5, 1.0])
    document["facts"] = {key: value for key, value in document["facts"].items() if aim.chance.random() > share}


def fact_renamed(document: Document, aim: Aim) -> None:
    """A fact of another name."""
    fact = document["facts"].pop(_fact(document, aim), None)
    document["facts"]["kernel.nonesuch"] = fact or {"value": 1, "known": True, "evidence": []}


def fact_unknown(document: Document, aim: Aim) -> None:
    """The known flag of a fact the other way round, and nothing else."""
    if fact := document["facts"].get(_fact(document, aim)):
        fact["known"] = not fact["known"]


def fact_flag_lost(document: Document, aim: Aim) -> None:
    """A fact without its flag, which is then known."""
    if fact := document["facts"].get(_fact(document, aim)):
        fact.pop("known", None)


def fact_of_another_type(document: Document, aim: Aim) -> None:
    """A value that the fact cannot have."""
    fact_id = _fact(document, aim)
    if fact := document["facts"].get(fact_id):
        fact.update(value=_misfit(fact_id, aim), known=True, reason="")


def metric_removed(document: Document, aim: Aim) -> None:
    """A metric less."""
    if document["metrics"]:
        document["metrics"].pop(aim.chance.randrange(len(document["metrics"])))


def _great(metric: Document, factor: float) -> float:
    """Return a figure that passes whatever is asked."""
    return (metric.get("value") or 1.0) * (factor if metric["better"] == "higher" else 1 / factor)


def metric_twice(document: Document, aim: Aim) -> None:
    """A metric that is there twice, the first with a great figure."""
    metric = json.loads(json.dumps(_metric(document, aim)))
    value = _great(metric, 100)
    samples = [{"value": value, "valid": True, "reason": "", "started": STARTED}] * 3
    metric.update(value=value, interval=[value, value], samples=samples, estimator="geometric-mean-t/1", state="ok")
    document["metrics"].insert(0, metric)


def figure_of_nothing(document: Document, aim: Aim) -> None:
    """A great figure without samples, or of an unknown estimator."""
    metric = _metric(document, aim)
    value = _great(metric, 100)
    metric.update(value=value, interval=[value * 0.99, value * 1.01])
    metric.update(aim.chance.choice([{"samples": []}, {"estimator": "maximum/1"}]))


def metric_renamed(document: Document, aim: Aim) -> None:
    """The figures of another kind of metric, or of none that is known."""
    metric = _metric(document, aim)
    metric["id"] = aim.chance.choice(
        ["x.y", "storm.curve.7.seconds" if metric.get("unit") != "s" else "disk.mixed.iops"]
    )


def samples_removed(document: Document, aim: Aim) -> None:
    """A figure without its samples."""
    _metric(document, aim)["samples"] = []


def sample_removed(document: Document, aim: Aim) -> None:
    """A sample less."""
    samples = _metric(document, aim)["samples"]
    if samples:
        samples.pop(aim.chance.randrange(len(samples)))


def sample_added(document: Document, aim: Aim) -> None:
    """A sample more."""
    metric = _metric(document, aim)
    metric["samples"].append({"value": aim.chance.choice([1e-3, 1.0, 1e6]), "valid": True, "reason": "", "started": ""})


def sample_changed(document: Document, aim: Aim) -> None:
    """Another value of a sample."""
    sample = _sample(document, aim)
    if sample["value"]:
        sample["value"] *= aim.chance.choice([0.01, 0.9, 1.1, 100])


def sample_counted(document: Document, aim: Aim) -> None:
    """A sample that counts where it did not, or the other way round."""
    sample = _sample(document, aim)
    sample["valid"] = not sample["valid"]


def value_changed(document: Document, aim: Aim) -> None:
    """Another value of a metric, with its interval or without."""
    metric, factor = _metric(document, aim), aim.chance.choice([1e-3, 0.5, 0.999, 1.001, 2, 1e3])
    if metric.get("value"):
        metric["value"] *= factor
        if metric["interval"] and aim.chance.random() < 0.7:
            metric["interval"] = [end * factor for end in metric["interval"]]


def interval_changed(document: Document, aim: Aim) -> None:
    """A narrower, a wider or a shifted interval, or none."""
    metric = _metric(document, aim)
    if metric.get("interval"):
        low, high = metric["interval"]
        value = metric["value"]
        metric["interval"] = aim.chance.choice(
            [None, [value, value], [(low + value) / 2, (high + value) / 2], [low / 100, low / 50], [high, high * 2]]
        )


def turned(document: Document, aim: Aim) -> None:
    """Another unit, or the other direction."""
    metric = _metric(document, aim)
    if aim.chance.random() < 0.5:
        metric["unit"] = aim.chance.choice(["s", "IOPS", "MB/s"])
    if aim.chance.random() < 0.7:
        metric["better"] = aim.chance.choice(["higher", "lower"])


def state(document: Document, aim: Aim) -> None:
    """Another state of a metric."""
    _metric(document, aim)["state"] = aim.chance.choice(
        ["ok", "unstable", "partial", "invalid", "skipped", "published"]
    )


def estimator(document: Document, aim: Aim) -> None:
    """Another estimator, one that is not known, or none."""
    names = ["", "geometric-mean-t/1", "batch-means-t/1", "pooled-runs-t/1", "geometric-mean-t/2", "maximum/1"]
    _metric(document, aim)["estimator"] = aim.chance.choice(names)


def settings(document: Document, aim: Aim) -> None:
    """Other settings."""
    _metric(document, aim)["settings"] = aim.chance.choice([{}, {"at_least": True}, {"containers": 1}])


def marked(document: Document, aim: Aim) -> None:
    """Samples with the marks of other estimators."""
    metric = _metric(document, aim)
    great = _great(metric, 1e4)
    batches = aim.chance.random() < 0.6
    for number, sample in enumerate(metric["samples"]):
        mark = {BATCHES: [great, great * 1.0001]} if batches else {RUN: number}
        sample["detail"] = {**sample.get("detail", {}), **mark}


def time_changed(document: Document, aim: Aim) -> None:
    """Another time of the run: its start, or its end."""
    key = aim.chance.choice(["started", "ended"])
    document[key] = aim.chance.choice([document["started"], ADDED, "", "x", NOW_TEXT])


def of_the_future(document: Document, _aim: Aim) -> None:
    """Every time in the future."""
    for each in (document, *(sample for metric in document["metrics"] for sample in metric["samples"])):
        each.update({key: ADDED for key in ("started", "ended") if each.get(key)})


def ended_removed(document: Document, _aim: Aim) -> None:
    """A run that was cut short."""
    document["ended"] = None


def host_changed(document: Document, aim: Aim) -> None:
    """Another host's run; its name is none that is asked for."""
    document["host"] = {"name": aim.chance.choice(["other", "", "x"])}


def junk(document: Document, aim: Aim) -> None:
    """Another value, of any type, or none, where no other mutation looks for the right one to change."""
    place: Any = document
    while True:
        keys = list(place) if isinstance(place, dict) else range(len(place))
        keys = [key for key in keys if not (place is document and key in ELSEWHERE)]
        key = aim.chance.choice(list(keys))
        if not place[key] or not isinstance(place[key], (dict, list)) or aim.chance.random() < 0.2:
            break
        place = place[key]
    if aim.chance.random() < 0.2:
        del place[key]
    else:
        place[key] = aim.chance.choice(JUNK)


ELSEWHERE = ("facts", "profiles", "roles", "host")
STARTED = "2026-11-01T10:00:00Z"
NOW_TEXT = "2026-11-23T12:00:00Z"

AREAS: dict[str, tuple[Mutation, ...]] = {
    "record": (
        *(status, statuses, severity, verdict_removed, verdicts_removed, verdict_twice),
        *(profile_without_verdicts, profile_not_recorded, profile_renamed, roles_removed, roles_removed),
    ),
    "facts": (
        *(fact_removed, fact_removed, facts_removed, fact_renamed, fact_unknown, fact_unknown),
        *(fact_flag_lost, fact_of_another_type, fact_of_another_type),
    ),
    "metrics": (
        *(metric_removed, metric_twice, metric_renamed, samples_removed, sample_removed, sample_added),
        *(sample_changed, sample_counted, figure_of_nothing, value_changed, value_changed, interval_changed),
        *(turned, state, estimator, settings, marked, marked),
    ),
    "run": (time_changed, time_changed, of_the_future, ended_removed, host_changed),
    "any": (junk,),
}
"""Two of one area could agree with each other; of two areas they cannot."""
