"""Find values in the text of sysbench or pg_test_fsync that contradict each other.

sysbench prints rates and MiB per second with two decimals (report in sb_fileio.lua and sb_fileio.c), latencies in
milliseconds with two decimals, and a percentile of a histogram whose buckets are 1.8 % wide (sb_histogram.c).
pg_test_fsync prints one time twice (its ``OPS_FORMAT``): as operations per second with three decimals, and as whole
microseconds.
"""

import re
from collections.abc import Iterator

CONTRADICTS = "the text contradicts itself"
_MIB = 1 << 20
_TWO_DECIMALS = 0.01
_SHARE = 0.005
_BUCKET = 0.02
_ENDS = 0.1
"""Tolerance for the number of events, as a share: rates cover the time until the last report, events the whole run."""
_THROUGHPUT = re.compile(r"^[^\w\n]{0,40}(read|written), MiB/s:[ ]{1,40}(\d{1,12}(?:\.\d{1,4})?)$", re.MULTILINE)
_LATENCY = re.compile(
    r"^[^\w\n]{0,40}(min|avg|max|\d{1,2}th percentile):[ ]{1,60}(\d{1,12}(?:\.\d{1,4})?)$", re.MULTILINE
)
SECONDS = re.compile(r"^[^\w\n]{0,40}total time:[ ]{1,60}(\d{1,9}(?:\.\d{1,6})?)s$", re.MULTILINE)
_REQUESTS = re.compile(r"^[^\w\n]{0,40}(\d{1,12}(?:\.\d{1,4})?) Requests/sec executed$", re.MULTILINE)
"""The rate that sysbench before 1.0 prints, of reads and writes."""
_EVENTS = re.compile(r"^[^\w\n]{0,40}total number of events:[ ]{1,60}(\d{1,15})$", re.MULTILINE)
_FEW_EVENTS = 1000
"""Number of events that can be outside of the reported time: the syncs of all files at the end."""
_PER_MICROSECOND = 1e6
_NAMES = {"read": "read", "written": "write"}


def of_sysbench(text: str, rates: dict[str, float], block_bytes: int) -> str:
    """Return how one run of sysbench contradicts itself, in words; empty if it does not.

    Args:
        text: the text of the run.
        rates: operations per second, by "read", "write" and "fsync".
        block_bytes: size of an I/O.
    """
    found = [*_throughput(text, rates, block_bytes), *_latency(text), *_events(text, rates), *_requests(text, rates)]
    return f"{CONTRADICTS}: {found[0]}" if found else ""


def _throughput(text: str, rates: dict[str, float], block_bytes: int) -> Iterator[str]:
    for match in _THROUGHPUT.finditer(text):
        said, rate = float(match[2]), rates.get(_NAMES[match[1]], 0.0)
        known = rate * block_bytes / _MIB
        if abs(said - known) > _TWO_DECIMALS * (1 + block_bytes / _MIB) + _SHARE * known:
            yield f"{match[1]} {said:g} MiB/s, but {rate:g} I/Os a second of {block_bytes:,} bytes are {known:,.2f}"


def _requests(text: str, rates: dict[str, float]) -> Iterator[str]:
    said, known = _REQUESTS.search(text), sum(rates.values())
    if said and abs(float(said[1]) - known) > _TWO_DECIMALS + _SHARE * known:
        yield f"{float(said[1]):,.2f} requests a second, but its reads and writes are {known:,.2f}"


def _latency(text: str) -> Iterator[str]:
    said = {match[1]: float(match[2]) for match in _LATENCY.finditer(text)}
    low, mean, high = (said.get(name) for name in ("min", "avg", "max"))
    if low is None or mean is None or high is None:
        return
    if low > mean + _TWO_DECIMALS or mean > high + _TWO_DECIMALS:
        yield f"min, avg and max of the latency are {low:g}, {mean:g} and {high:g} ms"
    for name, value in said.items():
        if name.endswith("percentile") and value > high * (1 + _BUCKET) + _TWO_DECIMALS:
            yield f"the {name} of the latency is {value:g} ms, and its maximum {high:g} ms"


def _events(text: str, rates: dict[str, float]) -> Iterator[str]:
    seconds, events = SECONDS.search(text), _EVENTS.search(text)
    if seconds and events:
        rate = sum(rates.values())
        known = float(seconds[1]) * rate
        if abs(int(events[1]) - known) > _ENDS * known + _FEW_EVENTS:
            yield f"{int(events[1]):,} events, but {rate:,.0f} a second for {seconds[1]} s are {known:,.0f}"


def of_pg_test_fsync(rate: float, microseconds: float) -> str:
    """Return how a rate contradicts the time of one operation, in words; empty if it does not."""
    if not rate or not microseconds:
        # Of a method that is faster than a million a second the time is 0; a method that failed has two zeros.
        agree = rate >= _PER_MICROSECOND if rate else not microseconds
    else:
        agree = abs(1e6 / rate - microseconds) <= 1 + _SHARE * microseconds
    return "" if agree else f"{CONTRADICTS}: {rate:g} ops/sec, but {microseconds:g} usecs/op"
