"""Write the job file for fio from the user's parsed job file. fio never reads a line that a user wrote."""

import re

from hostcheck.fio.extent import TEST_FILE
from hostcheck.fio.jobfile import JobFile

OWN_FILES = "data."
"""Prefix of the names of a job's own files. It keeps them distinct from the test file, job files and fio's output."""

_LOGS = ("write_bw_log", "write_lat_log", "write_iops_log", "write_hist_log")
_OTHER = re.compile(r"[^A-Za-z0-9._-]")
_JOBNAME = re.compile(r"\$jobname", re.IGNORECASE)

TIMES = {"time_based": "", "runtime": "${HC_RUNTIME}", "ramp_time": "${HC_RAMP}"}
"""hostcheck, not the job, sets the duration of a sample, because rates are computed over the time that hostcheck
sets."""


def render(job: JobFile) -> str:
    """Return the text of a job file with this job, ``group_reporting`` and the runtime of one sample."""
    name = _OTHER.sub("_", job.name)
    options = {**job.options, **TIMES, "group_reporting": ""}
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
