"""What systemd makes of units: it is the judge of which lines are read."""

import shutil
import subprocess

import pytest

from hostcheck.errors import UsageError
from tests.workloadfiles.test_reading import read
from tests.workloadfiles.test_unit_services import LOADED, REFUSED

pytestmark = pytest.mark.real

UNITS = {
    "plain": ("[Service]\nExecStart=/bin/sh -c 'true'\n", True),
    "continued": ("[Service]\nExecStart=/bin/sh \\\n  -c true\n", True),
    "a comment within": ("[Service]\nExecStart=/bin/sh \\\n# no\n  -c true\n", True),
    "no equals sign": ("[Service]\nExecStart=/bin/true\nnonsense\n", False),
    "before any section": ("Description=x\n[Service]\nExecStart=/bin/true\n", False),
}


@pytest.mark.parametrize("name", UNITS)
def test_a_line_that_systemd_does_not_read_is_refused(tmp_path, name):
    text, is_right = UNITS[name]
    program = shutil.which("systemd-analyze")
    assert program, "bin/test installs systemd"
    (tmp_path / "made.service").write_text(text)
    argv = [program, "verify", "--man=no", str(tmp_path / "made.service")]
    said = subprocess.run(argv, capture_output=True, text=True, timeout=60).stderr
    assert ("made.service:" in said) != is_right, said
    if is_right:
        read(tmp_path, text, "made.service", format="systemd")
    else:
        with pytest.raises(UsageError, match=r"made\.service:\d+: a (line|setting)"):
            read(tmp_path, text, "made.service", format="systemd")


@pytest.mark.parametrize(
    ("text", "is_loaded"), [*((text, False) for text, _ in REFUSED), *((text, True) for text in LOADED)]
)
def test_a_service_is_loaded_or_not_as_systemd_says(tmp_path, text, is_loaded):
    program = shutil.which("systemd-analyze")
    assert program, "bin/test installs systemd"
    path = tmp_path / "made.service"
    path.write_text(f"[Service]\n{text}".replace("/bin/a", "/bin/true").replace("/bin/b", "/bin/true"))
    said = subprocess.run([program, "verify", "--man=no", str(path)], capture_output=True, text=True, timeout=60).stderr
    words = ("Refusing", "not loaded", "bad unit", "Failed to", "Unbalanced")
    assert any(word in said for word in words) is not is_loaded, said
