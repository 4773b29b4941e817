"""The options that a user's job may have, and their permitted values. All are known to be harmless.

fio may run as root, and it can run programs (``exec_prerun``, ``ioengine=exec``), load libraries (``ioengine=./x.so``),
use a network (``net``, ``rbd``, ``nbd``), write to devices and to any path, and change the host (``ioscheduler``,
``cgroup``). Therefore, only options and values in this table are accepted. Names and values are those of fio's HOWTO
and options.c.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

IO_ENGINES = ("sync", "psync", "vsync", "pvsync", "pvsync2", "libaio", "posixaio", "io_uring", "mmap", "splice")
"""fio's I/O engines that read and write files, and do nothing else."""

_ZERO = r"(?:0x0+|0+[kmgtpKMGTPiIbB]{0,3})(?=,|$)"
_ONE = r"(?:0x[0-9a-fA-F]{1,15}|[0-9]{1,18}(?:[kmgtpKMGTP][iI]?)?[bB]?)"
_PLACE = rf"(?:\$\{{HC_(?:SIZE|STRIPE)\}}|{_ONE}|100%|[0-9]{{1,2}}%)"
_WHOLE = r"[0-9]{1,9}"
_PERCENT = r"100|[0-9]{1,2}"
_RATIO = r"[0-9]{1,4}(?:\.[0-9]{1,9})?"
_TIME = r"(?:\$\{HC_(?:RUNTIME|RAMP)\}|[0-9]{1,12}(?:us|usec|ms|msec|s|sec|m|min|h|hr|d|day)?)"

_FLAG, _SWITCH = r"[0-9]{0,9}", r"[01]"
_WORKING = "read|write|randread|randwrite|rw|readwrite|randrw"
_LOG = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}|"
_KEYWORD = r"\$(?i:jobname|jobnum|filenum)"
_FILE = rf"(?:\$\{{HC_FILE\}}|[A-Za-z0-9_]|{_KEYWORD})(?:[A-Za-z0-9._-]|{_KEYWORD}){{0,200}}"
"""fio replaces keywords in ``filename_format``. In ``filename``, they are a part of the name."""

_VALUES: Mapping[str, tuple[str, ...]] = {
    _FILE + rf"(?::{_FILE}){{0,63}}": ("filename",),
    _FILE: ("filename_format",),
    rf"(?:{_WORKING}|trim|randtrim|trimwrite|randtrimwrite)(?::(?:{_ONE}))?": ("rw",),
    "|".join(IO_ENGINES): ("ioengine",),
    _PLACE: ("size", "io_size", "offset", "offset_increment"),
    rf"{_ONE}(?:-{_ONE})?|\$\{{HC_SIZE\}}": ("filesize",),
    rf"(?=.)(?:{_ONE})?(?:,(?:{_ONE})?){{0,2}}": ("rate", "rate_min", "rate_iops", "rate_iops_min"),
    rf"(?=.)(?!(?:.{{1,40}},)?{_ZERO})(?:{_ONE})?(?:,(?:{_ONE})?){{0,2}}": ("bs", "ba"),
    rf"(?=.)(?:{_PERCENT})?(?:,(?:{_PERCENT})?){{0,2}}": ("percentage_random",),
    rf"{_ONE}[-:]{_ONE}(?:,{_ONE}[-:]{_ONE}){{0,2}}": ("bsrange",),
    r"[0-9kmgKMGiIbB/:,]{1,400}": ("bssplit",),
    _ONE: (
        "offset_align", "zonesize", "zonerange", "zoneskip", "buffer_compress_chunk", "number_ios", "randseed",
        "log_entries", "log_hist_coarseness", "cpumask",
    ),
    r"(?!0+$)[0-9]{1,9}": ("iodepth",),
    _PERCENT: (
        "rwmixread", "rwmixwrite", "buffer_compress_percentage", "dedupe_percentage", "dedupe_working_set_percentage",
        "hipri_percentage",
    ),
    _WHOLE: (
        "iodepth_batch", "iodepth_batch_complete_min", "iodepth_batch_complete_max", "iodepth_low",
        "nrfiles", "openfiles", "fsync", "fdatasync", "write_barrier", "loops", "numjobs", "thinktime_blocks",
        "rate_cycle", "significant_figures", "gtod_cpu", "sqthread_poll_cpu", "force_async",
    ),
    _TIME: (
        "runtime", "ramp_time", "startdelay", "thinktime", "thinktime_spin", "thinktime_iotime", "max_latency",
        "latency_target", "latency_window", "bwavgtime", "iopsavgtime", "log_avg_msec", "log_hist_msec",
    ),
    _FLAG: (
        "time_based", "norandommap", "bs_unaligned", "stonewall", "new_group", "exitall", "exitall_on_error", "thread",
        "group_reporting", "zero_buffers", "refill_buffers", "hipri", "fixedbufs", "registerfiles", "sqthread_poll",
        "nonvectored", "uncached", "nowait", "userspace_reap",
    ),
    _SWITCH: (
        "randrepeat", "allrandrepeat", "softrandommap", "bs_is_seq_rand", "serialize_overlap", "direct", "atomic",
        "buffered", "overwrite", "rate_ignore_thinktime", "latency_run", "invalidate", "create_serialize",
        "create_fsync", "create_on_open", "pre_read", "end_fsync", "fsync_on_close", "unlink", "unlink_each_loop",
        "per_job_logs", "log_max_value", "log_offset", "log_prio", "log_unix_epoch",
        "scramble_buffers", "dedupe_global", "clat_percentiles", "lat_percentiles", "slat_percentiles", "disk_util",
        "gtod_reduce", "disable_lat", "disable_clat", "disable_slat", "disable_bw_measurement", "error_dump", "thp",
    ),
    "0|null": ("verify",),
    "0": ("do_verify",),
    "1": ("stats",),
    r"0x[0-9a-fA-F]{1,1000}|[0-9]{1,9}": ("buffer_pattern",),
    _LOG: ("write_bw_log", "write_lat_log", "write_iops_log", "write_hist_log"),
    rf"{_RATIO}(?::{_RATIO}){{0,19}}": ("percentile_list",),
    _RATIO: ("latency_percentile",),
    rf"(?:random|zipf|pareto|normal)(?::{_RATIO}){{0,2}}|zoned(?:_abs)?:[0-9kmgKMG/:,]{{1,400}}": (
        "random_distribution",
    ),
    rf"(?:random|roundrobin|sequential|zipf|pareto|normal|gauss)(?::{_RATIO}){{0,2}}": ("file_service_type",),
    rf"(?:wait_before|write|wait_after)(?:,(?:wait_before|write|wait_after)){{0,2}}:{_ONE}": ("sync_file_range",),
    r"[0-9][0-9,:-]{0,400}": ("cpus_allowed",),
    "malloc|mmap|mmapshared": ("mem",),
    "none|sync|dsync|0|1": ("sync",),
    "none|native|posix|keep|truncate|0|1": ("fallocate",),
    "none|random|sequential|0|1": ("fadvise_hint",),
    "none|short|medium|long|extreme": ("write_hint",),
    "none|strided": ("zonemode",),
    "sequential|identical": ("rw_sequencer",),
    "inline|offload": ("io_submit_mode",),
    "tausworthe|tausworthe64|lfsr": ("random_generator",),
    "gettimeofday|clock_gettime|cpu": ("clocksource",),
    "linear|poisson": ("rate_process",),
    "complete|issue": ("thinktime_blocks_type",),
    "shared|split": ("cpus_allowed_policy",),
    "group|stonewall|all": ("exit_what",),
    "none|0": ("continue_on_error", "unified_rw_reporting"),
    "repeat|working_set": ("dedupe_mode",),
    "1000|1024": ("kb_base",),
    "0|1|8": ("unit_base",),
}  # fmt: skip

PERMITTED: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {name: re.compile(values) for values, names in _VALUES.items() for name in names}
)
"""For each option, a pattern that the whole value must match. The value of an option without a value is ""."""

ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "readwrite": "rw",
        "blocksize": "bs",
        "blockalign": "ba",
        "blocksize_range": "bsrange",
        "blocksize_unaligned": "bs_unaligned",
        "iodepth_batch_submit": "iodepth_batch",
        "iodepth_batch_complete": "iodepth_batch_complete_min",
        "io_limit": "io_size",
        "fileoffset": "offset",
        "nr_files": "nrfiles",
        "timeout": "runtime",
        "iomem": "mem",
        "ratemin": "rate_min",
        "ratecycle": "rate_cycle",
        "wait_for_previous": "stonewall",
        "disable_bw": "disable_bw_measurement",
    }
)
"""fio's aliases of options: alias to the primary name."""

COMMENTS = frozenset({"name", "description"})
"""Options that only describe a job."""

_ELSEWHERE = "leads out of hostcheck's own folder"
_PROGRAM = "runs a program"
_HOST = "changes more of the host than the job's files"
_FULL = "fills the file system"
_TIMES = "can end the job before the sample's time is over"

REASONS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("exec_prerun", "exec_postrun", "program", "arguments"), _PROGRAM),
        **dict.fromkeys(
            (
                "filename", "filename_format", "directory", "opendir", "read_iolog", "write_iolog", "replay_redirect",
                "merge_blktrace_file", "aux-path", "write_bw_log", "write_lat_log", "write_iops_log", "write_hist_log",
                "unique_filename", "lockfile",
            ),
            _ELSEWHERE,
        ),
        **dict.fromkeys(
            (
                "ioscheduler", "cgroup", "cgroup_nodelete", "cgroup_weight", "uid", "gid", "nice", "prio", "prioclass",
                "lockmem", "hugepage-size", "allow_mounted_write",
            ),
            _HOST,
        ),
        **dict.fromkeys(("fill_device", "fill_fs", "file_append"), _FULL),
        **dict.fromkeys(("steadystate", "ss", "steadystate_duration", "ss_dur"), _TIMES),
        "ioengine": f"is none of {', '.join(IO_ENGINES)}",
        "verify": "reads back what was written, which is a different workload",
        "unified_rw_reporting": "merges reads and writes in fio's report",
        "continue_on_error": "continues after errors, and failed I/Os are no measure of the disk",
        "stats": "leaves out what is measured",
    }
)  # fmt: skip
"""Why an option or its value is refused, if the reason is more specific than "not in the table"."""


def accept(line: str) -> tuple[str, str] | None:
    """Split a line of a job file into the option's name and its value. An alias becomes the primary name.

    Two options for one setting become one: ``buffered=1`` becomes ``direct=0``.

    Returns:
        None if the option only describes the job.

    Raises:
        ValueError: if the option or its value is not known to be harmless, or fio would refuse it.
    """
    given, equals, value = line.partition("=")
    given = given.rstrip()
    name = ALIASES.get(given, given)
    if name in COMMENTS:
        return None
    if name not in PERMITTED:
        reason = REASONS.get(name)
        raise ValueError(f"{line[:80]} {reason}" if reason else f"the option {given[:40]!r} is not accepted")
    if value[:1].isspace():
        # fio skips a blank before a number alone, and takes " 8k" for 8.
        if not value.strip().isdecimal():
            raise ValueError(f"{line[:80]!r}: fio takes the space after '=' as a part of the value")
        value = value.strip()
    if not PERMITTED[name].fullmatch(value) or (equals and not value):
        raise ValueError(f"{line[:80]} {REASONS.get(name, 'is not a value that is accepted')}")
    if name == "buffered":
        return "direct", "1" if value == "0" else "0"
    if name == "rwmixwrite":
        return "rwmixread", str(100 - min(100, int(value)))
    return name, value
