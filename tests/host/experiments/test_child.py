import subprocess
import sys

# A process of one thread, as an audit is: in another thread a signal would not be held back.
PROGRAM = """
import os, signal, time
from hostcheck.host.experiments.child import in_child

class Stop(BaseException):
    pass

def fork():
    child = real_fork()
    if child:
        children.append(child)
        os.kill(os.getpid(), signal.SIGTERM)
    return child

def stop(number, frame):
    raise Stop

def act():
    time.sleep(20)
    yield {}

children, real_fork = [], os.fork
os.fork = fork
signal.signal(signal.SIGTERM, stop)
try:
    in_child(act, 60.0)
except Stop:
    print("stopped", flush=True)
try:
    os.kill(children[0], 0)
except ProcessLookupError:
    print("no child is left", flush=True)
print(signal.pthread_sigmask(signal.SIG_BLOCK, ()), flush=True)
"""


def test_a_signal_right_behind_the_fork_does_not_leave_the_child_alone():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert done.stdout.splitlines() == ["stopped", "no child is left", "set()"], done.stderr
