"""Reports: a comparison as one self-contained HTML file, made with pandas, matplotlib and jinja2."""

import os
from importlib.util import find_spec
from pathlib import Path

from hostcheck.errors import CannotMeasureError
from hostcheck.home import cache_folder
from hostcheck.quiet import discard_log

if _missing := [name for name in ("pandas", "matplotlib", "jinja2") if find_spec(name) is None]:
    from hostcheck.installed import lacking

    raise lacking(CannotMeasureError, "an HTML report", ", ".join(_missing), "report")

discard_log("matplotlib", "PIL", "fontTools")

# matplotlib makes folders of its own in the user's home, for settings and a list of fonts. It gets
# one place instead, where caches belong (XDG Base Directory Specification), before it is imported for the first time.
_caches = cache_folder() or Path("/nonexistent/hostcheck")
# As it is meant here: reports are drawn in another folder.
os.environ["MPLCONFIGDIR"] = str(Path(os.environ.get("MPLCONFIGDIR") or _caches / "matplotlib").absolute())
