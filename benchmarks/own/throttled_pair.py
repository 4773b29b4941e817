#!/usr/bin/env python3
"""Detection: of two disks of which one is known to be 1.2 times as fast, how often is that said? Needs root.

    .venv/bin/python benchmarks/own/throttled_pair.py PAIRS FOLDER

Each pair is two disks in memory under the kernel's limits, one of 350 I/Os and 120 MB a second and one of 1.2 times
that, measured by ``hostcheck bench --quick --only disk`` one after the other, every other pair the faster one first; it
takes about two minutes. The run files are kept in the folder, and those that are there already count. Prints for each
metric that a limit decides how often the comparison called the faster one better, the same, worse, or could not tell,
as Markdown, with the ratios it gave. The bar is better in 95 of 100.
"""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from uuid import uuid4

from hostcheck.bench.emulated.disk import known_disk
from hostcheck.bench.emulated.tier import TIERS, parse_tier
from hostcheck.comparison.compare import compare
from hostcheck.run.calibration import Tier
from hostcheck.run.files import read_run
from hostcheck.run.model import Run

FACTOR = 1.2
DISK_BYTES = 3 << 30
DECIDED = ("disk.seqread.bandwidth", "disk.seqwrite.bandwidth", "disk.randread.iops", "disk.randwrite.iops")
SLOWER = TIERS["sata"]
FASTER = parse_tier(f"{SLOWER.iops * FACTOR:.0f},{SLOWER.bytes_per_second * FACTOR / 1e6:.0f}")


def measured(tier: Tier, path: Path) -> None:
    """Measure a disk of this tier, unless there is a whole run of it."""
    if path.exists() and json.loads(path.read_text(encoding="utf-8"))["ended"]:
        return
    with known_disk(tier, DISK_BYTES, uuid4().hex) as disk:
        argv = [
            sys.executable,
            "-m",
            "hostcheck",
            "bench",
            "--quick",
            "--only",
            "disk",
            "--allow-low-space",
            "--no-store",
        ]
        argv += ["--dir", str(disk.path), "--name", tier.name, "-o", str(path)]
        subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def pair(number: int, folder: Path) -> tuple[Run, Run]:
    """Return the runs of a pair: the slower disk's, the faster one's."""
    paths = {tier: folder / f"pair-{number:03}-{tier.name}.json" for tier in (SLOWER, FASTER)}
    for tier in (SLOWER, FASTER)[:: 1 if number % 2 else -1]:
        measured(tier, paths[tier])
    return read_run(str(paths[SLOWER])), read_run(str(paths[FASTER]))


def main() -> None:
    """Measure the pairs, and print what is said of them."""
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    said: dict[str, Counter[str]] = {metric: Counter() for metric in DECIDED}
    ratios: dict[str, list[float]] = {metric: [] for metric in DECIDED}
    for number in range(1, int(sys.argv[1]) + 1):
        rows = {row.id: row for row in compare(list(pair(number, folder))).rows}
        for metric in DECIDED:
            ratio = rows[metric].cells[1].ratio
            said[metric][ratio.judgement if ratio else "not measured"] += 1
            ratios[metric] += [ratio.value] if ratio and ratio.value else []
    write = sys.stdout.write
    write("| metric | pairs | better | the same | worse | cannot tell | ratios |\n|---|---|---|---|---|---|---|\n")
    for metric, counts in said.items():
        told = " | ".join(str(counts[word]) for word in ("better", "same", "worse", "inconclusive"))
        spread = f"{min(ratios[metric]):.3f} – {max(ratios[metric]):.3f}" if ratios[metric] else "none"
        write(f"| {metric} | {counts.total()} | {told} | {spread} |\n")


if __name__ == "__main__":
    main()
