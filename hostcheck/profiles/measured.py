"""Judge the checks of metrics by the metrics of a measured run. After an audit alone these checks are unknown."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from hostcheck.profiles.model import Profile, Question
from hostcheck.profiles.sentences import of_metric
from hostcheck.run.measured import Metric
from hostcheck.run.model import Run, Verdict
from hostcheck.thresholds import Operator, Threshold, judge


def judge_metrics(run: Run, profiles: Iterable[Profile]) -> Run:
    """Return the run with new verdicts on the checks whose metric it has.

    A metric is judged by its 95 % interval: an interval that contains the bound leaves the check unknown.

    Args:
        run: a run with the verdicts of an audit for these profiles, and with metrics.
        profiles: the profiles.
    """
    asked = {
        (profile.name, check.id): check.test
        for profile in profiles
        for check in profile.checks
        if check.test.of == "metric"
    }
    if not asked:
        return run
    from hostcheck.run.steadiness import measured  # noqa: PLC0415  only figures need statistics

    found = {which: (test, metric) for which, test in asked.items() if (metric := measured(run, test.subject))}
    return replace(run, verdicts=tuple(_judged(verdict, found) for verdict in run.verdicts))


def _judged(verdict: Verdict, found: Mapping[tuple[str, str], tuple[Question, Metric]]) -> Verdict:
    asked = found.get((verdict.profile, verdict.check))
    if asked is None or verdict.status == "skip":
        return verdict
    question, metric = asked
    operator: Operator = ">=" if question.predicate == "at_least" else "<="
    threshold = Threshold(question.subject, operator, question.argument, question.unit)
    status, figure = judge(threshold, metric)
    if status == "fail" and verdict.severity == "recommended":
        status = "warn"
    sentence = of_metric(question, status, figure, verdict.severity)
    return replace(verdict, status=status, found=figure, sentence=sentence)
