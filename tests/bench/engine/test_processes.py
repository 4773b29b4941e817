import os
import socket
import time

import pytest

from hostcheck.bench.engine.processes import EngineWork, Processes, find_processes, process_behind


@pytest.fixture
def listening(tmp_path):
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        yield path


def test_the_process_behind_a_socket_is_the_one_that_listens(listening):
    process = process_behind(listening)
    assert process is not None
    assert process.pid == os.getpid()


def test_behind_a_missing_socket_there_is_no_process(tmp_path):
    assert process_behind(tmp_path / "absent") is None


def test_the_time_is_what_the_process_spent(listening):
    work = EngineWork(find_processes(listening, {}))
    before = work.read()["engine_cpu"]
    began = time.process_time()
    while time.process_time() < began + 0.1:
        pass
    assert work.read()["engine_cpu"] >= before + 0.05


def test_without_a_visible_engine_its_time_is_unknown_and_not_that_of_another_engine(tmp_path):
    assert find_processes(tmp_path / "absent", {}) == Processes()
    assert EngineWork(Processes()).read() == {}
