from hostcheck.probes.witness import Witness, settle
from hostcheck.run.model import Evidence


def witness(answer, source, reason=""):
    return Witness(answer, Evidence(source, None, ""), reason)


def test_the_first_that_answers_wins_and_the_contradiction_is_named():
    fact = settle("f", [witness(None, "silent"), witness(True, "proof"), witness(False, "file")], "no witness")
    assert fact.known
    assert fact.value is True
    assert [piece.source for piece in fact.evidence] == ["silent", "proof", "file"]
    assert fact.conflicts == ("file says otherwise, but proof is stronger evidence",)


def test_without_an_answer_it_is_unknown_with_the_first_remedy():
    fact = settle("f", [witness(None, "a"), witness(None, "b", "run as root"), witness(None, "c", "later")], "why")
    assert not fact.known
    assert fact.reason == "run as root"
    assert settle("f", [witness(None, "a")], "why").reason == "why"
