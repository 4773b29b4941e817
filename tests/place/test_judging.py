"""What round trips leave, and what that answers."""

import pytest

from hostcheck.errors import UnfitError
from hostcheck.place.countries import never_alone, parse_code
from hostcheck.place.judging import Left
from hostcheck.place.measured import Measured
from hostcheck.place.places import Place, parse_place, understood
from hostcheck.place.shapes import error_km, meeting, shapes
from hostcheck.place.sphere import disc
from tests.place.worlds import ASHBURN, FRANKFURT, LONDON, OSLO, STOCKHOLM, TOKYO, landmark, measured


def place(text, *landmarks):
    return parse_place(text, landmarks)


def test_oslo_in_2_1_ms_excludes_ashburn_and_does_not_prove_norway():
    left = Left([measured(2.1)])
    ashburn = left.judge(place("500 km of Ashburn"))
    assert (ashburn.answer, ashburn.by, ashburn.rests_on) == ("excluded", ("Oslo",), ("Oslo",))
    assert left.countries() == {"NO", "SE", "DK"}
    finding = left.answer("within", [place("NO")])
    assert finding.outcome == "cannot tell"
    assert "DK, SE" in finding.said
    assert "ms Oslo would leave only NO" in finding.more
    assert left.answer("not within", [place("US")]).outcome == "holds"
    assert left.answer("within", [place("US")]).outcome == "does not hold"
    assert left.answer("within", [place("NO"), place("EU")]).outcome == "holds"


@pytest.mark.parametrize(
    ("asked", "where", "border"),
    [
        ("within", "within LU", "land of other countries"),
        ("not within", "near the host and outside of LU", "its border"),
    ],
)
def test_a_landmark_at_the_border_asks_for_one_that_is_further_from_it(asked, where, border):
    left = Left([measured(3.0, "Luxembourg", (49.6, 6.1), accuracy_km=25)])
    more = left.answer(asked, [place("LU")]).more
    assert more.startswith(f"a landmark {where}, further from {border} than 13 km and its accuracy_km,")


@pytest.mark.parametrize(
    ("asked", "at"),
    [
        ("SM", (43.94, 12.46)),
        ("MC", (43.74, 7.42)),
        ("VA", (41.903, 12.453)),
        ("XK", (42.66, 21.16)),
        ("20 km of Oslo", OSLO),
    ],
)
def test_no_landmark_is_asked_for_where_none_can_leave_a_place_alone(asked, at):
    left = Left([measured(0.1, "home", at)])
    within, not_within = (left.answer(question, [place(asked)]) for question in ("within", "not within"))
    assert (within.outcome, not_within.outcome) == ("cannot tell", "cannot tell")
    assert within.more.startswith(f"round trips cannot single out {place(asked).said}: the map may be wrong by 13 km,")
    assert not_within.more.startswith("a landmark near the host and outside of")


def test_the_countries_that_are_never_alone_are_so_wherever_a_landmark_is():
    for code in never_alone():
        spots = [spot for part in shapes()[code] for ring in part.rings for spot in ring][::17][:20]
        assert all(meeting([disc(lat, lon, error_km())]) - {code} for lon, lat in spots), code


@pytest.mark.parametrize(
    ("asked", "at"),
    [("LU", (49.75, 6.1)), ("HK", (22.42, 114.21)), ("MT", (35.9, 14.45)), ("SG", (1.29, 103.84))],
)
def test_a_small_country_can_be_all_that_is_left(asked, at):
    assert Left([measured(0.0, "there", at)]).answer("within", [place(asked)]).outcome == "holds"
    assert asked not in never_alone()


def test_a_short_round_trip_far_from_borders_leaves_one_country():
    left = Left([measured(0.2)])
    assert left.answer("within", [place("NO")]).outcome == "holds"
    assert left.answer("not within", [place("NO")]).outcome == "does not hold"


def test_what_is_excluded_in_fibre_alone_is_compatible():
    left = Left([measured(9.0)])  # 1,349 km at c, 899 km in fibre; Frankfurt is 1,097 km away
    judged = left.judge(Place("Frankfurt", discs=(disc(*FRANKFURT, 25),)))
    assert (judged.answer, judged.in_fibre) == ("compatible", "excluded")


def test_several_landmarks_exclude_together_what_none_excludes_alone():
    # 2,224 km apart and 1,199 km around each: the lens that is left ends 440 km from the middle of the place.
    left = Left([measured(8.0, "west", (0.0, 0.0)), measured(8.0, "east", (0.0, 20.0))], doubted=False)
    judged = left.judge(Place("a place", discs=(disc(8.0, 10.0, 300),)))
    assert (judged.answer, judged.by, judged.rests_on) == ("excluded", (), ("west", "east"))


def test_an_answer_says_on_which_landmarks_it_rests():
    near = [measured(1.0), measured(9.0, "Stockholm", STOCKHOLM)]
    both = Left(near).judge(place("US"))
    assert both.rests_on == ()  # each excludes it by itself
    assert set(both.by) == {"Oslo", "Stockholm"}
    only = Left([measured(1.0), measured(60.0, "London", LONDON)]).judge(place("DE"))
    assert only.rests_on == ("Oslo",)


@pytest.mark.parametrize("rtt", [None])
def test_without_a_round_trip_nothing_can_be_said(rtt):
    left = Left([Measured(landmark(), rtt, problem="no answer")])
    assert left.judge(place("US")).answer == "unknown"
    finding = left.answer("not within", [place("US")])
    assert (finding.outcome, finding.said) == ("cannot tell", "no landmark has a valid round trip")


def test_a_long_round_trip_excludes_nothing():
    left = Left([measured(280.0)])
    assert len(left.countries()) == 250
    assert left.answer("not within", [place("US")]).outcome == "cannot tell"


def test_two_landmarks_that_contradict_each_other_leave_everything_unknown():
    left = Left([measured(1.0), measured(1.0, "Tokyo", TOKYO)])
    (doubt,) = left.doubts
    assert "no place is near enough to Oslo and Tokyo" in doubt.said
    assert doubt.likely == ""
    assert left.answer("not within", [place("US")]).outcome == "cannot tell"


def test_of_three_the_one_that_contradicts_the_others_is_named():
    answers = [measured(1.5), measured(9.0, "Stockholm", STOCKHOLM), measured(2.0, "London", ASHBURN)]
    (doubt,) = Left(answers).doubts
    assert doubt.likely == "London"
    assert "leave it out" in doubt.remedy


def test_what_contradicts_itself_only_in_fibre_is_a_doubt_too():
    # 1,430 km apart; 1,200 km in fibre, 1,800 km at c.
    answers = [measured(6.0, "Stockholm", STOCKHOLM), measured(6.0, "London", LONDON)]
    (doubt,) = Left(answers).doubts
    assert "in fibre" in doubt.said


def test_one_round_trip_of_landmarks_that_are_far_apart_is_a_doubt():
    answers = [measured(40.0), measured(40.2, "London", LONDON), measured(40.1, "Frankfurt", FRANKFURT)]
    (doubt,) = Left(answers).doubts
    assert "one box may answer for all of them" in doubt.said
    pinned = [
        measured(each.rtt_ms, each.landmark.name, (each.landmark.latitude, each.landmark.longitude), pin=b"x" * 32)
        for each in answers
    ]
    assert Left(pinned).doubts == ()


def test_only_the_sea_is_a_doubt():
    (doubt,) = Left([measured(0.5, "buoy", (0.0, -140.0))]).doubts
    assert "no land is near enough" in doubt.said


def test_what_is_not_known_of_a_landmark_widens_its_disc():
    assert Left([measured(2.1, accuracy_km=900)]).judge(place("DE")).answer == "compatible"
    assert Left([measured(2.1)]).judge(place("DE")).answer == "excluded"


def test_a_ring_is_what_is_left_outside_of_a_place():
    left = Left([measured(2.1)])
    assert left.answer("within", [place("600 km of Oslo")]).outcome == "holds"
    assert left.answer("within", [place("100 km of Oslo")]).outcome == "cannot tell"
    assert left.answer("not within", [place("100 km of Oslo")]).outcome == "cannot tell"
    assert left.answer("not within", [place("100 km of London")]).outcome == "holds"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Oslo", "Oslo, Norway"),
        ("Data centre 2, Oslo, Norway", "Oslo, Norway"),
        ("somewhere in Norway", "Norway with its territories"),
        ("NO", "Norway"),
        ("eu-north-1", "Stockholm, Sweden"),
        ("59.91,10.75", "59.91,10.75"),
        ("91,10", None),
        ("the green cloud", None),
        ("Paris, Texas", "Paris, France or United States"),
        ("Dublin, OH", "Dublin, Ireland or United States"),
        ("London, Ontario, Canada", "London, Ontario, Canada"),
        ("Frankfurt, DE", "Frankfurt, Germany"),
        ("Atlanta, Georgia", "Atlanta, United States"),
        ("Amsterdam or Frankfurt", "Amsterdam, Netherlands or Frankfurt, Germany"),
        ("the hall, WA", None),
    ],
)
def test_what_words_of_a_claim_mean(words, said):
    found = understood(words)
    assert (found.said if found else None) == said


@pytest.mark.parametrize("text", ["Norway", "UK", "500 km of nowhere", "0 km of Oslo", "30000 km of Oslo", "99,99", ""])
def test_places_that_are_not_known_are_refused_with_a_remedy(text):
    with pytest.raises(UnfitError):
        parse_place(text)


@pytest.mark.parametrize(
    ("text", "code"), [("UK", "GB"), ("usa", "US"), ("Scotland", "GB"), ("no", "NO"), ("eu", "EU")]
)
@pytest.mark.parametrize("parse", [parse_place, parse_code])
def test_the_remedy_names_the_code_that_is_meant(parse, text, code):
    with pytest.raises(UnfitError, match=f"write {code}$"):
        parse(text)


@pytest.mark.parametrize("city", ["Oslo", "São Paulo", "frankfurt (oder)"])
def test_a_city_alone_asks_how_far_from_it(city):
    with pytest.raises(UnfitError) as refused:
        parse_place(city)
    assert refused.value.remedy.endswith(f"or 150 km of {city}")
    assert parse_place(f"150 km of {city}").discs


@pytest.mark.parametrize("text", ["20000 km of Oslo", "1234.5 km of Oslo", "500 km of Oslo"])
def test_a_distance_is_said_in_figures_as_it_was_asked(text):
    assert parse_place(text).said.replace(",", "") == text


def test_a_long_round_trip_that_would_decide_is_said_without_an_exponent():
    finding = Left([measured(133, "null", (0.0, 0.0))]).answer("not within", [parse_place("500 km of 0,180")])
    assert "in 130 ms null would leave nothing" in finding.more


def test_a_distance_of_a_name_that_several_cities_have_asks_for_the_coordinates():
    with pytest.raises(UnfitError, match="more than one San Jose") as refused:
        parse_place("500 km of San Jose")
    assert "37.34,-121.89 (United States), 9.93,-84.08 (Costa Rica)" in refused.value.remedy
    assert parse_place("500 km of Frankfurt (Oder)").discs == (disc(52.34, 14.55, 500),)


def test_a_place_can_be_around_a_landmark_of_the_file():
    own = landmark("my office", OSLO)
    assert parse_place("20 km of my office", [own]).discs == (disc(*OSLO, 20),)
