import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from hostcheck.errors import MistakesError, UsageError
from hostcheck.gate.policy import Policy
from hostcheck.gate.policy_file import parse_policy, read_policy
from hostcheck.gate.waivers import Waiver
from hostcheck.thresholds import Threshold

WHOLE = """\
[gate]
profiles = ["docker", "docker-2014"]
fail_on = "recommended"
unknown = "fail"
thresholds = ["disk.randwrite.iops >= 5000", "build.cold.seconds <= 60"]
baseline = "runs/node.json"
margin_percent = 15
max_age = "7d"

[[gate.waiver]]
id = "cgroup.*"
reason = "v1 until the kernel is renewed"
until = 2027-01-31

[[gate.waiver]]
id = "storage.aufs"
"""
OURS = Path("conf/hostcheck.toml")


def test_a_policy_says_all_that_a_gate_asks():
    assert parse_policy(WHOLE, OURS) == Policy(
        profiles=("docker", "docker-2014"),
        fail_on="recommended",
        unknown="fail",
        thresholds=(Threshold("disk.randwrite.iops", ">=", 5000), Threshold("build.cold.seconds", "<=", 60)),
        baseline="conf/runs/node.json",
        margin=0.15,
        max_age=timedelta(days=7),
        waivers=(Waiver("cgroup.*", "v1 until the kernel is renewed", date(2027, 1, 31)), Waiver("storage.aufs")),
        source="conf/hostcheck.toml",
    )


def test_an_empty_table_asks_what_the_command_line_does():
    assert parse_policy("[gate]\n", OURS) == Policy(source="conf/hostcheck.toml")


def test_in_pyproject_the_table_is_the_tools_own():
    text = '[project]\nname = "x"\n[tool.other]\ngate = 1\n' + WHOLE.replace("[gate", "[tool.hostcheck.gate").replace(
        "[[gate", "[[tool.hostcheck.gate"
    )
    policy = parse_policy(text, Path("pyproject.toml"))
    assert policy.fail_on == "recommended"
    assert len(policy.waivers) == 2


@pytest.mark.parametrize(
    "text", ["", "tool = 1", "[tool]\nhostcheck = 1", "[tool.hostcheck]", "[tool.hostcheck.other]"]
)
def test_a_pyproject_without_the_table_is_no_policy(text):
    with pytest.raises(UsageError, match=r"no table \[tool\.hostcheck\.gate\]|unknown key 'other'"):
        parse_policy(text, Path("pyproject.toml"))


def test_a_reference_run_and_an_absolute_path_stay_as_they_are():
    assert parse_policy('[gate]\nbaseline = "reference:x"', OURS).baseline == "reference:x"
    assert parse_policy('[gate]\nbaseline = "/runs/a.json"', OURS).baseline == "/runs/a.json"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[gate]\nfail_no = "required"', r"hostcheck\.toml:2: unknown key 'fail_no'; did you mean fail_on\?"),
        ("[gate]\n\nprofile = []", r":3: unknown key 'profile'; did you mean profiles\?"),
        ("[gates]\n", r":1: unknown key 'gates'; did you mean gate\?"),
        ("gate = 1", r":1: gate is not a table"),
        ("# empty", r"there is no table \[gate\]"),
        ('[gate]\nfail_on = "all"', r":2: fail_on is 'all'; use one of required, recommended"),
        ('[gate]\nfail_on = ["required"]', r":2: fail_on"),
        ('[gate]\nunknown = "maybe"', r":2: unknown is 'maybe'; use one of fail, inconclusive"),
        ('[gate]\nprofiles = "docker"', r":2: profiles is 'docker'; write a list of texts"),
        ('[gate]\nprofiles = [\n"docker",\n"dockr"]', r":4: there is no profile 'dockr'; did you mean docker\?"),
        ("[gate]\nprofiles = []", r":2: profiles is \[\]"),
        ('[gate]\nthresholds = ["a == 1"]', r":2: 'a == 1' is not a threshold"),
        ("[gate]\nmargin_percent = 0", r":2: margin_percent is 0"),
        ("[gate]\nmargin_percent = true", r":2: margin_percent is True"),
        ("[gate]\nmargin_percent = nan", r":2: margin_percent is nan"),
        ('[gate]\nbaseline = "a\\u0000"', r":2: 'a\\x00' is not the path of a file"),
        ("[gate]\nbaseline = 3", r":2: baseline is 3"),
        ('[gate]\nwaiver = "x"', r":2: waiver is not a list of tables; write each as \[\[gate\.waiver\]\]"),
        ('[[gate.waiver]]\nid = "a"\n[[gate.waiver]]\nreason = "b"', r"waiver 2 has no id"),
        (
            '[[gate.waiver]]\nid = "a"\n[[gate.waiver]]\nid = "b"\nidd = "b"',
            r":5: unknown key 'idd'; did you mean id\?",
        ),
        ('[[gate.waiver]]\nid = "a"\nuntil = "2027-01-31"', r":3: until is '2027-01-31'; write a date without quotes"),
        ('[[gate.waiver]]\nid = "a"\nuntil = 2027-01-31T00:00:00', r":3: until is"),
        ("[gate]\nfail_on = \n", r"line 2"),
        ('[gate]\nwaiver = [{id = "a", untill = 2027-01-31}]', r"unknown key 'untill'; did you mean until\?"),
    ],
)
def test_what_a_policy_does_not_know_is_refused_with_its_line_and_the_nearest_name(text, message):
    with pytest.raises(UsageError, match=message):
        parse_policy(text, OURS)


def test_all_mistakes_of_a_policy_are_listed_at_once_each_with_its_line():
    text = (
        '[gate]\nprofile = ["docker"]\nfail_on = "all"\nthresholds = [\n  "disk.randwrit.iops >= 5",\n'
        '  "disk.randread.iops >= 5 ms",\n  "disk.randread.iops >= 5k",\n]\nmargin_percent = 0\n'
        '[[gate.waiver]]\nreason = "r"\n[[gate.waiver]]\nid = "a"\nuntill = 1\nuntil = "soon"\n'
    )
    with pytest.raises(MistakesError) as refused:
        parse_policy(text, OURS)
    lines = [each.removeprefix("reading the policy conf/hostcheck.toml:") for each in refused.value.lines]
    assert [each.partition(":")[0] for each in lines] == ["2", "3", "5", "6", "9", "10", "14", "15"]
    assert lines[2] == "5: there is no metric 'disk.randwrit.iops'; did you mean disk.randwrite.iops?"
    assert lines[3].startswith("6: '5 ms' is a time, not a rate of I/Os in IOPS; write it like 10k IOPS")


def test_a_policy_of_more_profiles_than_there_are_engines_is_refused():
    names = ", ".join(f'"p{number}"' for number in range(101))
    with pytest.raises(UsageError, match=r"policy.toml:2: profiles names 101 profiles; name at most 100"):
        parse_policy(f"[gate]\nprofiles = [{names}]\n", Path("policy.toml"))


def test_a_policy_that_cannot_be_read_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="No such file"):
        read_policy(tmp_path / "hostcheck.toml")
    (tmp_path / "hostcheck.toml").write_bytes(b"\xff")
    with pytest.raises(UsageError, match="not UTF-8"):
        read_policy(tmp_path / "hostcheck.toml")


def test_an_unknown_that_passes_is_refused_with_what_to_write_instead(tmp_path):
    with pytest.raises(
        UsageError, match=r":2: unknown is 'pass', but an unknown result must not pass; waive the check"
    ):
        parse_policy('[gate]\nunknown = "pass"\n', tmp_path / "hostcheck.toml")


def test_an_age_that_is_none_is_refused_with_its_line(tmp_path):
    with pytest.raises(UsageError, match=r":2: '7 moons' is not a duration; write it like 30min, 12h, 7d or 2w"):
        parse_policy('[gate]\nmax_age = "7 moons"\n', tmp_path / "hostcheck.toml")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[gate]\nmargin_percent = " + "1" * 5000, "a number in it has more than 4,300 digits"),
        ("[gate]\nmargin_percent = 0x" + "f" * 5000, "a number in it has more than 64 bits"),
        ("[gate]\nbaseline = 0x" + "f" * 5000, "a number in it has more than 64 bits"),
        ("a = " + "[" * 5000, "nested too deeply"),
        ("[[gate.waiver]]\nid = 'a'\nuntil = 2027-01-01T00:00:00", ":3: until is 2027-01-01T00:00:00; write a date"),
    ],
)
def test_what_python_cannot_read_or_show_is_refused_in_hostchecks_words(tmp_path, content, message):
    path = tmp_path / "hostcheck.toml"
    path.write_text(content)
    with pytest.raises(UsageError, match=message) as refused:
        read_policy(path)
    assert not re.search("recursion|datetime|sys\\.", str(refused.value))


def test_a_byte_order_mark_is_no_part_of_a_policy(tmp_path):
    path = tmp_path / "hostcheck.toml"
    path.write_bytes(b'\xef\xbb\xbf[gate]\nprofiles = ["docker"]\n')
    assert read_policy(path).profiles == ("docker",)
