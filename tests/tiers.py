"""The tiers of the suite: which tests run together, and when."""

import re

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
    "tests/guests/test_ssh.py",
    "tests/guests/test_timer.py",
    "tests/bench/network/test_namespaces.py",
    "tests/bench/engine/test_newer_engines.py",
    "tests/bench/engine/test_matrix.py",
    "tests/bench/engine/test_matrix_podman.py",
    "tests/bench/engine/test_rootless.py::test_a_setting",
    "tests/prove/test_newer_engines.py",
    "tests/workloadfiles/test_compose_judge.py",
    "tests/workloadfiles/test_kustomize_judge.py",
    "tests/fleet/test_real_bench.py",
    "tests/fleet/test_real_fate.py",
    "tests/fleet/test_real_resume.py",
    "tests/peers/test_real_peers.py",
    "tests/fuzz/test_long.py",
    "tests/placement/test_exhaustive.py",
    "tests/test_pythons.py",
    "tests/bin/test_distributions.py",
    "tests/release/",
    "tests/promise/test_real_limits.py::test_a_limit_of_the_disk_is_found",
    "tests/promise/test_real_limits.py::test_a_disk_without_limits_keeps_the_same",
    "tests/bench/disk/test_workload.py::test_psync_in_many_processes_measures_a_disk_of_known_speed[randwrite]",
    (
        "tests/bench/cleanup/test_container_kills.py::"
        "test_killed_it_leaves_nothing_in_an_engine_that_others_use[a later step of a build]"
    ),
    (
        "tests/bench/cleanup/test_container_kills.py::"
        "test_killed_it_leaves_nothing_in_an_engine_that_others_use[starting a storm]"
    ),
    (
        "tests/bench/cleanup/test_container_kills.py::"
        "test_killed_it_leaves_nothing_in_an_engine_that_others_use[the second twenty of more and more]"
    ),
    (
        "tests/bench/cleanup/test_container_kills.py::"
        "test_killed_with_all_it_started_the_next_start_removes_what_is_left[the second twenty of more and more]"
    ),
    (
        "tests/bench/cleanup/test_container_kills.py::"
        "test_killed_with_all_it_started_the_next_start_removes_what_is_left[a stage of one's own]"
    ),
    "tests/bench/cleanup/test_kills.py::test_ended_by_what_no_program_expects_it_leaves_nothing[SIGSEGV]",
    "tests/bench/cleanup/test_kills.py::test_ended_by_what_no_program_expects_it_leaves_nothing[SIGUSR1]",
    "tests/bench/cleanup/test_kills.py::test_ended_by_what_no_program_expects_it_leaves_nothing[SIGXCPU]",
    (
        "tests/bench/cleanup/test_private_kills.py::"
        "test_killed_it_leaves_neither_engine_nor_disk[creating the storm on the disk]"
    ),
    "tests/bench/cleanup/test_private_kills.py::test_killed_it_leaves_neither_engine_nor_disk[removing the storm]",
    "tests/bench/disk/test_disk_bound.py",
    "tests/bench/emulated/test_calibration.py::test_every_headline_figure_of_a_sata_disk_is_within_two_percent[calibrate]",
    "tests/bench/engine/test_bystanders.py::test_a_whole_run_touches_no_other_objects[1]",
    "tests/bench/engine/test_lost_engine.py::test_an_engine_that_is_restarted_in_a_build_is_waited_for_and_the_next_counts",
    (
        "tests/bench/engine/test_lost_engine.py::"
        "test_an_engine_that_is_restarted_is_waited_for_and_the_next_storm_counts[workload0"
    ),
    (
        "tests/bench/engine/test_lost_engine.py::"
        "test_an_engine_that_is_restarted_is_waited_for_and_the_next_storm_counts[workload2"
    ),
    "tests/bench/engine/test_podman.py::test_interrupted_in_the_middle_it_leaves_nothing[workload0]",
    (
        "tests/bench/storm/test_launch_descriptors.py::"
        "test_the_soft_limit_is_raised_and_all_containers_are_ready_beyond_it[200"
    ),
    "tests/cli/test_bench.py::test_interrupted_it_leaves_nothing_and_keeps_what_was_measured[options1",
    "tests/cli/test_bench.py::test_interrupted_it_leaves_nothing_and_keeps_what_was_measured[options2",
    "tests/docs/test_recipes.py::test_a_recipe_leads_to_what_its_tests_ask_for[format]",
    "tests/guests/test_burst.py::test_a_limit_without_an_allowance_is_one_level",
    "tests/guests/test_burst.py::test_a_spent_allowance_is_reported_with_both_levels[rounds",
    "tests/guests/test_hypervisor.py::test_a_hidden_hypervisor_bit_is_a_contradiction",
    "tests/guests/test_hypervisor.py::test_a_processor_without_a_signature_is_still_a_virtual_machines",
    "tests/guests/test_hypervisor.py::test_the_firmware_of_another_hypervisor_loses_to_the_processor_and_is_shown",
    "tests/guests/test_hypervisor.py::test_the_firmware_of_a_real_board_does_not_make_it_real",
    "tests/test_helper.py::test_killed_its_guard_removes_its_directory_however_it_was_started[frozen]",
)
"""What changes with releases of Debian and of Python, and seldom with this code; many hostile inputs; and further
measurements and cases of what other tiers prove."""
LONG = (
    "tests/bench/build/test_workload.py::test_a_build_is_cut_short_when_it_takes_too_long[buildkit]",
    "tests/bench/disk/test_levels.py::test_the_waits_of_a_real_limit_of_the_kernels_are_steps",
    "tests/bench/disk/test_workload.py::test_psync_in_many_processes_measures_a_disk_of_known_speed",
    (
        "tests/bench/disk/test_workload.py::"
        "test_the_job_in_parallel_follows_after_three_rounds_in_as_many_processes_as_cpus"
    ),
    "tests/bench/build/test_workload.py::test_the_cache_of_a_build_stays_when_another_was_under_way",
    "tests/bench/build/test_workload.py::test_two_runs_at_once_leave_nothing_in_the_cache_and_all_of_anothers",
    "tests/bench/engine/test_bystanders.py",
    "tests/bench/engine/test_lock.py::test_two_runs_with_one_engine_see_each_other",
    "tests/bench/engine/test_lost_engine.py::test_an_image_that_is_removed_meanwhile_is_made_again",
    "tests/bench/engine/test_podman.py::test_the_shipped_build_is_timed_step_by_step_and_leaves_nothing",
    "tests/bench/engine/test_rootless.py",
    "tests/bench/build/test_workload.py::test_interrupted_in_the_middle_of_a_step_it_leaves_nothing[1]",
    "tests/bench/emulated/test_disk.py::test_a_process_that_is_killed_leaves_nothing[2]",
    "tests/bench/storm/test_density.py::test_interrupted_between_two_batches_it_leaves_nothing",
    "tests/bench/storm/test_image.py::test_an_image_that_is_named_by_its_digest_is_pulled_and_removed_again",
    "tests/bench/storm/test_launch_descriptors.py::test_a_whole_measurement_leaves_no_descriptor",
    "tests/bench/disk/test_like.py",
    "tests/bench/disk/test_workload.py::test_with_a_size_files_that_nothing_read_are_read_once_at_the_end",
    "tests/bench/disk/test_workload.py::test_a_file_that_is_read_more_than_once_says_nothing_of_what_was_never_read",
    "tests/bench/engine/test_podman.py::test_a_storm_of_20_is_timed_container_by_container_and_leaves_nothing",
    "tests/bench/storm/test_room.py::test_a_storm_that_would_fill_the_disk_is_refused_even_when_it_is_forced[vfs]",
    "tests/bench/storm/test_shape.py::test_a_storm_with_volumes_beside_others_is_measured_and_leaves_nothing",
    (
        "tests/bench/storm/test_variants.py::"
        "test_a_launch_is_explained_without_a_bridge_by_what_the_engine_has_and_nothing_is_left"
    ),
    (
        "tests/bench/storm/test_workload.py::"
        "test_a_curve_has_a_metric_for_each_number_and_the_network_asked_for_is_in_its_settings"
    ),
    "tests/bench/endurance/test_killed.py",
    "tests/cli/test_bench_dir.py::test_a_relative_folder_is_of_the_working_folder",
    "tests/cli/test_bench.py::test_interrupted_it_leaves_nothing_and_keeps_what_was_measured[options3",
    "tests/cli/test_bench.py::test_several_runs_are_kept_each_and_pooled_into_one_that_says_so",
    "tests/comparison/test_durability.py",
    "tests/docs/test_recipes.py::test_a_recipe_leads_to_what_its_tests_ask_for[check]",
    "tests/docs/test_recipes.py::test_a_recipe_leads_to_what_its_tests_ask_for[profile]",
    "tests/examples/test_examples.py::test_the_gitlab_job_leaves_its_report_and_ends_with_the_gates_code",
    "tests/examples/test_examples.py::test_the_ansible_role_installs_the_wheel_that_it_was_given_once_and_runs_it",
    "tests/guests/test_burst.py",
    "tests/guests/test_calibration.py",
    "tests/guests/test_readiness.py",
    "tests/remote/test_bench.py",
    (
        "tests/test_install.py::"
        "test_a_line_that_installs_does_so_and_so_does_the_command_for_a_missing_extra[pipx install './hostcheck["
    ),
    (
        "tests/test_install.py::"
        "test_a_line_that_installs_does_so_and_so_does_the_command_for_a_missing_extra[pipx install './hostcheck_audit"
    ),
    (
        "tests/test_install.py::test_a_line_that_installs_does_so_and_so_does_the_command_for_a_missing_extra["
        "python3 -m venv /opt/hostcheck && /opt/hostcheck/bin/pip install './hostcheck[report]'"
    ),
    "tests/test_other_package.py",
    "tests/test_packaging.py::test_the_wheel_alone_does_the_main_job",
    "tests/test_quiet.py",
)
"""What lasts: further cases of what the tiers above prove by one, and measurements that take what a user's take."""

PARALLEL = (
    "tests/bench/build/test_as_docker_sends.py",
    "tests/bench/build/test_made.py",
    "tests/bench/engine/test_bridge.py",
    "tests/bench/engine/test_connection.py",
    "tests/capture/test_real_hosts.py",
    "tests/cli/test_audit.py",
    "tests/cli/test_capture.py",
    "tests/cli/test_history.py",
    "tests/cli/test_importing.py",
    "tests/cli/test_run_file.py",
    "tests/cli/test_unprivileged.py",
    "tests/containers/",
    "tests/docs/test_recipes.py",
    "tests/docs/test_signing.py",
    "tests/examples/",
    "tests/fio/test_as_fio_reads.py",
    "tests/fio/test_hostile_jobs.py",
    "tests/fio/test_jobfile.py",
    "tests/fleet/test_play.py",
    "tests/fleet/test_real_audit.py",
    "tests/formats/",
    "tests/guests/",
    "tests/host/test_",
    "tests/placement/test_starts.py",
    "tests/probes/",
    "tests/profiles/",
    "tests/prove/test_docker.py",
    "tests/prove/test_engines.py",
    "tests/remote/test_program.py",
    "tests/remote/test_ssh.py",
    "tests/report/",
    "tests/test_helper.py",
    "tests/test_install.py",
    "tests/test_other_package.py",
    "tests/test_packaging.py::test_the_wheel_carries_all_that_the_checkout_has",
    "tests/test_packaging.py::test_the_wheel_has_the_name_that_is_ours_and_only_our_modules_and_command",
    "tests/test_quiet.py",
    "tests/workloadfiles/test_systemd_judge.py",
)
"""Real tests that measure nothing on this machine. What they start has its own names, folders and networks."""

OF_THE_MACHINE = (
    "tests/bench/engine/",
    "tests/capture/",
    "tests/cli/test_unprivileged.py",
    "tests/containers/",
    "tests/fleet/",
    "tests/placement/",
    "tests/probes/",
    "tests/prove/",
    "tests/remote/test_ssh.py",
)
"""Those of them that compare two audits of this machine, or change what an audit sees of it, such as loaded modules.

They run beside others, and one after another among themselves.
"""

MEASURING_GUESTS = ("tests/guests/test_burst.py", "tests/guests/test_calibration.py")
"""A guest that measures its own disk needs a CPU for itself: waits of a throttle lose their shape beside another."""

TIERS = {
    "quick": "needs no other program and measures nothing; side by side",
    "engine": "real programs and engines on this machine: fio, Docker, Podman, a browser, Ansible",
    "kills": "runs that are stopped or killed in each phase, and attacked: what they leave",
    "guests": "guests that QEMU boots",
    "long": "further cases of what other tiers prove by one, and measurements as long as a user's; run by .ci/run",
    "all": "kernels and engines of later releases of Debian, each Python; run by hand, and a part of it by .ci/run",
}


def tier_of(test: str, *, real: bool) -> str:
    """Return the tier of a test.

    Args:
        test: its id in pytest, which begins with its file, from the top of the checkout.
        real: whether it is marked so.
    """
    if not real:
        return "quick"
    tiers = (("all", ALL), ("long", LONG), ("kills", KILLS), ("guests", GUESTS))
    return next((tier for tier, tests in tiers if test.startswith(tests)), "engine")


def is_real_alone(marks: str) -> bool:
    """Whether an expression of marks (pytest's -m) selects none of the tests that are not real.

    Args:
        marks: the expression; empty for all tests.
    """
    return bool(marks) and not any(_selects(marks, {"quick", *more}) for more in ((), ("parallel",)))


def _selects(marks: str, those: set[str]) -> bool:
    return bool(eval(marks, {}, {name: name in those for name in re.findall(r"\w+", marks)}))


def is_parallel(test: str) -> bool:
    """Whether a real test may run beside others of its tier.

    Args:
        test: its id in pytest.
    """
    return test.startswith(PARALLEL) and not test.startswith(MEASURING_GUESTS)


def group_of(test: str) -> str:
    """Return the name of the tests that run one after another on one worker: those of a file, or of the machine.

    Args:
        test: its id in pytest.
    """
    return "machine" if test.startswith(OF_THE_MACHINE) else test.partition("::")[0]
