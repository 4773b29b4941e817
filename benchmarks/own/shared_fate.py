#!/usr/bin/env python3
"""How often is it found that the disks, or the CPUs, of two hosts are one, or two? Needs root.

    .venv/bin/python benchmarks/own/shared_fate.py disk|cpu TIMES [FOLDER]

The hosts are processes here that do what ``hostcheck fleet shared-fate`` lets a host do, without Ansible between them,
in turns of a second: as many times one disk or CPU for both, and one for each. The disks are in memory under the
kernel's limits of a SATA disk (350 I/Os and 120 MB a second). For ``cpu`` each process may use one CPU: both the same
one, or two, of different cores if there are any. With a folder the answers are kept there, and the ones that are there
count already. The bar is 19 of 20 for each.
"""

import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

from hostcheck.bench.emulated.disk import known_disk
from hostcheck.bench.emulated.tier import TIERS
from hostcheck.fate.member import share_fate, uptime
from hostcheck.fleet.sharing import BLOCKS
from hostcheck.population.fates import WORDS, fates_of, random_order

HOSTS = ("m1", "m2")
TURN_SECONDS = 1.0
MARGIN_SECONDS = 0.3
DISK_BYTES = 1 << 30
RIGHT = {"one": "depends", "two": "independent"}
BLAMED: Mapping[str, str | None] = {"disk": "", "cpu": None}
"""The folder by which ``fates_of`` knows what was loaded: none for CPUs."""


def separate_cpus() -> tuple[int, int]:
    """Return two CPUs that this process may use, of different cores if there are any."""
    first, *others = sorted(os.sched_getaffinity(0))
    if not others:
        raise SystemExit("two CPUs are needed, and this process may use one")
    return first, next((cpu for cpu in others if core_of(cpu) != core_of(first)), others[0])


def core_of(cpu: int) -> str:
    """Return the hardware threads of a CPU's core: "0,2"."""
    return Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list").read_text("ascii").strip()


def member(number: int, order: Sequence[int], place: Path, folder: str | None, cpu: int | None) -> None:
    """Be a host: on this CPU, or on the disk of a folder; on a separate disk where neither is given."""
    with ExitStack() as held:
        if cpu is not None:
            os.sched_setaffinity(0, {cpu})
        elif folder is None:
            folder = str(held.enter_context(known_disk(TIERS["sata"], DISK_BYTES, uuid4().hex)).path)
        question = {"folder": folder, "seconds": TURN_SECONDS, "order": list(order), "hosts": {"own": number}}
        answer = share_fate(json.dumps(question), "own", place)
    (place / "answer").write_text(json.dumps(answer), "utf-8")


def found_between(resource: str, number_of: str, order: Sequence[int]) -> list[dict[str, Any]]:
    """Return what two hosts find that have one disk or CPU, or two."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as held:
        folder = None
        cpus: tuple[int | None, int | None] = (None, None)
        if resource == "cpu":
            first, second = separate_cpus()
            cpus = (first, first if number_of == "one" else second)
        elif number_of == "one":
            folder = str(held.enter_context(known_disk(TIERS["sata"], DISK_BYTES, uuid4().hex)).path)
        places = [Path(name) / host for host in HOSTS]
        members = []
        for number, place in enumerate(places):
            place.mkdir()
            members.append(multiprocessing.Process(target=member, args=(number, order, place, folder, cpus[number])))
            members[-1].start()
        while not all((place / "ready").exists() for place in places):
            assert all(each.is_alive() for each in members)
            time.sleep(0.1)
        for place in places:
            (place / "go.part").write_text(f"{uptime() + 1} {MARGIN_SECONDS}", "ascii")
            (place / "go.part").rename(place / "go")
        for each in members:
            each.join()
        return [json.loads((place / "answer").read_text("utf-8")) for place in places]


def main() -> None:
    """Measure, and print what is found."""
    if len(sys.argv) not in {3, 4} or sys.argv[1] not in BLAMED:
        raise SystemExit(__doc__)
    resource = sys.argv[1]
    with ExitStack() as held:
        kept = Path(sys.argv[3] if len(sys.argv) == 4 else held.enter_context(tempfile.TemporaryDirectory()))
        kept.mkdir(parents=True, exist_ok=True)
        said: dict[str, Counter[str]] = {number_of: Counter() for number_of in RIGHT}
        shares: dict[str, list[float]] = {number_of: [] for number_of in RIGHT}
        for number in range(int(sys.argv[2])):
            for number_of in RIGHT:
                path = kept / f"{resource}-{number_of}-{number:03}.json"
                if not path.exists():
                    order = random_order(len(HOSTS), BLOCKS)
                    answers = found_between(resource, number_of, order)
                    path.write_text(json.dumps({"order": order, "answers": answers}), "utf-8")
                measured = json.loads(path.read_text("utf-8"))
                answers = dict(zip(HOSTS, measured["answers"], strict=True))
                fates = fates_of(HOSTS, BLAMED[resource], measured["order"], "", answers)
                said[number_of].update(state for _, _, state in fates.pairs())
                shares[number_of] += [
                    (effect.low + effect.high) / 2
                    for effect in fates.effects
                    if effect.low is not None and effect.high is not None
                ]
    write = sys.stdout.write
    write(f"| {WORDS[resource]} | times | depend | do not | cannot tell | right | share |\n{'|---' * 7}|\n")
    for number_of, counts in said.items():
        words = " | ".join(str(counts[state]) for state in ("depends", "independent", "unknown"))
        spread = f"{min(shares[number_of]):.3f} – {max(shares[number_of]):.3f}" if shares[number_of] else "none"
        right = f"{counts[RIGHT[number_of]]} of {counts.total()}"
        write(f"| {number_of} | {counts.total()} | {words} | {right} | {spread} |\n")


if __name__ == "__main__":
    main()
