"""Judge checks of metrics, which are unknown in an audit, by the metrics of a measured run."""

from collections.abc import Iterable
from dataclasses import replace

from hostcheck.profiles.model import Profile, Question
from hostcheck.profiles.sentences import of_metric
from hostcheck.run.model import Run, Verdict
from hostcheck.thresholds import Operator, Threshold, judge


def judge_metrics(run: Run, profiles: Iterable[Profile]) -> Run:
    """Return the run with verdicts for the metrics it has.

    A metric is judged by its 95 % interval: an interval that contains the bound leaves the check unknown.

    Args:
        run: audited for these profiles, and measured.
        profiles: that it was audited for.
    """
    questions = {
        (profile.name, check.id): check.test
        for profile in profiles
        for check in profile.checks
        if check.test.of == "metric" and run.metric(check.test.subject) is not None
    }
    return replace(run, verdicts=tuple(_judged(verdict, questions, run) for verdict in run.verdicts))


def _judged(verdict: Verdict, questions: dict[tuple[str, str], Question], run: Run) -> Verdict:
    question = questions.get((verdict.profile, verdict.check))
    if question is None or verdict.status == "skip":
        return verdict
    operator: Operator = ">=" if question.predicate == "at_least" else "<="
    threshold = Threshold(question.subject, operator, question.argument, question.unit)
    status, found = judge(threshold, run.metric(question.subject))
    if status == "fail" and verdict.severity == "recommended":
        status = "warn"
    sentence = of_metric(question, status, found, verdict.severity)
    return replace(verdict, status=status, found=found, sentence=sentence)
