import os
import signal
import time

import pytest

from hostcheck.host.child import in_child


class Stop(BaseException):
    """What the handler of a signal raises."""


def test_a_signal_right_behind_the_fork_does_not_leave_the_child_alone(monkeypatch):
    children = []

    def fork():
        child = real_fork()
        if child:
            children.append(child)
            os.kill(os.getpid(), signal.SIGTERM)
        return child

    def stop(_number, _frame):
        raise Stop

    def act():
        time.sleep(60)
        yield {}

    real_fork = os.fork
    monkeypatch.setattr(os, "fork", fork)
    before = signal.signal(signal.SIGTERM, stop)
    try:
        with pytest.raises(Stop):
            in_child(act, 60.0)
        (child,) = children
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)
    finally:
        signal.signal(signal.SIGTERM, before)
        for child in children:
            try:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
            except (ProcessLookupError, ChildProcessError):
                continue
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == set()
