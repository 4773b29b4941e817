"""The order of systemd.unit(5): /etc, /run, /usr/local/lib, /usr/lib; drop-ins by name; masks; resets."""

import pytest

from hostcheck.probes.engine.unitfiles import FOLDERS, settings_of, unit_texts

ETC, RUN, LOCAL, USR, LIB = FOLDERS
MAIN = {f"{USR}/a.service": "main"}


@pytest.mark.parametrize(
    ("files", "texts"),
    [
        (MAIN, ["main"]),
        (MAIN | {f"{ETC}/a.service": "own"}, ["own"]),
        (MAIN | {f"{RUN}/a.service": "run", f"{LOCAL}/a.service": "local"}, ["run"]),
        (MAIN | {f"{ETC}/a.service": ""}, []),
        (MAIN | {f"{ETC}/a.service": PermissionError()}, []),
        (MAIN | {f"{USR}/a.service.d/9.conf": "9", f"{ETC}/a.service.d/1.conf": "1"}, ["main", "1", "9"]),
        (MAIN | {f"{USR}/a.service.d/9.conf": "9", f"{RUN}/a.service.d/9.conf": "run"}, ["main", "run"]),
        (MAIN | {f"{USR}/a.service.d/9.conf": "9", f"{ETC}/a.service.d/9.conf": ""}, ["main"]),
        (MAIN | {f"{LIB}/a.service.d/9.conf": "9", f"{ETC}/a.service.d/8.conf.old": "8"}, ["main", "9"]),
        (MAIN | {f"{USR}/b.service.d/9.conf": "9"}, ["main"]),
        ({f"{ETC}/a.service.d/9.conf": "9"}, ["9"]),
    ],
)
def test_the_texts_of_a_unit_are_those_that_systemd_reads(fake_host, files, texts):
    assert unit_texts(fake_host(files), "a.service") == texts


def test_a_continued_line_is_one_setting_and_a_comment_is_none():
    text = "[Service]\n#A=0\n;A=9\nA = 1 \\\n 2\n# B=1 \\\nB=3\n"
    assert settings_of([text]) == [("A", "1   2"), ("B", "3")]
