import pytest

from tests.forked import hostcheck_forked


def run(*arguments):
    return hostcheck_forked("checks", *arguments)


def test_all_checks_are_listed_and_one_is_explained():
    assert "\nkernel\n" in run().stdout
    assert "expected    " in run("kernel.version").stdout


def test_an_area_a_profile_and_a_severity_filter():
    done = run("net", "-p", "docker", "--severity", "required")
    assert done.returncode == 0
    rows = [line.split() for line in done.stdout.splitlines() if line.startswith("  ")]
    assert rows
    assert all(row[0].startswith("net.") and row[1] == "required" for row in rows)


def test_facts_are_listed_with_type_unit_and_example():
    rows = [line.split() for line in run("--facts", "hw").stdout.splitlines()]
    assert ["hw.memory_bytes", "whole", "number", "bytes", "16777216000"] in rows


def test_a_fact_is_explained_by_how_it_is_decided():
    assert "not openvz" in run("virt.container", "-p", "docker").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["kernel.versoin"], "did you mean kernel.version?"),
        (["-p", "dockr"], "did you mean docker?"),
        (["--facts", "-p", "docker"], "leave --profile out"),
        (["--facts", "--severity", "required"], "leave --severity out"),
        (["-p", "./none.toml"], "reading the profile none.toml: No such file or directory"),
    ],
)
def test_a_slip_is_one_line_and_exit_code_2(arguments, message):
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_damaged_profile_of_ones_own_is_refused_with_file_and_line(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'title = "M"\nsummary = "S."\nextends = "docker"\n\n[[check]]\nid = "net.bridge"\nseverity = "must"\n'
    )
    done = run("-p", path)
    assert done.returncode == 2
    assert f"{path}:7: severity is 'must'; use one of required, recommended" in done.stderr


def test_all_mistakes_of_a_profile_of_ones_own_are_one_line(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'title = "M"\nsummary = "S."\nextends = "docker"\n\n[[check]]\nid = "net.bridge"\nseverity = "must"\n'
        'fact = "net.brige"\n\n[[check]]\nid = "kernel.version"\nat_least = 6.1\n'
    )
    done = run("-p", path)
    assert (done.returncode, done.stdout) == (2, "")
    wrong = "6.1 does not fit kernel.version, whose type is version"
    assert done.stderr == (
        f"hostcheck: reading the profile {path}:7: severity is 'must'; use one of required, recommended"
        f" | reading the profile {path}:8: there is no fact 'net.brige'; did you mean net.bridge?"
        f' | reading the profile {path}:12: {wrong}; write a text, such as "6.1"\n'
    )
