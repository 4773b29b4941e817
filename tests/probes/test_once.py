from hostcheck.probes.once import Once


def test_each_question_is_asked_once_for_each_set_of_arguments(fake_host):
    host = fake_host({"/a": "1"}, experiments={"overlay": {"ok": True}})
    once = Once(host)
    for _ in range(3):
        assert once.read("/a").text == "1"
        assert once.read("/b").failure == "absent"
        assert once.experiment("overlay", directory="/x") == {"ok": True}
    once.experiment("overlay", directory="/y")
    assert host.asked == ["/a", "/b", "experiment overlay", "experiment overlay"]


def test_answers_of_nothing_are_remembered_too(fake_host):
    host = fake_host()
    once = Once(host)
    assert once.experiment("unshare") is None
    assert once.experiment("unshare") is None
    assert host.asked == ["experiment unshare"]
