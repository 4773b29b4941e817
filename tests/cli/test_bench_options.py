from hostcheck.cli.bench_options import arguments_of


def test_of_two_values_of_a_build_argument_the_last_one_counts_as_in_docker(monkeypatch):
    monkeypatch.setenv("FROM_OUTSIDE", "3")
    monkeypatch.delenv("UNSET", raising=False)
    words = ("A=2", "B=x=y", "A=1", "FROM_OUTSIDE", "UNSET", "C=1", "C=")
    assert arguments_of(words) == (("A", "1"), ("B", "x=y"), ("C", ""), ("FROM_OUTSIDE", "3"))
    assert arguments_of(("UNSET=1", "UNSET")) == ()
