import fnmatch
import sys

import pytest

from hostcheck.probes.kernel.apparmor_patterns import matches


@pytest.mark.parametrize(
    ("pattern", "path", "answer"),
    [
        ("/usr/bin/podman", "/usr/bin/podman", True),
        ("/usr/bin/podman", "/usr/bin/podman2", False),
        ("/{,usr/}{,s}bin/x", "/usr/sbin/x", True),
        ("/{,usr/}{,s}bin/x", "/bin/x", True),
        ("/{,usr/}{,s}bin/x", "/usr/usr/bin/x", False),
        ("/opt/*/x", "/opt/a/x", True),
        ("/opt/*/x", "/opt/a/b/x", False),
        ("/opt/**/x", "/opt/a/b/x", True),
        ("/opt//**", "/opt/a", True),
        ("/b?n", "/bin", True),
        ("/b?n", "/b/n", False),
        ("/{a,b{c,d}}e", "/bde", True),
        ("/{a,b{c,d}}e", "/be", False),
        ("/{a,b", "/b", True),
        ("/a,b}", "/a,b}", True),
        ("/a+(b)[c]", "/a+(b)[c]", True),
        ("", "", True),
        ("", "/", False),
    ],
)
def test_globbing(pattern, path, answer):
    assert matches(pattern, path) == answer


def steps(pattern, path):
    """Count the lines of Python that a match takes."""
    count = 0

    def trace(frame, event, argument):
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        assert not matches(pattern, path)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("piece", ["**a", "*a", "{a,aa}", "{*,**}", "{{a,b},*}", "?*"])
def test_a_pattern_takes_a_time_that_grows_with_its_length(piece):
    path = "/" + "a" * 60
    short, long = (steps("/" + piece * times + "!", path) for times in (30, 300))
    assert long < 15 * short
    assert matches("/" + piece * 2000 + "!", path) is False


def test_it_agrees_with_the_shell_where_both_have_the_same_patterns():
    for pattern in ("a*b?c", "*a*", "??", "a**"):
        for path in ("abc", "aXbYc", "ab", "a", "xxaxx"):
            assert matches(pattern, path) == fnmatch.fnmatchcase(path, pattern)
