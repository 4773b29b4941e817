"""Which countries are near enough: islands, holes, territories, the date line, the poles, codes that maps lack."""

import pytest

from hostcheck.place.countries import code_of, codes_of, eu_since, is_code, members, names
from hostcheck.place.shapes import error_km, meeting, shapes
from hostcheck.place.sphere import EARTH_KM, disc, kilometres, vector


def test_each_code_has_a_shape_and_each_shape_a_code():
    assert set(shapes()) == set(names())


@pytest.mark.parametrize(
    ("place", "countries"),
    [
        (disc(59.91, 10.75, 20), {"NO"}),
        (disc(59.91, 10.75, 120), {"NO", "SE"}),
        (disc(46.5, 2.5, 50), {"FR"}),
        (disc(-29.5, 28.3, 10), {"LS"}),  # within a hole of South Africa
        (disc(-29.0, 24.7, 50), {"ZA"}),
        (disc(41.903, 12.453, 1), {"IT", "VA"}),
        (disc(-90, 0, 50), {"AQ"}),
        (disc(-89, 100, 50), {"AQ"}),
        (disc(-17, 180, 300), {"FJ"}),
        (disc(66.5, -179.9, 100), {"RU"}),
        (disc(0, -140, 300), set()),
        (disc(43.7, 142.5, 20), {"JP"}),
        (disc(4.93, -52.33, 20), {"GF"}),
        (disc(-20.9, 55.45, 20), {"RE"}),
        (disc(16.2, -61.5, 20), {"GP"}),
        (disc(78.2, 15.6, 20), {"SJ"}),
        (disc(70.98, -8.5, 20), {"SJ"}),
        (disc(-54.42, 3.35, 10), {"BV"}),
        (disc(18.2, -66.5, 20), {"PR"}),
        (disc(12.17, -68.28, 10), {"BQ"}),
        (disc(-10.45, 105.65, 10), {"CX"}),
        (disc(60.2, 20.0, 10), {"AX"}),
        (disc(62.0, -6.9, 10), {"FO"}),
        (disc(45.2, 34.2, 20), {"RU", "UA"}),
        (disc(42.66, 21.16, 10), {"RS", "XK"}),
        (disc(19.7, -155.5, 30), {"US"}),
        (disc(28.1, -15.4, 20), {"ES"}),
        (disc(-37.1, -12.28, 10), {"SH"}),
    ],
)
def test_what_is_near_enough(place, countries):
    assert meeting([place]) == countries


def test_a_disc_with_a_hole_leaves_what_is_around_the_hole():
    from hostcheck.place.sphere import outside_of

    left = meeting([disc(46.5, 2.5, 700), outside_of(disc(46.5, 2.5, 650))])
    assert {"ES", "GB", "IT", "DE"} <= left
    assert "LU" not in left


@pytest.mark.parametrize(
    ("city", "code"),
    [((51.92, 4.48), "NL"), ((1.35, 103.82), "SG"), ((43.73, 7.42), "MC"), ((35.9, 14.5), "MT"), ((22.3, 114.2), "HK")],
)
def test_a_city_is_within_the_error_of_its_country(city, code):
    assert code in meeting([disc(*city, error_km())])


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ((36.15, 29.59), "GR"),  # Kastellorizo, 2 km from Turkey
        ((37.29, 27.09), "GR"),  # Farmakonisi
        ((44.88, -66.93), "CA"),  # Campobello, with a bridge to the United States
        ((25.67, 50.77), "BH"),  # the Hawar islands, 2 km from Qatar
        ((26.15, 119.93), "TW"),  # Matsu
        ((25.87, 55.02), "AE"),  # Abu Musa, which Iran claims too
        ((59.31, 4.89), "NO"),  # Utsira
        ((-9.20, -171.85), "TK"),
        ((26.13, -14.48), "EH"),  # Boujdour, west of the berm
        ((27.15, -13.20), "EH"),
        ((23.70, -15.93), "EH"),
    ],
)
def test_a_place_that_the_map_leaves_out_is_of_its_country(place, code):
    assert code in meeting([disc(*place, error_km())])


def test_the_west_of_western_sahara_is_of_both_and_the_rest_of_morocco_of_one():
    assert meeting([disc(25.0, -14.0, 20)]) == {"EH", "MA"}
    assert meeting([disc(29.0, -9.0, 20)]) == {"MA"}


def test_the_caps_hold_their_polygons():
    for parts in shapes().values():
        for part in parts[:3]:
            for ring in part.rings:
                for lon, lat in ring[:: max(1, len(ring) // 20)]:
                    assert kilometres(vector(lat, lon), part.cap.centre) <= part.cap.radius * EARTH_KM + 0.01


def test_a_segment_along_a_parallel_is_no_great_circle():
    """The border of 49° N would bend 100 km northwards between its ends."""
    assert meeting([disc(49.5, -105, 10)]) == {"CA"}
    assert meeting([disc(48.5, -105, 10)]) == {"US"}
    # A longitude that is a corner's, but for its last bit.
    assert meeting([disc(48.5, -105.00000000000001, 10)]) == {"US"}


def test_the_eu_is_a_list_with_a_date_and_without_territories():
    assert eu_since() == "2020-02-01"
    assert len(members()) == 28  # 27, and Åland with a code of its own
    assert {"FR", "NL", "AX"} <= members()
    assert not {"GB", "NO", "GF", "RE", "GL"} & members()
    assert codes_of(["NO", "EU"]) == members() | {"NO"}


def test_codes_and_names():
    assert is_code("NO")
    assert is_code("EU")
    assert not is_code("no")
    assert not is_code("UK")
    assert (code_of("norway"), code_of("France"), code_of("nowhere")) == ("NO", "FR", None)
    assert vector(0, 0) == (1.0, 0.0, 0.0)
