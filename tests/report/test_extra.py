"""Without the report extra: one line that says what to install."""

import subprocess
import sys

WITHOUT = """
import sys
from importlib.machinery import PathFinder

class Without:
    @staticmethod
    def find_spec(name, path=None, target=None):
        return None if name == "matplotlib" else PathFinder.find_spec(name, path, target)

sys.meta_path[sys.meta_path.index(PathFinder)] = Without
sys.argv = ["hostcheck", "report", "reference:sata-vps-2014", "-o", sys.argv[1]]
from hostcheck.cli import main
main()
"""


def test_a_missing_extra_is_named_with_the_command_that_installs_it(tmp_path):
    page = tmp_path / "page.html"
    done = subprocess.run([sys.executable, "-c", WITHOUT, page], capture_output=True, text=True, timeout=60)
    assert done.returncode == 4
    said = "hostcheck: an HTML report needs matplotlib, not installed here; install hostcheck's extra 'report': "
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == 1
    assert not page.exists()
