"""Every fact and metric of the registry, asked rightly, of a wrong type and misspelt."""

import json
from pathlib import Path
from random import Random

import pytest

from hostcheck.catalogue.kinds import NUMBERS
from hostcheck.catalogue.loader import entries
from hostcheck.errors import MistakesError, UnfitError, UsageError
from hostcheck.profiles import loader
from hostcheck.profiles.loader import parse
from hostcheck.profiles.measured import judge_metrics
from hostcheck.profiles.model import Question
from hostcheck.profiles.predicates import PREDICATES
from hostcheck.profiles.questions import PREDICATES_OF, convert
from hostcheck.run.measured import Metric
from hostcheck.run.metrics import METRICS, spec_of
from hostcheck.run.model import Fact, HostIdentity, Run
from hostcheck.thresholds import parse_threshold
from hostcheck.units import example_in
from hostcheck.verdicts import judge
from tests.effort import TIMES

FACTS = entries()
IDS = [*(metric for metric, spec in METRICS.items() if not spec.of), "storm.curve.40.seconds"]
WRONG = {
    "boolean": ["true", 1, [True]],
    **{kind: ["many", True, "5 parsecs", float("nan"), float("inf"), 1e300, ["many"]] for kind in NUMBERS},
    "version": [3.1, 3, "new", True, "3.10-rc1"],
    "choice": ["nonsense-value", 1, True],
    "text": [1, True, " "],
    "path": ["docker.sock", 1],
    "set": [[1], ["nonsense-value"], "cpu", []],
    "ports": [[0], [70000], ["80"], ["tcp/80/tcp"], ["sctp/80"], [True], [[80]], 80, []],
    "range": [[1], [2, 1], ["1", "2"], [1, 70000], 5],
    "map": [["nonsense-name"], [1], "ip", []],
}
"""Arguments that a fact of the type cannot be compared with."""


def toml(value):
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(toml, value))}]"
    return repr(value) if isinstance(value, float) else json.dumps(value)


def line(subject, predicate, argument, of="fact"):
    """Write a profile of one check; it is asked at line 7."""
    return (
        f'title = "T"\nsummary = "S."\n[[check]]\nid = "c"\ntitle = "C"\n{of} = "{subject}"\n'
        f'{predicate} = {toml(argument)}\nseverity = "required"\nwhy = "w."\nfix = "f."\nsource = "s"\n'
    )


def asked(*arguments):
    return parse(line(*arguments), Path("mine.toml"))


def status(profile, value):
    subject = profile.checks[0].test.subject
    (verdict,) = judge(profile, {subject: Fact(subject, value)})
    return verdict.status


def right(entry):
    """Yield predicates and arguments that the example meets."""
    example, kind = entry.example, entry.kind
    for predicate in PREDICATES_OF[kind.type]:
        if predicate in {"includes", "excludes"}:
            wrong = ["tcp/9"] if kind.type == "ports" else sorted(set(kind.values) - set(example))[:1] or ["another"]
            yield predicate, list(example) if predicate == "includes" else wrong
        elif predicate in {"provides", "provides_one_of"}:
            there = [name for name, state in example.items() if state is True or state in {"loaded", "builtin"}]
            yield predicate, there[:1]
        elif predicate == "provides_none_of":
            absent = [name for name in kind.values if example.get(name) in {False, "absent", "blocked"}]
            if absent:
                yield predicate, absent[:1]
        elif predicate == "apart_from":
            yield predicate, [1, example[0] - 1]
        elif predicate == "not_one_of":
            if (other := another(entry)) is not None:
                yield predicate, [other]
        else:
            yield predicate, [example] if predicate == "one_of" else example
    if kind.none:
        yield "not_one_of", ["none"]


def another(entry):
    """Return a value that the fact may have, and the example is not."""
    kind = entry.kind
    if kind.type in NUMBERS:
        return entry.example + 1
    if kind.values:
        return next((value for value in kind.values if value != entry.example), None)
    return {"version": "1.0", "path": "/other"}.get(kind.type, "other")


def misspelt(word):
    """Yield a word with a letter too many, and with one too few, in each of its parts."""
    for place in range(2, len(word)):
        if word[place].isalpha():
            yield word[:place] + word[place] + word[place:]
    if len(word) > 8:
        yield word[:-2] + word[-1]


@pytest.mark.parametrize("entry", FACTS.values(), ids=FACTS)
def test_a_valid_line_is_accepted_and_judges_the_example_correctly(entry):
    lines = list(right(entry))
    assert {predicate for predicate, _ in lines} >= set(PREDICATES_OF[entry.kind.type]) - {"not_one_of"}
    for predicate, argument in lines:
        assert status(asked(entry.id, predicate, argument), entry.example) == "pass", (predicate, argument)


@pytest.mark.parametrize("entry", FACTS.values(), ids=FACTS)
def test_the_opposite_line_fails_on_the_example(entry):
    opposite = {"excludes": list(entry.example)} if entry.kind.type in {"set", "ports"} else {}
    if entry.kind.type in NUMBERS:
        opposite = {"at_least": entry.example + 1, "not_one_of": [entry.example]}
    elif entry.kind.type == "boolean":
        opposite = {"equals": not entry.example}
    elif entry.kind.type in {"version", "choice", "text", "path"}:
        opposite = {"not_one_of": [entry.example]}
    elif entry.kind.type == "range":
        opposite = {"apart_from": list(entry.example)}
    elif entry.kind.type == "map":
        opposite = {"provides": [next(name for name, state in entry.example.items() if state in {False, "absent"})]}
    for predicate, argument in opposite.items():
        assert status(asked(entry.id, predicate, argument), entry.example) == "fail", (predicate, argument)


@pytest.mark.parametrize("entry", FACTS.values(), ids=FACTS)
def test_a_line_of_a_wrong_type_is_refused_with_file_and_line(entry):
    for predicate in PREDICATES_OF[entry.kind.type]:
        for argument in WRONG[entry.kind.type]:
            many = isinstance(argument, list)
            if predicate in {"one_of", "not_one_of"} and not many:
                argument = [argument]  # noqa: PLW2901
            if not entry.kind.values and argument in ("nonsense-value", ["nonsense-value"]):
                continue
            with pytest.raises(UsageError, match=r"reading the profile mine\.toml:7: .+; .+"):
                asked(entry.id, predicate, argument)


@pytest.mark.parametrize("entry", FACTS.values(), ids=FACTS)
def test_a_predicate_that_does_not_fit_the_type_is_refused(entry):
    possible = {*PREDICATES_OF[entry.kind.type], *(("equals", "one_of", "not_one_of") if entry.kind.none else ())}
    for predicate in set(PREDICATES) - possible:
        with pytest.raises(UsageError, match=rf"mine\.toml:7: {predicate} does not apply to {entry.id}, .*; use "):
            asked(entry.id, predicate, 1)


@pytest.mark.parametrize("entry", FACTS.values(), ids=FACTS)
def test_a_misspelt_fact_is_refused_with_the_nearest(entry):
    words = [word for word in dict.fromkeys(misspelt(entry.id)) if word not in FACTS]
    # One of some twenty slips of each fact: the search for the nearest of all facts takes the time.
    for word in Random(entry.id).sample(words, min(TIMES, len(words))):
        with pytest.raises(UsageError, match=rf"mine\.toml:6: there is no fact '{word}'; did you mean {entry.id}\?"):
            asked(word, "equals", True)


@pytest.mark.parametrize("entry", [entry for entry in FACTS.values() if entry.kind.values], ids=lambda entry: entry.id)
def test_a_misspelt_value_is_refused_with_the_nearest(entry):
    predicate = PREDICATES_OF[entry.kind.type][1]
    for value in entry.kind.values:
        if len(value) > 3 and "'" not in value:
            word = value[:3] + value[2:]
            with pytest.raises(UsageError, match=rf"mine\.toml:7: '{word}' does not fit {entry.id}.*; did you mean "):
                asked(entry.id, predicate, [word])


@pytest.mark.parametrize("metric", IDS)
def test_a_question_about_a_metric_is_checked(metric):
    kind = spec_of(metric)
    found = Metric(metric, kind.unit, kind.better, "ok", "", kind.example, (kind.example * 0.99, kind.example * 1.01))
    for limit in (kind.example * 0.9, example_in(kind.unit)):
        profile = asked(metric, "at_least", limit, "metric")
        argument = profile.checks[0].test.argument
        run = Run("r", "0", "2026-11-23T10:00:00Z", HostIdentity("h"), metrics=(found,), verdicts=judge(profile, {}))
        (verdict,) = judge_metrics(run, [profile]).verdicts
        low, high = found.interval
        assert verdict.status == ("pass" if argument <= low else "fail" if argument > high else "unknown")
        assert parse_threshold(f"{metric} >= {limit}").limit == argument
    for wrong in ("5 parsecs", "fast", True, 0, -1, float("nan"), float("inf"), "400 GB", "50 %", [1]):
        with pytest.raises(UsageError, match=r"mine\.toml:7: .+; .+"):
            asked(metric, "at_most", wrong, "metric")
    for word in misspelt(metric):
        nearest = r"storm\.curve\.(N|\d+)\.seconds" if ".curve." in metric else metric
        with pytest.raises(UsageError, match=rf"mine\.toml:6: there is no metric .*; did you mean {nearest}\?"):
            asked(word, "at_least", 1, "metric")
    with pytest.raises(UsageError, match="equals does not apply to a metric; use at_least or at_most"):
        asked(metric, "equals", 1, "metric")


def test_the_reported_mistakes_are_refused_and_the_corrections_work():
    memory = FACTS["hw.memory_bytes"].id
    assert status(asked(memory, "at_least", "400 GB"), 25_276_059_648) == "fail"
    assert status(asked(memory, "at_least", "20 GB"), 25_276_059_648) == "pass"
    assert status(asked("net.ports.busy", "excludes", [18080]), ("tcp/22", "tcp/18080")) == "fail"
    assert status(asked("net.ports.busy", "excludes", [18080]), ("udp/18080",)) == "fail"
    assert status(asked("net.ports.busy", "excludes", ["18080/tcp"]), ("udp/18080",)) == "pass"
    with pytest.raises(UsageError, match=r"no fact 'net\.port\.busy'; did you mean net\.ports\.busy\?"):
        asked("net.port.busy", "excludes", [18080])


def test_ports_that_must_be_free_are_listed_alone():
    text = line("x", "y", 1).replace('fact = "x"\ny = 1\n', "ports = [80, 443]\n")
    (check,) = parse(text, Path("mine.toml")).checks
    assert check.test == Question("net.ports.busy", "excludes", ["tcp/80", "udp/80", "tcp/443", "udp/443"])
    with pytest.raises(UsageError, match=r"mine\.toml:6: 'http' is not a port; write 80"):
        parse(text.replace("80, 443", '"http"'), Path("mine.toml"))
    with pytest.raises(UsageError, match=r"mine\.toml:7: the row has two questions"):
        parse(text.replace("ports", 'fact = "hw.swap"\nports'), Path("mine.toml"))


@pytest.mark.parametrize(
    ("subject", "predicate", "argument", "of", "message"),
    [
        ("disk.randread.iops", "at_least", 5, "fact", 'is a metric, not a fact; write metric = "disk.randread.iops"'),
        ("hw.cpus", "at_least", 5, "metric", 'is a fact, not a metric; write fact = "hw.cpus"'),
        ("cgroup.mode", "one_of", ["v3"], "fact", "'v3' does not fit cgroup.mode"),
        ("net.ports.busy", "includes", [80], "fact", '80 does not name the protocol; write "tcp/80" or "udp/80"'),
        ("kernel.version", "at_least", 3.10, "fact", 'write a text, such as "6.1"'),
        ("kernel.version", "at_least", "6.1.5", "fact", "'6.1.5' does not fit kernel.version"),
        (
            "engine.limits",
            "one_of",
            ["memory"],
            "fact",
            "one_of can compare engine.limits only with none, not with 'memory'",
        ),
        ("engine.warnings", "includes", ["none", 1], "fact", "1 does not fit engine.warnings"),
        ("engine.limits", "provides", ["none"], "fact", "'none' does not fit engine.limits"),
        (
            "hw.memory_bytes",
            "at_least",
            True,
            "fact",
            'write a number of bytes, such as 16777216000, or with a unit: "400',
        ),
        ("hw.cpus", "at_least", 2.5, "fact", "2.5 does not fit hw.cpus, whose type is whole number"),
        ("hw.cpus", "at_least", -1, "fact", "-1 does not fit hw.cpus"),
        ("net.conntrack.used_percent", "at_most", 150, "fact", "150 does not fit"),
        ("net.rtt_ms", "at_most", "none", "fact", "'none' is not a quantity"),
        ("hw.cpus", "not_one_of", ["none"], "fact", "'none' is not a quantity"),
        ("my.pages.p99", "at_most", "5 GB", "metric", "'GB' in '5 GB' is not a unit of a metric"),
    ],
)
def test_the_remedy_shows_a_correct_value(subject, predicate, argument, of, message):
    with pytest.raises(UsageError) as refused:
        asked(subject, predicate, argument, of)
    assert message in str(refused.value)


def test_a_file_system_of_fuse_may_have_any_name():
    assert status(asked("storage.backing_fs", "not_one_of", ["fuse.sshfs"]), "fuse.sshfs") == "fail"
    with pytest.raises(UsageError, match="'fuze.sshfs' does not fit"):
        asked("storage.backing_fs", "not_one_of", ["fuze.sshfs"])


def test_a_users_own_metric_is_asked_with_its_unit():
    assert asked("my.pages.p99", "at_most", "5 ms", "metric").checks[0].test.unit == "s"
    assert asked("fio.read.4k.q1.iops", "at_least", 10, "metric").checks[0].test.unit == ""


def test_units_become_those_of_the_fact():
    assert asked("net.rtt_ms", "at_most", "0.01 s").checks[0].test.argument == 10
    assert asked("net.conntrack.max", "at_least", "100k").checks[0].test.argument == 100_000
    assert asked("hw.steal_percent", "at_most", "5 %").checks[0].test.argument == 5


SHIPPED = sorted(Path(loader.__file__).parent.glob("*.toml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_profiles_ask_only_questions_that_fit(path):
    for check in parse(path.read_text(), path).checks:
        for question in (check.test, *(condition.test for condition in check.when)):
            assert convert(question) == question, check.id


def test_what_a_changed_check_inherits_fits_too():
    head = 'title = "T"\nsummary = "S."\nextends = "docker"\n'
    with pytest.raises(UsageError, match=r"mine\.toml:6: .*6.* does not fit kernel\.version"):
        parse(head + '[[check]]\nid = "kernel.version"\nat_least = 6\n', Path("mine.toml"))
    with pytest.raises(UsageError, match=r"mine\.toml:4: at_least does not apply to hw\.swap"):
        parse(head + '[[check]]\nid = "kernel.version"\nfact = "hw.swap"\n', Path("mine.toml"))


def test_an_error_of_a_question_says_what_is_wrong_and_what_is_right():
    with pytest.raises(UnfitError) as refused:
        convert(Question("hw.cpu", "at_least", 2))
    assert (refused.value.of_subject, refused.value.remedy) == (True, "did you mean hw.cpus?")


def test_all_mistakes_of_a_file_are_listed_at_once():
    text = (
        'title = 1\nsumary = "S."\n'
        '[[check]]\nid = "a"\ntitle = "A"\nfact = "hw.cpu"\nat_least = 2\nseverity = "must"\nwhy = ""\nfix = "f."\n'
        '[[check]]\nid = "b"\ntitle = "B"\nfact = "hw.memory_bytes"\nat_least = "400 gb"\nseverity = "required"\n'
        'why = "w."\nfix = "f."\nsource = "s"\nwhen = { fact = "os.init", equals = "sysv", otherwise = "x" }\n'
    )
    with pytest.raises(MistakesError) as refused:
        parse(text, Path("mine.toml"))
    lines = [each.removeprefix("reading the profile mine.toml:") for each in refused.value.lines]
    assert [each.partition(":")[0] for each in lines] == ["2", "1", "9", "3", "8", "6", "15", "20"]
    assert lines[5] == "6: there is no fact 'hw.cpu'; did you mean hw.cpus?"
    assert str(refused.value).endswith("(and 7 more mistakes)")


def test_of_very_many_mistakes_the_first_are_listed():
    rows = "".join(f'[[check]]\nid = "c{number}"\n' for number in range(30))
    with pytest.raises(MistakesError) as refused:
        parse(f'title = "T"\nsummary = "S."\n{rows}', Path("mine.toml"))
    assert len(refused.value.lines) == 21
    assert refused.value.lines[-1] == "and 160 more mistakes"
