import pytest

from hostcheck.probes.engine.programs import git, parse_java, probe, xz


def facts(host):
    return {fact.id: fact for each in (probe, git, xz) for fact in each(host)}


def test_a_program_is_found_in_any_of_the_usual_folders(fake_host):
    found = facts(fake_host({"/sbin/tc": "", "/usr/local/bin/crun": "", "/opt/tc2": ""}))["host.programs"].value
    assert (found["tc"], found["crun"], found["ip"]) == (True, True, False)


def test_programs_are_unknown_on_a_captured_host_without_their_folders(fake_host):
    found = facts(fake_host({"/usr/bin/ip": ""}, live=False))
    assert found["host.programs"].value["ip"] is True
    assert found["host.programs"].value["tc"] is None
    assert not found["user.uidmap"].known


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ('X="1"\nJAVA_VERSION="17.0.9"\n', "17.0.9"),
        ('JAVA_VERSION="1.8.0_392"\n', "8.0"),
        ("", None),
        ("JAVA_VERSION=x", None),
    ],
)
def test_the_version_of_java_is_in_its_release_file(text, version):
    assert parse_java(text) == version


def test_java_is_followed_through_its_links(fake_host):
    links = {"/usr/bin/java": "/etc/alternatives/java", "/etc/alternatives/java": "/usr/lib/jvm/j/bin/java"}
    host = fake_host({"/usr/lib/jvm/j/bin/java": "", "/usr/lib/jvm/j/release": 'JAVA_VERSION="21.0.1"\n'}, links=links)
    assert facts(host)["bin.java"].value == "21.0.1"
    assert facts(fake_host({}))["bin.java"].value == "none"
    assert "java -version" in facts(fake_host({"/usr/bin/java": ""}))["bin.java"].reason


def test_the_compose_plugin_is_named_by_its_path(fake_host):
    path = "/usr/libexec/docker/cli-plugins/docker-compose"
    assert facts(fake_host({path: ""}))["engine.compose"].value == path
    assert facts(fake_host({}))["engine.compose"].value == "none"


def test_one_of_the_two_id_mappers_is_not_enough(fake_host):
    assert facts(fake_host({"/usr/bin/newuidmap": "", "/usr/bin/newgidmap": ""}))["user.uidmap"].value is True
    assert facts(fake_host({"/usr/bin/newuidmap": ""}))["user.uidmap"].value is False


@pytest.mark.parametrize(
    ("name", "printed", "version"),
    [
        ("git", "git version 2.39.5\n", "2.39.5"),
        ("git", "git version 2.37.1 (Apple Git-137.1)\n", "2.37.1"),
        ("xz", "xz (XZ Utils) 5.4.1\nliblzma 5.4.1\n", "5.4.1"),
        ("xz", "xz (XZ Utils) 4.999.9beta\n", "4.999.9"),
    ],
)
def test_the_version_of_a_program_is_what_it_says(fake_host, name, printed, version):
    host = fake_host({f"/usr/bin/{name}": ""}, printed={(name, "--version"): printed})
    assert facts(host)[f"bin.{name}"].value == version


def test_a_missing_program_has_no_version_and_a_failing_one_an_unknown_version(fake_host):
    assert facts(fake_host({}))["bin.git"].value == "none"
    assert not facts(fake_host({"/usr/bin/git": ""}))["bin.git"].known


@pytest.mark.parametrize(
    ("status", "gains"),
    [
        ("NoNewPrivs:\t0\nCapBnd:\t000001ffffffffff\n", True),
        ("NoNewPrivs:\t1\nCapBnd:\t000001ffffffffff\n", False),
        ("NoNewPrivs:\t0\nCapBnd:\t00000000a80425fb\n", True),
        ("NoNewPrivs:\t0\nCapBnd:\t0000000000000000\n", False),
        ("NoNewPrivs:\t0\nCapBnd:\t000001ffffffffbf\n", False),
        ("", True),
    ],
    ids=["all", "no_new_privs", "of a container", "none", "without setgid", "unread"],
)
def test_the_programs_are_of_no_use_where_they_gain_nothing(fake_host, status, gains):
    files = {"/usr/bin/newuidmap": "", "/usr/bin/newgidmap": "", "/proc/self/status": status}
    fact = facts(fake_host(files))["user.uidmap"]
    assert fact.value is gains
    assert gains or fact.evidence[0].says.startswith("against")
