"""Damaged files: an error of one line, or a run whose figures stand in the file or are computed from it."""

import random
import re
from bisect import bisect_left, bisect_right
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hostcheck.errors import UsageError
from hostcheck.imports.importing import import_fio, import_yabs
from hostcheck.run.files import dumps, read_run
from tests.effort import TIMES

DAMAGED = 20 * TIMES
FIO = ("3.33-group4.json", "3.33-nogroup4.json", "3.33-jsonplus-two-processes.json", "client-3.33-two-servers.json")
HERE = Path(__file__).parent
TEXT, JSON = (HERE / "yabs.txt").read_text(), (HERE / "yabs.json").read_text()
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def numbers(text):
    # A comma may be a decimal one.
    return {float(number) for number in NUMBER.findall(text + text.replace(",", "."))}


def imported(importer, tmp_path, data):
    """Import damaged bytes; None where an error is reported in one line."""
    file = tmp_path / "damaged"
    file.write_bytes(data)
    try:
        run = importer([file], "another user's")
    except UsageError as error:
        message = str(error)
    else:
        # What is written can be read again, or the damage went through to the run file.
        (tmp_path / "run.json").write_text(dumps(run))
        assert read_run(str(tmp_path / "run.json")).metrics == run.metrics
        return run
    assert "\n" not in message
    assert str(file) in message
    return None


def flipped(text, chance):
    data = bytearray(text.encode())
    for _ in range(chance.randint(1, 3)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


@pytest.mark.parametrize("name", FIO)
def test_fio_with_flipped_bits_makes_up_no_rate(tmp_path, name):
    text, chance, whole = (HERE.parent / "fio" / "outputs" / name).read_text(), random.Random(name), 0
    for _ in range(DAMAGED):
        data = flipped(text, chance)
        run = imported(import_fio, tmp_path, data)
        whole += run is not None
        written = sorted(numbers(data.decode(errors="replace")))
        for metric in run.metrics if run else ():
            for sample in metric.samples:
                parts = sample.detail.get("fio_iops", 0)
                # A sum of at most four rates that stand there.
                assert parts == 0 or is_sum(parts, written, 4)
    assert 0 < whole < DAMAGED


def is_sum(total, parts, most):
    """Whether a total is the sum of at most so many of the sorted numbers: one of them is at least its share."""
    if abs(total) < 1e-6 * max(1.0, abs(total)):
        return True
    if most == 0:
        return False
    fits = parts[bisect_left(parts, total / most * 0.999999) : bisect_right(parts, total * 1.000001)]
    return any(is_sum(total - part if total - part > 1e-5 else 0.0, parts, most - 1) for part in fits)


@given(data=st.data())
@settings(max_examples=50 * TIMES, deadline=None)
def test_yabs_with_flipped_bits_shows_rates_that_stand_there(data, tmp_path_factory):
    text = data.draw(st.sampled_from([TEXT, JSON]))
    damaged = bytearray(text.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    run = imported(import_yabs, tmp_path_factory.mktemp("yabs"), bytes(damaged))
    written = numbers(damaged.decode(errors="replace"))
    speeds = {number * unit * base for number in written for unit in (1e-3, 1, 1e3, 1e6, 1e9) for base in (1000, 1024)}
    for metric in run.metrics if run else ():
        block = metric.settings["block_bytes"]
        rates = speeds | {number * unit * block for number in written for unit in (1, 1e3, 1e6)}
        for sample in metric.samples:
            moved = (sample.value or 0) * (block if metric.unit == "IOPS" else 1e6)
            assert sample.value is None or any(abs(moved / rate - 1) < 1e-9 for rate in rates if rate)


@pytest.mark.parametrize("text", [TEXT, '{"version": "v2025-04-20", "fio": [{"bs": "4k", "iops_r": 5, "iops_w": 6}]}'])
def test_yabs_cut_at_any_byte_is_an_error_or_part_of_the_whole(tmp_path, text):
    whole = {metric.id: metric.value for metric in imported(import_yabs, tmp_path, text.encode()).metrics}
    for end in range(0, len(text), 3):
        run = imported(import_yabs, tmp_path, text[:end].encode())
        assert run is None or {metric.id: metric.value for metric in run.metrics}.items() <= whole.items()
