"""The tiers of the suite: which tests run together, and when."""

KILLS = (
    "tests/bench/cleanup/test_kills.py",
    "tests/bench/cleanup/test_private_kills.py",
    "tests/bench/cleanup/test_container_kills.py",
    "tests/host/experiments/test_killed.py",
    "tests/attacks/",
)
GUESTS = ("tests/guests/",)
ALL = (
    "tests/guests/test_kernels.py",
    "tests/bench/engine/test_newer_engines.py",
    "tests/prove/test_newer_engines.py",
    "tests/fuzz/test_long.py",
    "tests/test_pythons.py",
    "tests/bin/test_distributions.py",
    "tests/release/",
)
"""What changes with releases of Debian and of Python, and seldom with this code; and many hostile inputs."""

PARALLEL = (
    "tests/bench/build/test_as_docker_sends.py",
    "tests/docs/test_signing.py",
    "tests/examples/",
    "tests/fio/test_as_fio_reads.py",
    "tests/fio/test_hostile_jobs.py",
    "tests/fio/test_jobfile.py",
    "tests/formats/",
    "tests/guests/",
    "tests/host/test_archive.py",
    "tests/profiles/",
    "tests/report/",
    "tests/test_install.py",
)
"""Real tests that measure nothing on this machine, and look at none of its state that another test may change."""

TIERS = {
    "quick": "needs no other program and measures nothing; side by side",
    "engine": "real programs and engines on this machine: fio, Docker, Podman, a browser, Ansible",
    "kills": "runs that are stopped or killed in each phase, and attacked: what they leave",
    "guests": "guests that QEMU boots",
    "all": "kernels and engines of later releases of Debian, each Python; run by hand, and a part of it by .ci/run",
}


def tier_of(place: str, *, real: bool) -> str:
    """Return the tier of a test.

    Args:
        place: its file, from the top of the checkout.
        real: whether it is marked so.
    """
    if not real:
        return "quick"
    places = (("all", ALL), ("kills", KILLS), ("guests", GUESTS))
    return next((tier for tier, files in places if place.startswith(files)), "engine")


def is_parallel(place: str) -> bool:
    """Whether a real test may run beside others of its tier.

    Args:
        place: its file, from the top of the checkout.
    """
    return place.startswith(PARALLEL)
