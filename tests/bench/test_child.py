"""A program that measures is run to its end, or ended, with what it wrote and the CPU time that it was given."""

import os
import sys
import threading
import time

from hostcheck.bench.child import run_program


def python(text):
    return [sys.executable, "-S", "-c", text]


def test_its_words_its_end_and_its_cpu_time_are_kept():
    ran = run_program(python("import sys; print('rate 5'); print('why', file=sys.stderr)"), seconds=60, stop=NEVER)
    assert (ran.exit_code, ran.output, ran.messages, ran.problem) == (0, "rate 5\n", "why\n", "")
    busy = run_program(python("import time\nwhile time.process_time() < 0.5: pass"), seconds=60, stop=NEVER)
    assert 0.5 <= busy.cpu_seconds < 5


NEVER = threading.Event()


def test_a_program_that_fails_is_quoted_with_its_last_line():
    ran = run_program(python("import sys; print('first'); sys.exit('the last')"), seconds=60, stop=NEVER)
    assert ran.problem == "it ended with exit code 1: the last"


def test_a_program_that_takes_too_long_is_killed_with_its_children():
    began = time.monotonic()
    text = "import os, time; print(os.getpid(), flush=True); os.fork(); time.sleep(600)"
    ran = run_program(python(text), seconds=0.5, stop=NEVER)
    assert ran.exit_code is None
    assert ran.problem.startswith("it took too long")
    assert time.monotonic() - began < 300
    # SIGKILL has been sent to the whole group; the kernel may need a moment for a child.
    group = int(ran.output)
    for _ in range(1000):
        if not alive(group):
            break
        time.sleep(0.01)
    assert not alive(group)


def alive(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_users_stop_ends_it():
    stop = threading.Event()
    stop.set()
    ran = run_program(python("import time; time.sleep(600)"), seconds=600, stop=stop)
    assert ran.exit_code == -9
