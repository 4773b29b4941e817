"""A recorder makes each request once, also one without an answer."""

from hostcheck.host.recording import RecordingHost


class Empty:
    live = True
    running = True
    proves_absence = True

    def __init__(self):
        self.asked = []

    def experiment(self, name, /, **arguments):
        self.asked.append((name, arguments))

    def cpuid(self):
        self.asked.append("cpuid")
        return {}

    def clock(self):
        self.asked.append("clock")
        return {}


def test_an_experiment_is_made_once_for_each_set_of_arguments():
    host = Empty()
    recording = RecordingHost(host)
    for _ in range(3):
        assert recording.experiment("overlay", directory="/x") is None
    assert recording.experiment("overlay", directory="/y") is None
    assert host.asked == [("overlay", {"directory": "/x"}), ("overlay", {"directory": "/y"})]


def test_empty_answers_are_recorded_too():
    host = Empty()
    recording = RecordingHost(host)
    for _ in range(2):
        assert (recording.cpuid(), recording.clock()) == ({}, {})
    assert host.asked == ["cpuid", "clock"]
