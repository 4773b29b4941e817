"""What files of a host claim, and what that means."""

import unicodedata

import pytest

from hostcheck.host.captured import CapturedHost
from hostcheck.place.claims import countries_of_zone, of_host, of_seller, place_of_mirror, place_of_region
from hostcheck.place.countries import names, never_alone
from hostcheck.place.gazetteer import cities, further_names, state_names
from hostcheck.place.locating import located
from hostcheck.place.places import parse_place, understood, understood_host
from hostcheck.place.wording import claimed, headline
from tests.place.worlds import measured

ZONES = "#codes\tcoordinates\tTZ\nDE,DK,NO,SE,SJ\t+5230+01322\tEurope/Berlin\nJP\t+353916+1394441\tAsia/Tokyo\n"


@pytest.fixture
def host(tmp_path):
    def made(**files):
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return CapturedHost(tmp_path)

    return made


def test_each_source_is_a_claim_of_its_own(host, tmp_path):
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/localtime").symlink_to("/usr/share/zoneinfo/Asia/Tokyo")
    found = of_host(
        host(
            proc__sys__kernel__hostname="web-osl1\n",
            usr__share__zoneinfo__zone1970="",
            **{
                "usr__share__zoneinfo__zone1970.tab": ZONES,
                "etc__locale.conf": 'LANG="nb_NO.UTF-8"\n',
                "etc__apt__sources.list": "# deb http://ftp.us.debian.org/debian x main\n"
                "deb http://ftp.se.debian.org/debian x main\ndeb http://deb.debian.org/debian x main\n",
                "etc__apt__sources.list.d__u.sources": "URIs: http://eu-central-1.ec2.archive.ubuntu.com/ubuntu/\n",
                "sys__class__dmi__id__sys_vendor": "Data centre Helsinki\n",
            },
        )
    )
    assert [(claim.by, claim.place.said) for claim in found] == [
        ("DMI sys_vendor", "Helsinki, Finland"),
        ("the host's name", "Oslo, Norway"),
        ("the time zone", "JP"),
        ("the locale", "NO"),
        ("a mirror of apt", "SE"),
        ("a mirror of apt", "Frankfurt, Germany"),
    ]


def test_files_that_say_nothing_of_a_place_claim_nothing(host, tmp_path):
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/localtime").symlink_to("/usr/share/zoneinfo/Etc/UTC")
    quiet = host(
        proc__sys__kernel__hostname="vps-1234.example.no",
        sys__class__dmi__id__sys_vendor="QEMU",
        **{"etc__locale.conf": "LANG=en_US.UTF-8", "etc__apt__sources.list": "deb http://deb.debian.org/debian x main"},
    )
    assert of_host(quiet) == ()


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("db-fra2.example.com", "Frankfurt, Germany"),
        ("fsn1-dc14-node3", "Falkenstein, Germany"),
        ("ip-10-0-0-1.eu-north-1.compute.internal", "Stockholm, Sweden"),
        ("man", None),
        ("worker1.example.se", None),
        ("", None),
        ("web1", None),
    ],
)
def test_names_of_hosts(name, place):
    found = understood_host(name)
    assert (found.said if found else None) == place


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("Belfast, Northern Ireland", {"GB"}),
        ("Jersey City, NJ", {"US"}),
        ("Lebanon, NH", {"LB", "US"}),
        ("Panama City, FL", {"PA", "US"}),
        ("Ontario, CA", {"CA", "US"}),
        ("Germany, DE", {"DE"}),
        ("Guinea-Bissau", {"GW"}),
        ("Svalbard, Norway", {"NO", "SJ", "BV"}),
        ("Bonaire, Netherlands", {"BQ", "NL", "AW", "CW", "SX"}),
        ("Mariehamn, Finland", {"FI", "AX"}),
        ("Nuuk, Denmark", {"DK", "GL", "FO"}),
        ("San Juan, United States", {"US", "AS", "GU", "MP", "PR", "UM", "VI"}),
        ("Dallas, United States", set()),
        ("London, UK", set()),
        ("Perth, Scotland", {"GB"}),
        ("Paris TX", {"US"}),
        ("Paris TX 75460", {"US"}),
        ("Paris (TX)", {"US"}),
        ("Amsterdam or US", {"US"}),
        ("Oslo DC", set()),
        ("Oslo NO", set()),
        ("UK", {"GB", "AI", "BM", "FK", "GG", "GI", "GS", "IM", "IO", "JE", "KY", "MS", "PN", "SH", "TC", "VG"}),
        ("Scotland", {"GB"}),
        ("Jersey", {"JE", "US"}),
        ("US or Canada", {"US", "CA"}),
        ("Amsterdam or US or Canada", {"US", "CA"}),
        ("Dallas, GA", {"GA", "US"}),
        ("Dallas, Georgia", {"GE", "US"}),
        ("Columbus, OH", set()),
        ("Newark, Delaware", {"US"}),
        ("Dallas, TX or Atlanta, GA", set()),
        ("Ashburn, Washington DC", set()),
        ("Kansas City, Kansas", set()),
        ("Toronto, CA", set()),
        ("Korea", {"KP", "KR"}),
        ("St. Maarten", {"SX"}),
        ("Newark, New Jersey", set()),
        ("Las Palmas, Canary Islands", {"ES"}),
        ("Charlotte Amalie, Virgin Islands", {"VG", "VI"}),
        ("Cocos Islands", {"CC"}),
        ("Sevastopol", {"RU", "UA"}),
        ("Cote d'Ivoire", {"CI"}),
        ("St. Helena", {"SH"}),
        ("Türkiye", {"TR"}),
        ("somewhere in Holland", {"NL", "AW", "BQ", "CW", "SX"}),
    ],
)
def test_countries_that_the_words_of_a_claim_may_mean_beside_its_city(said, codes):
    assert understood(said).codes == codes


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("São Paulo", "Sao Paulo, Brazil"),
        ("ZÜRICH", "Zurich, Switzerland"),
        ("Duesseldorf", "Dusseldorf, Germany"),
        ("Düsseldorf", "Dusseldorf, Germany"),
        ("Kraków", "Krakow, Poland"),
        ("Łódź", "Lodz, Poland"),
        ("Gavle", "Gävle, Sweden"),
        ("Tromso", "Tromsø, Norway"),
        ("\u0130stanbul", "Istanbul, Turkey"),
        ("Datacenter München 2", "Munich, Germany"),
        ("Querétaro", "Querétaro, Mexico"),
    ],
)
def test_accents_change_no_name(form, written, place):
    assert understood(unicodedata.normalize(form, written)).said == place


@pytest.mark.parametrize(
    ("said", "places"),
    [
        ("San Jose", ["San Jose, United States", "San José, Costa Rica"]),
        ("San José, Costa Rica", ["San José, Costa Rica"]),
        ("San Jose, CA", ["San Jose, United States"]),
        ("Frankfurt", ["Frankfurt, Germany"]),
        ("Frankfurt am Main", ["Frankfurt, Germany"]),
        ("Frankfurt (Oder)", ["Frankfurt (Oder), Germany", "Frankfurt, Germany"]),
        ("Frankfurt an der Oder", ["Frankfurt (Oder), Germany"]),
        ("St. Petersburg, FL", ["St. Petersburg, United States"]),
    ],
)
def test_a_name_of_several_cities_means_each_that_the_country_beside_it_leaves(said, places):
    assert understood(said).said == " or ".join(places)


@pytest.mark.parametrize(
    ("said", "host"),
    [
        ("Buffalo, New York", (42.89, -78.88)),
        ("Presidente Prudente, São Paulo", (-22.12, -51.39)),
        ("Bahía Blanca, Buenos Aires", (-38.72, -62.27)),
        ("Bergen op Zoom", (51.49, 4.29)),
        ("San Francisco de Macorís", (19.30, -70.25)),
        ("Santiago del Estero, Argentina", (-27.79, -64.26)),
        ("New Boston, Texas", (33.46, -94.42)),
        ("London", (42.98, -81.25)),
        ("Columbus, USA", (32.46, -84.99)),
        ("Vancouver", (45.64, -122.66)),
        ("Athens", (33.96, -83.38)),
        ("Seattle, US or Vancouver", (49.28, -123.12)),
        ("Toronto, Canada and London", (51.51, -0.13)),
        ("Republic of China", (25.03, 121.57)),
        ("Samoa", (-14.28, -170.7)),
        ("New Guinea", (-6.0, 145.0)),
        ("Guinea Ecuatorial", (3.75, 8.78)),
        ("Islas Malvinas, Argentina", (-51.7, -57.85)),
        ("Monaco di Baviera", (48.14, 11.58)),
    ],
)
def test_no_true_claim_is_contradicted_because_of_a_city_or_a_country_of_that_name(said, host):
    found = located("h", "", [measured(0.2, at=host)], [], [(of_seller(said), True)])
    assert found.claims[0].answer != "excluded"


@pytest.mark.parametrize("said", ["New York, NY", "New York City", "Santiago de Chile", "Ciudad de México"])
def test_a_city_is_not_its_state_where_a_claim_says_so(said):
    assert kilometres_across(understood(said)) == pytest.approx(300, rel=0.01)


def kilometres_across(place):
    (only,) = place.discs
    return 2 * only.radius * 6371.0


def test_the_name_alone_is_the_best_known_city_where_a_distance_is_asked():
    assert parse_place("300 km of London").discs == parse_place("300 km of 51.51,-0.13").discs


def test_each_name_in_the_data_is_of_a_city_and_a_country_that_are_known():
    assert all(city.country in names() for meant in cities().values() for city in meant)
    assert set().union(*further_names().values(), state_names().values(), never_alone()) <= set(names())


def test_a_state_and_its_territories_are_said_as_one():
    assert understood("Cayenne, France").said == "France with its territories"
    assert understood("NO").codes == {"NO"}


@pytest.mark.parametrize("said", ["EU-West", "ap-south", "eu-central", "me-south", "fsn"])
def test_a_region_that_may_be_near_different_cities_or_is_half_a_name_means_none(said):
    assert understood(said) is None


@pytest.mark.parametrize("said", ["not in Russia", "anywhere but the United States", "Not Oslo", "outside of Norway"])
def test_what_a_claim_denies_is_not_what_it_means(said):
    assert understood(said) is None


@pytest.mark.parametrize(
    ("mirror", "place"),
    [
        ("no.archive.ubuntu.com", "NO"),
        ("uk.archive.ubuntu.com", "GB"),
        ("ftp2.de.debian.org", "DE"),
        ("europe-north1.gce.archive.ubuntu.com", "Hamina, Finland"),
        ("europe-west3-a.gce.archive.ubuntu.com", "Frankfurt, Germany"),
        ("us.example.com", None),
        ("xx.archive.ubuntu.com", None),
    ],
)
def test_names_of_mirrors(mirror, place):
    found = place_of_mirror(mirror)
    assert (found.said if found else None) == place


@pytest.mark.parametrize(
    ("said", "provider", "place"),
    [
        ("eu-north-1", "aws", "Stockholm, Sweden"),
        ("projects/123/zones/europe-west3-a", "gcp", "Frankfurt, Germany"),
        ("norwayeast", "azure", "Oslo, Norway"),
        ("fsn1-dc99", "hetzner", "Falkenstein, Germany"),
        ("nl-ams-1", "scaleway", "Amsterdam, Netherlands"),
        ("eu-de-2", "ibm", "Frankfurt, Germany"),
        ("nova", "openstack", None),
    ],
)
def test_regions_of_providers(said, provider, place):
    found = place_of_region(said, provider)
    assert (found.said if found else None) == place


def test_a_zone_that_several_countries_share_is_of_all_of_them():
    assert countries_of_zone("Europe/Berlin", [ZONES]) == ("DE", "DK", "NO", "SE", "SJ")
    assert countries_of_zone("Mars/Olympus", [ZONES]) == ()


@pytest.mark.parametrize(
    ("text", "answer", "code"),
    [
        ("Tokyo", "excluded", 1),
        ("Oslo, Norway", "compatible", 0),
        ("Norway", "compatible", 0),
        ("the best cloud", "unknown", 3),
    ],
)
def test_a_claim_of_the_seller_is_contradicted_and_never_proved(text, answer, code):
    found = located("vm", "", [measured(2.1)], (), [(of_seller(text), True)])
    (claim,) = found.claims
    assert (claim.answer, found.exit_code) == (answer, code)
    if answer == "compatible":
        assert claimed(claim).endswith("compatible, which proves nothing")
    assert " is in " not in headline(found)


def test_a_claim_that_was_not_asked_about_changes_no_exit_code():
    found = located("vm", "", [measured(2.1)], (), [(of_seller("Tokyo"), False)])
    assert (found.claims[0].answer, found.exit_code) == ("excluded", 0)
