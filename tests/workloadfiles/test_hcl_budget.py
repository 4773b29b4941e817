"""Loops and lists of HCL that grow faster than their file end at a limit, with the reason."""

import pytest

from hostcheck.workloadfiles.hcl import read_hcl


def value(text, names=""):
    return read_hcl(f"{names}x = {text}\n", "job.nomad").mapping()["x"]


DOUBLED = "".join(f'  a{n} = "${{local.a{n - 1}}}${{local.a{n - 1}}}"\n' for n in range(1, 60))
NESTED = "".join(f"  a{n} = [local.a{n - 1}, local.a{n - 1}]\n" for n in range(1, 60))
JOINED = "".join(f"  a{n} = concat(local.a{n - 1}, local.a{n - 1})\n" for n in range(1, 60))


def leaves(node):
    inner = node.mapping().values() if node.is_mapping else node.elements() if node.is_list else ()
    return sum(map(leaves, inner)) or 1


@pytest.mark.parametrize(
    ("first", "doubled"), [('"a"', DOUBLED), ("[]", NESTED), ("[1]", JOINED)], ids=["text", "nested", "joined"]
)
def test_what_doubles_is_of_a_bounded_size(first, doubled):
    names = f"locals {{\n  a0 = {first}\n{doubled}}}\n"
    found = value("[local.a59, local.a58, 1]", names)
    assert leaves(found) <= 20_000
    assert "too large to be evaluated" in "".join(str(each.value) for each in every(found))


def every(node):
    yield node
    for each in node.mapping().values() if node.is_mapping else node.elements() if node.is_list else ():
        yield from every(each)


def test_loops_within_loops_end():
    found = value(f"{'[for a in range(1000) : ' * 4}1{']' * 4}")
    assert any("too many expressions" in str(each.value) for each in every(found))
