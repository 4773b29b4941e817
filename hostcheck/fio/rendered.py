"""Write the job file for fio from the user's parsed job file. fio never reads a line that a user wrote."""

import re

from hostcheck.fio.extent import TEST_FILE
from hostcheck.fio.jobfile import JobFile

OWN_FILES = "data."
"""What the names of a job's own files begin with, so that none is the test file, a job file or fio's output."""

_LOGS = ("write_bw_log", "write_lat_log", "write_iops_log", "write_hist_log")
_OTHER = re.compile(r"[^A-Za-z0-9._-]")
_JOBNAME = re.compile(r"\$jobname", re.IGNORECASE)

_TIMES = {"time_based": "", "runtime": "${HC_RUNTIME}", "ramp_time": "${HC_RAMP}"}
"""How long a sample is measured is not the job's to say: rates are taken over the time that hostcheck asked for."""


def render(job: JobFile) -> str:
    """Return the job as a job file, with ``group_reporting`` and the runtime of one sample."""
    name = _OTHER.sub("_", job.name)
    options = {**job.options, **_TIMES, "group_reporting": ""}
    if "filename" in options:
        options["filename"] = ":".join(_own(each) for each in options["filename"].split(":"))
        options.pop("filename_format", None)
    else:
        named = options.get("filename_format", "$jobname.$jobnum.$filenum")
        options["filename_format"] = OWN_FILES + _JOBNAME.sub(name, named)
    options |= {key: OWN_FILES + (options[key] or name) for key in _LOGS if key in options}
    lines = [f"{key}={value}" if value else key for key, value in options.items()]
    # Where a file has the job's name, fio works on that.
    return "\n".join(["[job]", *lines, ""])


def _own(name: str) -> str:
    return name if name == TEST_FILE else OWN_FILES + name
