#!/usr/bin/env python3
"""How often is it found that the disks of two hosts are one, or two? Needs root.

    .venv/bin/python benchmarks/own/shared_fate.py TIMES [FOLDER]

The hosts are processes here that do what ``hostcheck fleet shared-fate`` lets a host do, without Ansible between them,
in turns of a second. The disks are in memory under the kernel's limits of a SATA disk (350 I/Os and 120 MB a second):
as many times one disk for both, and one for each. With a folder the answers are kept there, and the ones that are there
count already. The bar is 19 of 20 for each.
"""

import json
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

from hostcheck.bench.emulated.disk import known_disk
from hostcheck.bench.emulated.tier import TIERS
from hostcheck.fate.member import share_fate, uptime
from hostcheck.fleet.sharing import BLOCKS
from hostcheck.population.fates import fates_of, random_order

HOSTS = ("m1", "m2")
TURN_SECONDS = 1.0
MARGIN_SECONDS = 0.3
DISK_BYTES = 1 << 30
RIGHT = {"one": "depends", "two": "independent"}


def member(number: int, order: Sequence[int], place: Path, folder: str | None) -> None:
    """Be a host, on a separate disk where no folder is given."""
    with ExitStack() as held:
        if folder is None:
            folder = str(held.enter_context(known_disk(TIERS["sata"], DISK_BYTES, uuid4().hex)).path)
        question = {"folder": folder, "seconds": TURN_SECONDS, "order": list(order), "hosts": {"own": number}}
        answer = share_fate(json.dumps(question), "own", place)
    (place / "answer").write_text(json.dumps(answer), "utf-8")


def found_between(disks: str, order: Sequence[int]) -> list[dict[str, Any]]:
    """Return what two hosts find that have one disk, or two."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as held:
        folder = None
        if disks == "one":
            folder = str(held.enter_context(known_disk(TIERS["sata"], DISK_BYTES, uuid4().hex)).path)
        places = [Path(name) / host for host in HOSTS]
        members = []
        for number, place in enumerate(places):
            place.mkdir()
            members.append(multiprocessing.Process(target=member, args=(number, order, place, folder)))
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
    if len(sys.argv) not in {2, 3}:
        raise SystemExit(__doc__)
    with ExitStack() as held:
        kept = Path(sys.argv[2] if len(sys.argv) == 3 else held.enter_context(tempfile.TemporaryDirectory()))
        kept.mkdir(parents=True, exist_ok=True)
        said: dict[str, Counter[str]] = {disks: Counter() for disks in RIGHT}
        shares: dict[str, list[float]] = {disks: [] for disks in RIGHT}
        for number in range(int(sys.argv[1])):
            for disks in RIGHT:
                path = kept / f"{disks}-{number:03}.json"
                if not path.exists():
                    order = random_order(len(HOSTS), BLOCKS)
                    answers = found_between(disks, order)
                    path.write_text(json.dumps({"order": order, "answers": answers}), "utf-8")
                measured = json.loads(path.read_text("utf-8"))
                answers = dict(zip(HOSTS, measured["answers"], strict=True))
                fates = fates_of(HOSTS, "", measured["order"], "", answers)
                said[disks].update(state for _, _, state in fates.pairs())
                shares[disks] += [
                    (effect.low + effect.high) / 2
                    for effect in fates.effects
                    if effect.low is not None and effect.high is not None
                ]
    write = sys.stdout.write
    write("| disks | times | depend | do not | cannot tell | share |\n|---|---|---|---|---|---|\n")
    for disks, counts in said.items():
        words = " | ".join(str(counts[state]) for state in ("depends", "independent", "unknown"))
        spread = f"{min(shares[disks]):.3f} – {max(shares[disks]):.3f}" if shares[disks] else "none"
        write(f"| {disks} | {counts.total()} | {words} | {spread} |\n")


if __name__ == "__main__":
    main()
