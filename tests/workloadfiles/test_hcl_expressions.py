"""Expressions of HCL: those that the file decides have their value, all others have the reason why not."""

import pytest

from hostcheck.workloadfiles import hcl
from hostcheck.workloadfiles.hcl import LABEL, read_hcl
from hostcheck.workloadfiles.node import UNCLEAR

SPEC = "https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md"
NAMES = """variable "count" { default = 3 }
variable "sizes" {
  default = { small = 128, large = "256" }
}
variable "ports" { default = [8080, 8081] }
variable "open" {}
locals {
  base  = var.count * 2
  name  = "web-${local.base}"
  again = local.again
}
"""


def plain(node):
    """Return a value without its lines."""
    if node.tag == UNCLEAR:
        return "?"
    if node.is_mapping:
        return {key: plain(each) for key, each in node.mapping().items()}
    return [plain(each) for each in node.elements()] if node.is_list else node.value


def value(text, names=NAMES):
    return read_hcl(f"{names}x = {text}\n", "job.nomad").mapping()["x"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 / 4", 2.5),
        ("10 / 5", 2),
        ("0.1 + 0.2", 0.3),
        ("10 % 3 - 2", -1),
        ('"5" + 1', 6),
        ("-var.count", -3),
        ("local.base", 6),
        ("local.name", "web-6"),
        ('"${local.base}"', 6),
        ('"${var.count}0"', "30"),
        ('"${1 + 1}-${true}"', "2-true"),
        ("var.count > 2 ? 8080 : 9090", 8080),
        ('var.count == 3 && !(1 > 2) ? "a" : "b"', "a"),
        ('"3" == 3', False),
        ("null == null", True),
        ("1 != 2 || var.open", True),
        ("false && var.open", False),
        ("var.ports[1]", 8081),
        ("var.ports.0", 8080),
        ('var.sizes["large"]', "256"),
        ("var.sizes.small", 128),
        ("[for each in var.ports : each + 1]", [8081, 8082]),
        ("[for at, each in var.ports : at if each > 8080]", [1]),
        ("{ for key, size in var.sizes : upper(key) => size + 0 }", {"LARGE": 256, "SMALL": 128}),
        ('[{ id = "a" }, { id = "b" }][*].id', ["a", "b"]),
        ('{ (local.name) = 1, "a b" = 2 }', {"web-6": 1, "a b": 2}),
        ("concat(var.ports, [1], [])", [8080, 8081, 1]),
        ("max(1, 5, 3)", 5),
        ("min(var.ports...)", 8080),
        ("ceil(1.2) + floor(1.8) + abs(-1) + signum(-7)", 3),
        ('join(",", ["a", 1, true])', "a,1,true"),
        ('split(",", "a,b")', ["a", "b"]),
        ('format("%s-%03d-%.1f%%-%q", "a", 7, 1.25, "b")', 'a-007-1.2%-"b"'),
        ('lookup(var.sizes, "none", 1)', 1),
        ('lookup(var.sizes, "small", 1)', 128),
        ("element(var.ports, 3)", 8081),
        ("length(var.ports) + length(var.sizes)", 4),
        ('contains(["a", "b"], "b")', True),
        ("merge({ a = 1 }, { a = 2, b = 3 })", {"a": 2, "b": 3}),
        ("keys(var.sizes)", ["large", "small"]),
        ("values({ b = 1, a = 2 })", [2, 1]),
        ("flatten([[1, [2]], [], [3]])", [1, 2, 3]),
        ("distinct([1, 1, 2])", [1, 2]),
        ('compact(["", "a"])', ["a"]),
        ('coalesce(null, "", "a")', ""),
        ("range(3)", [0, 1, 2]),
        ("range(1, 8, 3)", [1, 4, 7]),
        ('reverse("abc")', "cba"),
        ("slice([1, 2, 3], 1, 3)", [2, 3]),
        ('sort(["b", "a"])', ["a", "b"]),
        ('zipmap(["a"], [1])', {"a": 1}),
        ('trimspace(" a ") == "a"', True),
        ('trimprefix("abc", "a")', "bc"),
        ('replace("a.b", ".", "-")', "a-b"),
        ('substr("hello", 1, 3)', "ell"),
        ('lower("A")', "a"),
        ('parseint("ff", 16) + parseint("-1", 2)', 254),
        ("[attr.cpu.arch, 1]", ["?", 1]),
        ("length([attr.cpu.arch, 1])", 2),
        ("<<EOT\nhello\nEOT\n", "hello\n"),
        ("<<-EOT\n  a\n    b\n  EOT\n", "a\n  b\n"),
    ],
)
def test_what_the_file_decides_has_its_value(text, expected):
    found = plain(value(text))
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("attr.cpu.numcores * 2", "${attr.cpu.numcores} is known to the scheduler alone"),
        ('"a-${NOMAD_ALLOC_INDEX}"', "NOMAD_ALLOC_INDEX is known to the scheduler alone"),
        ("var.open + 1", "its value is known when the job is registered"),
        ("local.again", "its value is known when the job is registered"),
        ('file("/etc/passwd")', "/etc/passwd is outside of the job's folder, and is not read"),
        ('file("none.txt")', "there is no file none.txt beside the job"),
        ("timestamp()", "timestamp() gives what is not in this file"),
        ('yamldecode("a")', "the function yamldecode() is not evaluated here"),
        ("var.ports[7]", "there is no element 7 in it"),
        ("var.sizes.none", "there is no none in it"),
        ("1 / 0", "an expression that is not evaluated here"),
        ("1e400", "an expression that is too large to be evaluated"),
        ('1 + "1_000"', "an expression that is not evaluated here"),
        ('1 + " 1 "', "an expression that is not evaluated here"),
        ('parseint("1_000", 10)', "an expression that is not evaluated here"),
        ('parseint("0x1f", 16)', "an expression that is not evaluated here"),
        ('parseint("٣", 10)', "an expression that is not evaluated here"),
        (f'parseint("{"1" * 101}", 10)', "an expression that is not evaluated here"),
        ("!var.ports", "an expression that is not evaluated here"),
        ("var.sizes ? 1 : 2", "an expression that is not evaluated here"),
        ('"a${null}"', "an expression that is not evaluated here"),
        ('length("abc")', "an expression that is not evaluated here"),
        ("reverse(var.ports)", "an expression that is not evaluated here"),
        ('lookup(var.sizes, "small")', "an expression that is not evaluated here"),
        ('1 + "a"', "an expression that is not evaluated here"),
        ('"%{ if true }a%{ endif }"', "its value is known when the job is registered"),
        ('format("%d", 1.5)', "an expression that is not evaluated here"),
        ('format("%s", "a", "b")', "an expression that is not evaluated here"),
        ('replace("a1", "/[0-9]/", "")', "an expression that is not evaluated here"),
        ("coalesce(null)", "an expression that is not evaluated here"),
        ("<<EOT\n${attr.a}\nEOT\n", "its value is known when the job is registered"),
        ("range(100000)", "an expression that is too large to be evaluated"),
    ],
)
def test_what_the_file_does_not_decide_has_the_reason(text, reason):
    found = value(text)
    assert (found.tag, found.value) == (UNCLEAR, reason)


def test_an_element_has_its_own_line_wherever_it_is_used():
    text = 'locals {\n  paths = [\n    "/a",\n    "/b",\n  ]\n}\nx = concat(local.paths, [\n  "/c",\n])\n'
    found = read_hcl(text, "job.nomad").mapping()["x"]
    assert [(each.value, each.place.line) for each in found.elements()] == [("/a", 3), ("/b", 4), ("/c", 8)]


def test_a_dynamic_block_makes_the_blocks_of_a_list_that_is_known():
    text = """dynamic "port" {
  for_each = var.ports
  iterator = it
  labels   = ["p${it.key}"]
  content { static = it.value }
}
"""
    ports = read_hcl(NAMES + text, "job.nomad").mapping()["port"].elements()
    assert [(each.mapping()[LABEL].value, each.mapping()["static"].value) for each in ports] == [
        ("p0", 8080),
        ("p1", 8081),
    ]


JSON = """[{ "b": [1, 2.5, true, null], "a": "<&> \"q\"" }]"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('md5("hello world")', "5eb63bbbe01eeed093cb22bb8f5acdc3"),
        ('sha1("hello world")', "2aae6c35c94fcfb415dbe95f408b9ce91ee846ed"),
        ('sha256("hello world")', "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"),
        ('base64encode("Hello World")', "SGVsbG8gV29ybGQ="),
        ('base64decode("SGVsbG8gV29ybGQ=")', "Hello World"),
        ('urlencode("Hello World & more")', "Hello+World+%26+more"),
        ('uuidv5("dns", "www.terraform.io")', "a5008fae-b28c-5ba5-96cd-82b4c53552d6"),
        (
            'jsonencode({ hello = "world", a = [1, 2.50, true, null], e = {}, f = [] })',
            '{"a":[1,2.5,true,null],"e":{},"f":[],"hello":"world"}',
        ),
        ('jsonencode("<&> \\"q\\" \u00e9")', '"\\u003c\\u0026\\u003e \\"q\\" \u00e9"'),
        ('jsondecode("{\\"ports\\": [80, 443], \\"on\\": true}").ports[1] + 1', 444),
        ('yamlencode({ a = "b", c = "d" })', '"a": "b"\n"c": "d"\n'),
        (
            'yamlencode({ foo = [1, { a = "b", c = "d" }, 3], bar = "baz" })',
            '"bar": "baz"\n"foo":\n- 1\n- "a": "b"\n  "c": "d"\n- 3\n',
        ),
        ("yamlencode({ a = { b = [] }, c = true })", '"a":\n  "b": []\n"c": true\n'),
        ('base64decode("%")', "?"),
        ('jsondecode("[NaN]")', "?"),
        ('yamlencode("a\\nb")', "?"),
        ("sha256(var.open)", "?"),
    ],
)
def test_hashes_and_encodings(text, expected):
    """As the documentation of HashiCorp's functions has them."""
    assert plain(value(text)) == expected


def test_files_beside_a_job_are_read_and_no_others(tmp_path):
    (tmp_path / "job").mkdir()
    (tmp_path / "secret").write_text("8080")
    (tmp_path / "job" / "count.json").write_text('{"count": 3}')
    (tmp_path / "job" / "large").write_text("x" * (65 << 10))
    (tmp_path / "job" / "raw").write_bytes(b"\xff")
    (tmp_path / "job" / "link").symlink_to(tmp_path / "secret")
    job = tmp_path / "job" / "a.nomad"

    def found(text):
        return read_hcl(f"x = {text}\n", str(job)).mapping()["x"]

    assert plain(found('jsondecode(file("count.json")).count')) == 3
    assert plain(found('fileexists("count.json") && !fileexists("none")')) is True
    assert plain(found('filebase64("raw")')) == "/w=="
    for name in ("../secret", "link", str(tmp_path / "secret"), "~/.ssh/id_rsa"):
        assert "is outside of the job's folder" in str(found(f'file("{name}")').value)
        assert "is outside of the job's folder" in str(found(f'fileexists("{name}")').value)
    assert "larger than" in str(found('file("large")').value)
    assert plain(found('file("raw")')) == "?"


def test_what_a_file_holds_counts_for_its_size(tmp_path):
    (tmp_path / "a.json").write_text("[" + "1," * 20_000 + "1]")
    text = 'x = length(flatten([for n in range(1000) : jsondecode(file("a.json"))]))\n'
    found = read_hcl(text, str(tmp_path / "a.nomad")).mapping()["x"]
    assert found.tag == UNCLEAR


def blocks(text):
    return {name: len(each.elements()) for name, each in read_hcl(text, "job.nomad").mapping().items()}


def made(content, of="range(1000)"):
    return f'dynamic "port" {{\n  for_each = {of}\n  content {{\n{content}}}\n}}\n'


def test_a_dynamic_block_makes_all_blocks_or_is_unread():
    assert blocks(made("a = 1\n", "concat(range(1000), range(500))")) == {"port": 1500}
    assert blocks(made("a {}\n" * 500)) == {"dynamic": 1}
    assert blocks(made("a = 1\n" * 500)) == {"dynamic": 1}


def test_dynamic_blocks_in_each_other_are_read_once_each(monkeypatch):
    read = []
    monkeypatch.setattr(hcl, "_body", lambda *of, body=hcl._body: read.append(of) or body(*of))
    depth = 12
    text = "a = 1\n"
    for _ in range(depth):
        text = made(text, "[1]")
    assert blocks(text) == {"port": 1}
    assert len(read) <= 2 * depth + 1
