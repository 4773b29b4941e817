"""What database files of the user's claim."""

import random
from dataclasses import replace
from pathlib import Path

import maxminddb
import pytest

from hostcheck.errors import UsageError
from hostcheck.place.databases import of_databases
from hostcheck.place.judging import Left
from tests.forked import hostcheck_forked
from tests.place.mmdb import database
from tests.place.worlds import measured

ADDRESS = "8.8.4.4"
CITY = {
    "city": {"names": {"en": "Oslo"}},
    "country": {"iso_code": "NO"},
    "location": {"latitude": 59.91, "longitude": 10.75, "accuracy_radius": 20},
}


def said(tmp_path, content, source=ADDRESS):
    path = tmp_path / "my.mmdb"
    path.write_bytes(content)
    (found,) = of_databases([path], [replace(measured(2.0), source=source)])
    return found


@pytest.mark.parametrize(
    ("record", "words", "place"),
    [
        (CITY, "Oslo, Norway of 8.8.4.4", "20 km of Oslo"),
        ({"country": {"iso_code": "SE"}}, "Sweden of 8.8.4.4", "SE"),
        ({"country": "SE", "asn": "AS64500", "as_name": "Example"}, "Sweden, AS64500 Example of 8.8.4.4", "SE"),
        (
            {"autonomous_system_number": 64500, "autonomous_system_organization": "Example"},
            "AS64500 Example of 8.8.4.4",
            None,
        ),
        ({"country": {"iso_code": 5}, "city": ["x"], "location": {"latitude": "x"}}, "nothing of 8.8.4.4", None),
        ({"country": "??"}, "nothing of 8.8.4.4", None),
        ("text", "nothing of 8.8.4.4", None),
    ],
)
@pytest.mark.parametrize("ip_version", [4, 6])
def test_a_database_claims_what_its_record_says(tmp_path, record, words, place, ip_version):
    found = said(tmp_path, database("8.8.4.0/24", record, ip_version=ip_version))
    assert found.by == "my.mmdb (of 2026-09-21)"
    assert (found.said, found.place.said if found.place else None) == (words, place)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("10.1.2.3", "nothing of 10.1.2.3, which is private"),
        ("2600::1", "nothing of 2600::1, as it has no addresses of IPv6"),
        ("9.9.9.9", "nothing of 9.9.9.9"),
    ],
)
def test_an_address_that_a_database_cannot_know_has_no_place(tmp_path, source, words):
    found = said(tmp_path, database("8.8.4.0/24", CITY), source)
    assert (found.said, found.place) == (words, None)


def test_round_trips_contradict_a_database_and_never_prove_it(tmp_path):
    near = said(tmp_path, database("8.8.4.0/24", CITY))
    far = said(tmp_path, database("8.8.4.0/24", {"country": {"iso_code": "JP"}}))
    left = Left([measured(2.0)])
    assert (left.judge(near.place).answer, left.judge(far.place).answer) == ("compatible", "excluded")


@pytest.mark.parametrize("mode", [maxminddb.MODE_AUTO, maxminddb.MODE_FILE])
def test_a_damaged_database_is_named_and_never_a_fault_of_hostcheck(tmp_path, monkeypatch, mode):
    opened = maxminddb.open_database
    monkeypatch.setattr(maxminddb, "open_database", lambda path: opened(path, mode))
    whole = database("8.8.4.0/24", CITY)
    chance = random.Random(26)
    kept = 0
    for _ in range(300):
        content = bytearray(whole)
        for _ in range(chance.choice([1, 1, 4])):
            content[chance.randrange(len(content))] = chance.randrange(256)
        if chance.random() < 0.2:
            del content[chance.randrange(len(content)) :]
        try:
            said(tmp_path, bytes(content))
            kept += 1
        except UsageError as error:
            assert "my.mmdb" in str(error)  # noqa: PT017  both ends are right
    assert 0 < kept < 300


@pytest.mark.parametrize("content", [b"", b"[[landmark]]", bytes(1000)])
def test_what_is_no_database_is_refused(tmp_path, content):
    with pytest.raises(UsageError, match=r"my\.mmdb: it is not a MaxMind database"):
        said(tmp_path, content)
    with pytest.raises(UsageError, match="there is no such file"):
        of_databases([tmp_path], [])


def test_what_is_no_database_is_reported_before_anything_is_contacted(tmp_path):
    file = Path(__file__).with_name("landmarks.toml")
    done = hostcheck_forked("locate", "--landmarks", file, "--dry-run", "--database", tmp_path / "my.mmdb")
    assert (done.returncode, done.stdout) == (2, "")
    assert "my.mmdb: there is no such file" in done.stderr
