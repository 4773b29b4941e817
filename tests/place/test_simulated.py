"""1,000 hosts whose true positions are known: none is excluded, and what is false is contradicted where it can be."""

import math
from dataclasses import replace

import pytest

from hostcheck.place.bounds import reach_km
from hostcheck.place.judging import Left
from hostcheck.place.places import SPOT_KM, Place
from hostcheck.place.shapes import meeting
from hostcheck.place.sphere import disc
from tests.effort import share
from tests.place.worlds import distance_km, measured, near, somewhere, world

HOSTS = 1000


def spot(place, km=0.0):
    return Place("here", discs=(disc(*place, km),))


def geodesic_km(one, other):
    """The distance on WGS 84 by Lambert's formula for long lines: another computation, good to some 10 m."""
    flattening, radius = 1 / 298.257223563, 6378.137
    if one == other:
        return 0.0
    up_a, up_b = (math.atan((1 - flattening) * math.tan(math.radians(place[0]))) for place in (one, other))
    wide = math.radians(other[1] - one[1])
    half = math.sin((up_b - up_a) / 2) ** 2 + math.cos(up_a) * math.cos(up_b) * math.sin(wide / 2) ** 2
    turn = 2 * math.asin(math.sqrt(min(1.0, half)))
    if not 1e-9 < turn < math.pi - 0.05:
        return distance_km(one, other)
    middle, apart = (up_a + up_b) / 2, (up_b - up_a) / 2
    x = (turn - math.sin(turn)) * (math.sin(middle) * math.cos(apart) / math.cos(turn / 2)) ** 2
    y = (turn + math.sin(turn)) * (math.cos(middle) * math.sin(apart) / math.sin(turn / 2)) ** 2
    return radius * (turn - flattening / 2 * (x + y))


def surely_false(answers, claim):
    """Whether some landmark is further from a claim than light comes, by the other computation, with room for ours."""
    return any(
        geodesic_km((each.landmark.latitude, each.landmark.longitude), claim) > reach_km(each.rtt_ms, "c") * 1.014 + 30
        for each in answers
    )


@pytest.fixture(scope="module")
def worlds():
    return [world(seed) for seed in range(HOSTS)]


@pytest.fixture(scope="module")
def on_land(worlds):
    """Of the first hosts those on land: at sea, what is left without the wrong landmark is no land either."""
    return [each for each in worlds[:300] if meeting([disc(*each[0], 0.5)])]


def test_no_host_is_excluded_from_where_it_is(worlds):
    for host, answers, _ in worlds:
        left = Left(answers, doubted=False)
        assert left.has(spot(host))
        assert left.has(spot(host), "2/3 c")


def test_hosts_on_land_find_their_country_left_and_nothing_doubted(on_land):
    for host, answers, _ in share(on_land[:40], 3):
        country = meeting([disc(*host, 0.5)])
        left = Left(answers)
        assert left.doubts == ()
        assert country <= left.countries("2/3 c") <= left.countries("c")
        for code in country:
            assert left.answer("within", [Place(code, frozenset({code}))]).outcome != "does not hold"


def test_a_claim_that_is_false_by_over_300_km_is_contradicted_where_the_geometry_allows(worlds):
    contradicted = possible = 0
    for host, answers, chance in worlds:
        for claim in (somewhere(chance), near(host, 4000, chance)):
            if distance_km(host, claim) < 300:
                continue
            false = not Left(answers, doubted=False).has(spot(claim, SPOT_KM))
            if surely_false(answers, claim):
                possible += 1
                assert false
            if false:
                contradicted += 1
                assert any(
                    geodesic_km((each.landmark.latitude, each.landmark.longitude), claim) > reach_km(each.rtt_ms, "c")
                    for each in answers
                )
    assert possible > 900
    assert contradicted >= possible


def is_named_or_unknown(left, host, name):
    """Whether what is wrong about one landmark leads to no false statement, to unknown, or to one that names it."""
    judged = left.judge(spot(host))
    if judged.answer == "unknown":
        return True
    return judged.answer == "compatible" or name in judged.rests_on


def wrong(kind, host, answers, chance):
    """The answers with one landmark that is elsewhere, that answers from many places, or for which a box answers."""
    number = chance.randrange(len(answers))
    each = answers[number]
    if kind == "misplaced":
        at = somewhere(chance)
        changed = replace(each, landmark=replace(each.landmark, latitude=at[0], longitude=at[1]))
    elif kind == "anycast":
        changed = replace(each, rtt_ms=chance.uniform(0.5, 8))
    else:
        changed = replace(each, rtt_ms=chance.uniform(0.1, 0.4))
    return [*answers[:number], changed, *answers[number + 1 :]], each.landmark.name


@pytest.mark.parametrize("kind", ["misplaced", "anycast", "answers too early"])
def test_one_landmark_that_is_wrong_is_named_or_leads_to_unknown(on_land, kind):
    false = doubted = named = 0
    for host, answers, chance in on_land:
        changed, name = wrong(kind, host, answers, chance)
        left = Left(changed)
        assert is_named_or_unknown(left, host, name)
        if not Left(changed, doubted=False).has(spot(host)):
            false += 1
            doubted += bool(left.doubts)
            named += any(each.likely == name for each in left.doubts)
            assert all(each.likely in ("", name) for each in left.doubts)
    assert false > 0.2 * len(on_land)
    assert doubted > 0.6 * false
    assert named > 0.5 * false


def test_a_box_that_answers_for_all_leads_to_unknown(worlds):
    for host, answers, chance in worlds[:100]:
        apart = min(
            distance_km(*((each.landmark.latitude, each.landmark.longitude) for each in pair))
            for pair in ((one, other) for n, one in enumerate(answers) for other in answers[:n])
        )
        box = chance.uniform(0.2, 30)
        same = [replace(each, rtt_ms=box + chance.uniform(0, 0.05)) for each in answers]
        if apart > 250:
            assert Left(same).judge(spot(host)).answer == "unknown"


def test_the_other_computation_is_one_of_its_own():
    assert geodesic_km((59.91, 10.75), (50.11, 8.68)) == pytest.approx(1098.5, abs=2)
    assert geodesic_km((0, 0), (0, 90)) == pytest.approx(10018.75, abs=1)
    assert geodesic_km((0, 0), (45, 0)) == pytest.approx(4984.94, abs=1)
    assert measured(1.0).rtt_ms == 1.0
