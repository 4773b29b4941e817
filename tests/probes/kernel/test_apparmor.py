import pytest

from hostcheck.probes.kernel.apparmor import grant, parse_profiles

SHIPPED = """\
# This profile allows everything and only exists to give the
# application a name instead of having the label "unconfined"

abi <abi/4.0>,
include <tunables/global>

profile {name} {path} flags=(unconfined) {{
  userns,

  # Site-specific additions and overrides. See local/README for details.
  include if exists <local/{name}>
}}
"""
"""As apparmor 4.0 of Ubuntu 24.04 ships one for each of some hundred programs."""

FILE = "/etc/apparmor.d/podman"
LOADED = "/sys/kernel/security/apparmor/profiles"
PODMAN = SHIPPED.format(name="podman", path="/usr/bin/podman")


def answer(host, path="/usr/bin/podman"):
    return grant(host, path).answer


def test_a_shipped_profile_grants_namespaces_to_its_program_alone(fake_host):
    host = fake_host({FILE: PODMAN})
    assert answer(host) is True
    assert answer(host, "/usr/bin/rootlesskit") is False
    assert answer(host, "/usr/local/bin/podman") is False


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("/{usr/,}bin/podman", "/bin/podman", True),
        ("/usr/{,local/}bin/podman", "/usr/local/bin/podman", True),
        ("/usr/*/podman", "/usr/local/bin/podman", False),
        ("/usr/**/podman", "/usr/local/bin/podman", True),
        ("@{bin}/podman", "/usr/bin/podman", True),
        ("@{HOME}/bin/rootlesskit", "/home/anna/bin/rootlesskit", True),
        ("@{unheard}/podman", "/usr/bin/podman", False),
        ('"/home/anna/bin/rootlesskit"', "/home/anna/bin/rootlesskit", True),
        ("/usr/bin/podma?", "/usr/bin/podman", True),
        ("/usr/bin/pod.an", "/usr/bin/podman", False),
    ],
)
def test_a_profile_is_for_the_programs_that_its_pattern_names(fake_host, pattern, path, fits):
    assert answer(fake_host({"/etc/apparmor.d/a": f"profile a {pattern} {{\n userns,\n}}\n"}), path) is fits


@pytest.mark.parametrize(
    ("rules", "flags", "granted"),
    [
        ("userns,", "", True),
        ("allow userns create,", "", True),
        ("audit userns,", "", True),
        ("all,", "", True),
        ("priority=1 allow userns,", "", True),
        ("userns,\n  deny userns,", "flags=(unconfined)", False),
        ("network,", "flags=(unconfined)", False),
        ("network,", "flags=(complain)", True),
        ("network,", "(attach_disconnected, complain)", True),
        ("network,", "flags=(default_allow)", True),
        ("# userns,", "flags=(unconfined)", False),
        ("profile inner {\n userns,\n }", "", False),
    ],
)
def test_a_rule_or_the_mode_of_the_profile_decides(fake_host, rules, flags, granted):
    text = f"profile podman /usr/bin/podman {flags} {{\n  {rules}\n}}\n"
    assert answer(fake_host({FILE: text})) is granted


def test_the_administrators_own_rules_count(fake_host):
    assert answer(fake_host({FILE: PODMAN, "/etc/apparmor.d/local/podman": "deny userns,\n"})) is False
    bare = PODMAN.replace("  userns,\n", "")
    assert answer(fake_host({FILE: bare, "/etc/apparmor.d/local/podman": "userns,\n"})) is True


def test_a_variable_of_the_file_names_the_program(fake_host):
    text = "@{exec_path} = /usr/bin/podman /usr/libexec/podman/podman\nprofile podman @{exec_path} { userns, }\n"
    assert answer(fake_host({FILE: text})) is True
    assert answer(fake_host({FILE: "@{a} = @{a}/x\nprofile podman @{a} { userns, }\n"})) is False


def test_a_profile_that_is_not_loaded_grants_nothing(fake_host):
    assert answer(fake_host({FILE: PODMAN, LOADED: "podman (unconfined)\n"})) is True
    witness = grant(
        fake_host({FILE: PODMAN, LOADED: "rootlesskit (unconfined)\nmy-podman (enforce)\n"}), "/usr/bin/podman"
    )
    assert witness.answer is False
    assert "apparmor_parser -r" in witness.evidence.says


def test_a_disabled_profile_grants_nothing_and_a_complaining_one_all(fake_host):
    assert answer(fake_host({FILE: PODMAN}, {"/etc/apparmor.d/disable/podman": FILE})) is False
    bare = PODMAN.replace("userns", "network")
    assert answer(fake_host({FILE: bare}, {"/etc/apparmor.d/force-complain/podman": FILE})) is True
    assert answer(fake_host({FILE: bare, LOADED: "podman (complain)\n"})) is True
    assert answer(fake_host({FILE: bare, LOADED: "my-podman (complain)\npodman (enforce)\n"})) is False


def test_leftovers_of_the_package_manager_are_no_profiles(fake_host):
    assert answer(fake_host({f"{FILE}.dpkg-new": PODMAN, f"{FILE}~": PODMAN})) is False


def test_a_folder_that_was_not_captured_is_no_answer(fake_host):
    assert grant(fake_host({}, live=False), "/usr/bin/podman").answer is None
    assert grant(fake_host({}), "/usr/bin/podman").answer is False


def test_old_profiles_have_no_keyword_and_damaged_ones_end_anywhere():
    (profile,) = parse_profiles("/usr/sbin/ntpd flags=(attach_disconnected) {\n  userns,\n}\n")
    assert (profile.name, profile.attachment, profile.grants) == ("/usr/sbin/ntpd", "/usr/sbin/ntpd", True)
    assert not list(parse_profiles("} } { profile { { userns,"))
    assert not list(parse_profiles("{ userns, }"))
