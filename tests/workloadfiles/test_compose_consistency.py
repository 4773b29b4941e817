"""Values of Compose files that contradict each other. ``compose_forms`` has more, judged by Compose itself."""

import pytest

from hostcheck.workloadfiles.reading import read_files


def mistakes(tmp_path, text):
    path = tmp_path / "compose.yaml"
    path.write_text(text)
    (content,) = read_files([str(path)], environment={}, lint=True)
    return [(each.rule, each.place.line) for each in content.mistakes]


@pytest.mark.parametrize(("platform", "is_right"), [("linux/amd64", True), ("linux/arm64", False), ("$P", True)])
def test_a_build_has_the_platform_of_its_service(tmp_path, platform, is_right):
    text = (
        "services:\n  a:\n    image: x\n"
        f"    platform: {platform}\n    build: {{context: ., platforms: [linux/amd64, linux/riscv64]}}\n"
    )
    assert mistakes(tmp_path, text) == [("compose/wrong-form", 4)] * (not is_right)


def test_the_name_of_a_service_has_few_characters(tmp_path):
    assert mistakes(tmp_path, "services:\n  a b: {image: x}\n  a_b.c-1: {image: x}\n") == [("compose/wrong-form", 2)]


def test_what_does_not_start_is_not_judged(tmp_path):
    text = "services: {a: {image: x}, b: {profiles: [p], image: x, extra_hosts: [abc]}}\n"
    assert mistakes(tmp_path, text) == []


def test_an_image_has_a_name(tmp_path):
    assert mistakes(tmp_path, "services: {a: {image: ''}, b: {image: x}}\n") == [("compose/wrong-form", 1)]


@pytest.mark.parametrize(
    ("command", "is_right"),
    [
        ("sh -c true ; echo it's", True),
        ("sh -c 'a' > it's", True),
        ("echo it's", False),
        ("'echo \\\\'", True),
        ("echo \\", False),
        ("echo `it's` ok", True),
        ("echo $$(it's; true) ok", True),
        ("echo (it's", False),
        ("echo `it's` it's", False),
        ("echo \"a'b\" 'c\"d'", True),
    ],
)
def test_a_quote_is_closed_before_compose_stops_reading(tmp_path, command, is_right):
    text = f"services:\n  a:\n    image: x\n    command: |-\n      {command}\n"
    assert [rule for rule, _ in mistakes(tmp_path, text)] == ["compose/wrong-form"] * (not is_right)


@pytest.mark.parametrize(("kind", "is_right"), [("configs", True), ("secrets", False)])
def test_only_a_config_may_have_a_driver_for_a_source(tmp_path, kind, is_right):
    text = f"services: {{a: {{image: x}}}}\n{kind}: {{x: {{driver: vault}}}}\n"
    assert mistakes(tmp_path, text) == [("compose/wrong-form", 2)] * (not is_right)
