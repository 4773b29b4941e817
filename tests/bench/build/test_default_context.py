import io
import tarfile
from pathlib import Path

import pytest

from hostcheck.bench.build.default_context import load_context, small_files, tar_of
from hostcheck.busybox import Busybox
from hostcheck.resources import data_dir

BUSYBOX = Busybox(Path("/bin/busybox"), b"program")
SIZES = [10, 200, 3000]


@pytest.fixture(scope="module")
def shipped():
    return load_context(data_dir("benchmarks") / "build", BUSYBOX)


def test_the_shipped_context_is_the_same_bytes_on_every_machine(shipped):
    # A change of this digest makes all builds measured before incomparable: it is a decision, not a detail.
    assert shipped.sha256 == "5250661c3369edf0380ecf9b34c5004228f1f9d4b4bbc043e29f2f4db2940a77"
    assert shipped.files == 3200


def test_its_files_are_small_as_those_of_a_web_application(shipped):
    with tarfile.open(fileobj=io.BytesIO(shipped.tree)) as archive:
        sizes = sorted(member.size for member in archive if member.isfile())
    assert 1000 < sizes[len(sizes) // 2] < 1800
    assert 2800 < sum(sizes) / len(sizes) < 3800


def test_no_two_files_are_alike():
    contents = [data for _, data in small_files("seed", 10, 10, [100])]
    assert len(set(contents)) == 100


def test_another_seed_gives_other_bytes():
    assert list(small_files("one", 1, 2, SIZES)) != list(small_files("two", 1, 2, SIZES))


def test_archives_are_ustar_which_an_engine_recognises_by_its_first_header(shipped):
    assert shipped.tree[257:265] == b"ustar\x0000"
    with tarfile.open(fileobj=io.BytesIO(shipped.tree)) as archive:
        assert not archive.pax_headers
        assert {member.type for member in archive} == {tarfile.REGTYPE, tarfile.DIRTYPE}


def test_folders_come_before_what_is_in_them():
    with tarfile.open(fileobj=io.BytesIO(tar_of([("a/b/c", b"x"), ("a/d", b"y")]))) as archive:
        assert archive.getnames() == ["a", "a/b", "a/b/c", "a/d"]


def test_a_context_that_lacks_a_file_is_reported_with_its_path(tmp_path):
    (tmp_path / "context.toml").write_text('seed = "x"\n')
    with pytest.raises(ValueError, match=r"context.toml: KeyError: 'packages'"):
        load_context(tmp_path, BUSYBOX)
