from pathlib import Path

import pytest

from hostcheck.errors import UsageError
from hostcheck.profiles.loader import load, names, parse
from hostcheck.proofs import is_proof

ROW = {
    "id": '"a"',
    "title": '"A"',
    "fact": '"kernel.version"',
    "at_least": '"3.8"',
    "severity": '"required"',
    "why": '"because."',
    "fix": '"do it."',
    "source": '"moby#1"',
}
HEAD = 'title = "T"\nsummary = "S."\n'


def row(**change):
    """Write one row; None leaves a key out. Values are TOML."""
    return "[[check]]\n" + "".join(f"{key} = {value}\n" for key, value in (ROW | change).items() if value is not None)


def own(*rows, head=HEAD, path=Path("mine.toml")):
    return parse(head + "".join(rows), path)


def check(profile, check_id):
    (found,) = [each for each in profile.checks if each.id == check_id]
    return found


@pytest.mark.parametrize("name", names())
def test_a_shipped_profile_loads_completely(name):
    profile = load(name)
    assert profile.name == name
    assert profile.title
    assert profile.summary.endswith(".")
    assert profile.checks


@pytest.mark.parametrize("name", names())
def test_every_text_of_a_profile_is_a_sentence_or_a_source(name):
    for each in load(name).checks:
        assert each.why.endswith("."), each.id
        assert each.fix.endswith("."), each.id
        assert not each.title.endswith("."), each.id
        assert any(mark in each.source for mark in ("#", "(", "https://", "moby", "runc", "kubeadm")), each.id
        assert all(not condition.otherwise.endswith(".") for condition in each.when), each.id


def test_an_unknown_profile_is_a_usage_error_with_the_nearest_name():
    with pytest.raises(UsageError, match="did you mean docker-2014"):
        load("docker2014")
    with pytest.raises(UsageError, match="there are: compose, crio, docker"):
        load("zzz")


def test_shared_files_are_not_profiles():
    assert not any(name.startswith("_") for name in names())
    with pytest.raises(UsageError, match="there is no profile '_oci'"):
        load("_oci")


@pytest.mark.parametrize(
    ("change", "line", "message"),
    [
        ({"why": '""'}, 9, "why is ''; write a text"),
        ({"source": None}, 3, "check a has no source"),
        ({"severity": '"nice"'}, 8, "severity is 'nice'; use one of required, recommended"),
        ({"severity": None}, 3, "check a has no severity"),
        ({"equals": "true"}, 12, "the row has two questions"),
        ({"at_least": None}, 3, "check a has no predicate"),
        ({"at_leest": '"3.8"'}, 12, "unknown key 'at_leest'; did you mean at_least?"),
        (
            {"at_least": '"new"'},
            7,
            "'new' does not fit kernel.version, whose type is version; write a text, such as \"6.1\"",
        ),
        ({"fact": None}, 6, "at_least has no fact"),
        (
            {"fact": None, "metric": '"disk.randread.iops"', "at_least": None, "equals": "1"},
            11,
            "equals does not apply to a metric",
        ),
        ({"roles": '["boss"]'}, 12, "the profile has no role 'boss'"),
        ({"when": "true"}, 12, "when is True"),
        (
            {"when": '{ fact = "cgroup.mode", one_of = ["v1"] }'},
            12,
            "the condition has no text in the key otherwise; write why",
        ),
        ({"when": '{ fact = "cgroup.mode", otherwise = "no" }'}, 12, "the condition has no predicate; add one of"),
        (
            {"when": '{ fact = "cgroup.mode", one_of = [], otherwise = "no" }'},
            12,
            r"one_of is \[\]; write a list, such as \[\"v2\"\]",
        ),
        ({"when": '{ fact = "f", eq = 1, otherwise = "no" }'}, 12, "the condition has an unknown key 'eq'"),
    ],
)
def test_a_wrong_row_is_refused_with_file_and_line(change, line, message):
    with pytest.raises(UsageError, match=rf"reading the profile mine\.toml:{line}: .*{message}"):
        own(row(**change))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = 1", r"mine\.toml:1: title is 1"),
        ('title = "T"\nsummery = "S."', r"mine\.toml:2: unknown key 'summery'; did you mean summary\?"),
        ('summary = "S."', r"mine\.toml: the profile has no title"),
        (HEAD, "the profile has no checks"),
        (HEAD + "check = 1", r"mine\.toml:3: check is not a list of tables"),
        (HEAD + row(id=None), r"mine\.toml:3: check 1 has no id"),
        (HEAD + row() + row(), r"mine\.toml:13: there are two checks 'a'"),
        (HEAD + 'extends = "dockr"', r"mine\.toml:3: there is no profile 'dockr'; did you mean docker\?"),
        (
            HEAD + 'extends = "docker"\nwithout = ["net.bridg"]',
            r"mine\.toml:4: the profile inherits no check 'net.bridg'",
        ),
        (HEAD + f'extends = "{"a" * 5000}"', r"mine\.toml:3: there is no profile 'aaa"),
        (HEAD + 'extends = "./a\\u0000.toml"', r"mine\.toml:3: './a\\x00\.toml' is not a path"),
        (HEAD + f"check = {'[' * 5000}{']' * 5000}", r"reading the profile mine\.toml: "),
        ("name = 'docker'\n" + HEAD + row(), r"mine\.toml:1: docker is the name of a profile that ships"),
        ("name = 'a b'\n" + HEAD + row(), "is not a valid name of a profile"),
        ("title = = 1", r"mine\.toml: .*line 1"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(text, message):
    with pytest.raises(UsageError, match=message):
        parse(text, Path("mine.toml"))


def test_a_file_that_is_not_there_or_not_text_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="No such file"):
        load(str(tmp_path / "none.toml"))
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="not UTF-8"):
        load(str(tmp_path / "bad.toml"))
    (tmp_path / "zero.toml").symlink_to("/dev/zero")
    with pytest.raises(UsageError, match="zero.toml: it is larger than 1 MiB"):
        load(str(tmp_path / "zero.toml"))


def test_lines_of_a_multiline_text_are_not_keys():
    text = HEAD + row(why='"""\nfix = 1\n[[check]]\nid = 2.\n"""') + row(id='"b"', source=None)
    with pytest.raises(UsageError, match=r"mine\.toml:16: check b has no source"):
        parse(text, Path("mine.toml"))


def test_a_condition_is_read_and_so_are_several():
    one = '{ fact = "cgroup.mode", one_of = ["v2"], otherwise = "the host uses cgroup v1" }'
    (first,) = own(row(when=one)).checks
    assert [(each.test.subject, each.otherwise) for each in first.when] == [("cgroup.mode", "the host uses cgroup v1")]
    (second,) = own(row(when=f"[{one}, {one}]")).checks
    assert len(second.when) == 2


def test_a_row_of_a_metric_is_read():
    (made,) = own(row(fact=None, metric='"disk.wal.p99.seconds"', at_least=None, at_most="0.01")).checks
    assert (made.test.of, made.test.subject, made.test.predicate) == ("metric", "disk.wal.p99.seconds", "at_most")


def test_an_own_profile_extends_one_that_ships(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        HEAD
        + 'extends = "docker"\nwithout = ["cgroup.mode.v2"]\n'
        + '[[check]]\nid = "kernel.version"\nat_least = "6.1"\nwhy = "We say so."\n'
        + row(id='"site.rule"')
    )
    mine, docker = load(str(path)), load("docker")
    assert mine.name == "mine"
    assert mine.extends == ("docker",)
    ids = [each.id for each in mine.checks]
    assert set(ids) == {each.id for each in docker.checks} - {"cgroup.mode.v2"} | {"site.rule"}
    changed, before = check(mine, "kernel.version"), check(docker, "kernel.version")
    assert (changed.test.argument, changed.why) == ("6.1", "We say so.")
    assert (changed.severity, changed.fix, changed.source) == (before.severity, before.fix, before.source)


def test_a_check_that_was_left_out_may_be_redefined_completely():
    head = HEAD + 'extends = "docker"\nwithout = ["kernel.version"]\n'
    with pytest.raises(UsageError, match=r"check kernel\.version has no why"):
        own(row(id='"kernel.version"', why=None), head=head)


@pytest.mark.parametrize("name", names())
def test_proofs_are_last(name):
    proofs = [is_proof(check.id) for check in load(name).checks]
    assert proofs == sorted(proofs)


def test_of_two_parents_the_first_ones_row_counts(tmp_path):
    (tmp_path / "one.toml").write_text(HEAD + row(title='"first"'))
    (tmp_path / "two.toml").write_text(HEAD + row(title='"second"') + row(id='"b"'))
    mine = own(head=HEAD + 'extends = ["./one.toml", "./two.toml"]\n', path=tmp_path / "mine.toml")
    assert [each.title for each in mine.checks] == ["first", "A"]


def test_a_profile_that_extends_itself_is_refused(tmp_path):
    (tmp_path / "one.toml").write_text(HEAD + 'extends = "./two.toml"\n')
    (tmp_path / "two.toml").write_text(HEAD + 'extends = "./one.toml"\n')
    with pytest.raises(UsageError, match=r"two\.toml:3: \./one\.toml extends this file too"):
        load(str(tmp_path / "one.toml"))


def test_roles_are_the_profiles_and_its_parents(tmp_path):
    (tmp_path / "one.toml").write_text('roles = ["server"]\n' + HEAD + row(roles='["server"]'))
    head = HEAD + 'extends = "./one.toml"\nroles = ["client"]\n'
    mine = own(row(id='"b"', roles='["client"]'), head=head, path=tmp_path / "mine.toml")
    assert mine.roles == ("server", "client")
    assert [each.roles for each in mine.checks] == [("client",), ("server",)]
