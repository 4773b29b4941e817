import re
from importlib import import_module
from pathlib import Path

BIN = Path(__file__).parents[2] / "bin"


def test_what_the_scripts_import_is_there():
    texts = [path.read_text() for path in BIN.iterdir() if path.is_file()]
    found = [match for text in texts for match in re.findall(r"from (hostcheck[\w.]*) import (\w+)", text)]
    assert found
    for module, name in found:
        assert hasattr(import_module(module), name), (module, name)
