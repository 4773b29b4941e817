from hostcheck.run.measured import Sample
from hostcheck.run.typical import typical


def sample(value, *, valid=True, **detail):
    return Sample(value, valid=valid, detail=detail)


def has_x(sample):
    return "x" in sample.detail


def test_the_middle_one_of_the_valid_samples_that_have_it_stands_for_all():
    samples = [sample(5.0, x=1), sample(1.0, x=2), sample(3.0, x=3), sample(4.0), sample(2.9, valid=False, x=4)]
    assert typical(samples, has_x) is samples[2]


def test_of_an_even_number_it_is_the_lower_of_the_two_in_the_middle():
    samples = [sample(4.0, x=1), sample(2.0, x=1), sample(1.0, x=1), sample(3.0, x=1)]
    assert typical(samples, has_x).value == 2.0


def test_none_stands_for_none():
    assert typical([], has_x) is None
    assert typical([sample(1.0), sample(None, valid=False, x=1)], has_x) is None
