import os
import subprocess
import sys

from hostcheck import process as subject
from hostcheck.process import is_alive, own_process


def test_this_process_is_alive():
    assert is_alive(own_process()) is True


def test_a_process_that_ended_is_not_even_before_its_parent_has_asked():
    code = "from hostcheck.process import own_process; print(own_process(), flush=True)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as child:
        name = child.stdout.read().strip()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert is_alive(name) is False
    assert is_alive(name) is False


def test_a_number_given_to_another_process_later_is_not_mistaken_for_it():
    pid, started, namespace = own_process().split("-")
    assert is_alive(f"{pid}-{int(started) - 1}-{namespace}") is False


def test_of_another_pid_namespace_nothing_is_known(monkeypatch):
    name = own_process()
    monkeypatch.setattr(subject, "_namespace", lambda: "1")
    assert is_alive(name) is None


def test_of_a_name_of_another_form_nothing_is_known():
    assert is_alive("1234") is None
    assert is_alive("") is None
