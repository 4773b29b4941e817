"""The tiers of the suite: which tests run together, and when."""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

MOST_CASES = 6
"""Of a table of more cases, quick has so many at most, which lie evenly in it. Wide has the others."""
MOST_REAL_CASES = 2
"""So many engine and guests have of a table of real ones. Long has the others."""

QUICK = (
    "tests/cli/test_budget.py",
    "tests/docs/",
    "tests/host/test_lookup.py",
    "tests/run/test_metrics.py",
    "tests/test_directions.py",
    "tests/test_jsonparts.py",
    "tests/report/test_sample.py::test_the_page_is_what_the_run_files_make_today",
    "tests/test_names.py",
)
"""Rules for the code and its documents, which any change may break: quick has all of them."""
WIDE = (
    "tests/bench/build/test_user_context.py::test_many_small_files_take_little_more_memory_than_their_archive",
    "tests/capture/test_runs.py::test_a_run_file_and_a_page_are_scrubbed_by_the_command",
    "tests/capture/test_runs.py::test_no_secret_is_left_in_a_scrubbed_run_or_in_any_document_of_it",
    "tests/capture/test_secrets.py::test_secrets_planted_in_every_answer_of_this_machine_are_not_in_the_capture",
    "tests/cli/test_compare.py::test_hosts_are_called_what_the_user_says_in_the_order_of_the_runs",
    "tests/cli/test_compare.py::test_many_run_files_are_one_page_of_all_of_them",
    "tests/cli/test_compare.py::test_the_page_of_a_pool_holds_every_run_file",
    "tests/cli/test_streams.py::test_without_utf_8_signs_are_ascii_and_documents_for_programs_are_not_changed",
    "tests/fio/test_broken.py::test_any_json_in_place_of_any_field",
    "tests/fio/test_mutants.py::test_interim_reports_cut_at_any_byte_give_the_last_whole_one",
    "tests/formats/decision/test_code_scanning.py::test_the_most_results_are_far_smaller_than_a_file_may_be",
    "tests/formats/decision/test_decision_github.py::test_the_summary_never_grows_past_what_github_takes",
    "tests/formats/test_checks_text.py::test_every_fact_of_the_catalogue_is_explained",
    "tests/formats/test_hostile.py::test_no_document_steers_a_terminal_or_a_ci_runner",
    "tests/gate/test_mutations.py::test_no_mutation_of_a_run_file_makes_it_pass",
    "tests/host/experiments/test_ports.py::test_a_free_port_is_bound_and_closed_again",
    "tests/host/test_held.py::test_no_audit_of_a_tree_that_is_swapped_has_this_kernels_release",
    "tests/host/test_held.py::test_what_is_swapped_for_a_link_gives_nothing_of_this_machine",
    "tests/imports/test_mutants.py::test_yabs_cut_at_any_byte_is_an_error_or_part_of_the_whole",
    "tests/imports/test_mutants.py::test_yabs_with_flipped_bits_shows_rates_that_stand_there",
    "tests/place/test_page.py::test_names_are_harmless_on_the_page_and_in_the_terminal",
    "tests/place/test_page.py::test_the_page_has_a_map_and_all_that_the_terminal_has",
    "tests/place/test_simulated.py::test_hosts_on_land_find_their_country_left_and_nothing_doubted",
    "tests/place/test_simulated.py::test_one_landmark_that_is_wrong_is_named_or_leads_to_unknown",
    "tests/place/test_sphere.py::test_they_meet_where_a_dense_grid_finds_a_common_point",
    "tests/placement/test_search.py::test_it_finds_one_where_there_is_one_and_else_proves_that_there_is_none",
    "tests/placement/test_search.py::test_the_solver_agrees_with_the_search",
    "tests/profiles/test_predicates.py::test_a_number_is_never_compared_with_texts",
    "tests/remote/test_bench.py::test_a_client_that_is_killed_while_it_fetches_loses_nothing",
    "tests/remote/test_bench.py::test_a_client_that_is_killed_while_the_host_measures_loses_nothing",
    "tests/remote/test_bench.py::test_a_host_that_does_not_take_the_executable_is_left_in_one_line",
    "tests/remote/test_bench.py::test_a_lost_connection_says_how_to_fetch_the_run",
    "tests/remote/test_bench.py::test_what_a_login_prints_is_passed_over_whatever_the_shell",
    "tests/remote/test_shell_audit.py::test_a_banner_and_a_profile_that_prints_are_passed_over",
    "tests/remote/test_shell_audit.py::test_the_gate_passes_and_fails_over_a_shell",
    "tests/remote/test_shell_audit.py::test_this_machine_over_a_shell_has_the_facts_of_the_live_audit",
    "tests/remote/test_shell_audit.py::test_workloads_are_judged_on_hosts_of_which_only_a_shell_is_there",
    "tests/report/figures/test_plots.py::test_a_text_of_more_lines_than_there_is_room_for_keeps_its_end",
    "tests/report/figures/test_plots.py::test_two_real_hosts_take_less_than_500_kib",
    "tests/report/test_brief.py::test_equal_comparisons_give_equal_bytes",
    "tests/report/test_brief.py::test_it_is_one_page_of_a4",
    "tests/report/test_brief.py::test_names_of_any_length_leave_the_answer_on_the_page_and_everything_inside_it",
    "tests/report/test_fleet_page.py::test_a_hundred_hosts_take_less_than_a_mebibyte",
    "tests/report/test_headline.py::test_it_is_written_by_its_suffix",
    "tests/report/test_page.py::test_each_figure_has_its_interval_and_its_ratio_to_the_baseline_below_it",
    "tests/report/test_page.py::test_equal_comparisons_give_equal_bytes",
    "tests/report/test_rendering.py::test_it_and_the_users_own_settings_are_where_the_user_meant_them",
    (
        "tests/report/test_rendering.py::"
        "test_neither_settings_of_the_current_folder_nor_a_program_of_the_users_path_change_it"
    ),
    (
        "tests/report/test_sample.py::"
        "test_two_hosts_of_whose_audits_next_to_nothing_is_alike_have_a_page_of_less_than_500_kib"
    ),
    "tests/run/test_frozen.py::test_a_frozen_run_becomes_a_page",
    "tests/stats/test_batches.py::test_taking_neighbours_for_independent_would_miss_the_mean_far_more_often",
    (
        "tests/stats/test_batches.py::"
        "test_ten_minutes_of_half_seconds_have_an_interval_that_covers_their_mean_as_often_as_it_says"
    ),
    (
        "tests/stats/test_bootstrap.py::"
        "test_medians_of_resamples_are_as_often_below_each_value_as_those_of_resamples_that_are_made"
    ),
    "tests/stats/test_bootstrap.py::test_the_interval_covers_the_true_ratio_95_times_in_100",
    "tests/stats/test_steadiness.py::test_its_interval_covers_the_true_variation",
    "tests/store/test_audits.py::test_an_audit_is_kept_and_the_next_ones_say_what_changed",
    "tests/test_api.py::test_a_run_is_written_read_compared_and_shown",
    (
        "tests/workloadfiles/test_script_flow.py::"
        "test_functions_that_call_each_other_take_a_time_in_proportion_to_the_text"
    ),
    "tests/workloadfiles/test_scripts.py::test_variables_take_a_time_in_proportion_to_the_text",
)
"""What takes a second of CPU or more (``benchmarks/own/cost_of_tests.py``): properties, random inputs, whole pages."""
FIRST_CASE = (
    "tests/bench/test_stopping.py::test_intervals_of_what_was_repeated_until_it_was_settled_cover_93_to_97_in_100",
    "tests/capture/test_replay.py::test_a_capture_of_a_captured_host_gives_the_same_facts",
    "tests/cli/test_audit.py::test_a_captured_host_is_audited_and_nothing_of_this_machine_leaks_in",
    "tests/cli/test_bench_dir.py::test_what_cannot_be_measured_ends_the_command_before_anything_is_measured",
    "tests/cli/test_completion.py::test_a_value_is_completed",
    (
        "tests/cli/test_streams.py::"
        "test_an_encoding_that_lacks_characters_stops_nothing_and_documents_for_programs_are_utf_8"
    ),
    "tests/fio/test_mutants.py::test_cut_at_any_byte_it_is_the_whole_output_or_an_error",
    "tests/fio/test_mutants.py::test_lines_that_are_doubled_swapped_or_given_odd_values",
    "tests/formats/test_hostile.py::test_json_gives_the_text_back",
    "tests/fuzz/test_fuzz.py::test_hostile_inputs_end_as_inputs_do",
    "tests/fuzz/test_growth_readers.py::test_what_reads_a_file_takes_a_time_and_a_memory_in_proportion_to_it",
    "tests/gate/test_live_and_file.py::test_a_fresh_run_file_decides_as_the_gate_does_live",
    "tests/gate/test_live_and_file.py::test_a_fresh_run_file_decides_as_the_gate_does_live_for_every_profile_at_once",
    "tests/gate/test_mutations.py::test_what_is_mutated_misses_a_pass_by_one_thing",
    "tests/imports/test_mutants.py::test_fio_with_flipped_bits_makes_up_no_rate",
    "tests/place/test_page.py::test_every_outcome_has_a_page_and_a_text",
    "tests/probes/kernel/test_apparmor_patterns.py::test_a_pattern_takes_a_time_that_grows_with_its_length",
    "tests/probes/virt/test_hostile.py::test_a_huge_file_of_one_pattern_costs_no_more_than_its_reading",
    "tests/probes/virt/test_kernel_gate.py::test_no_faked_release_passes_a_check_of_the_kernel",
    "tests/profiles/test_proof.py::test_a_failed_experiment_is_never_outvoted",
    "tests/profiles/test_proof.py::test_no_reported_host_outvotes_a_step_of_a_proof_that_failed",
    "tests/profiles/test_proof.py::test_no_reported_host_outvotes_an_experiment_that_failed",
    "tests/remote/test_bench.py::test_a_sustained_load_has_its_time_besides",
    "tests/remote/test_bench.py::test_what_cannot_be_is_refused_before_a_connection",
    "tests/report/test_brief.py::test_no_text_lies_on_another_one",
    "tests/report/test_headline.py::test_any_number_of_hosts_is_a_picture",
    "tests/report/test_page.py::test_more_hosts_stand_below_each_other_in_a_wider_window",
    "tests/stats/test_changes.py::test_one_level_is_called_two_in_at_most_one_of_a_hundred",
    (
        "tests/stats/test_estimate.py::"
        "test_intervals_of_samples_that_are_means_of_a_remembering_series_cover_93_to_97_in_100"
    ),
    "tests/stats/test_turns.py::test_intervals_cover_the_mean_of_the_minutes_around_a_run",
    "tests/test_api.py::test_each_name_is_there_in_any_order_and_documented",
    "tests/test_helper.py::test_a_helper_that_does_not_start_is_an_error_of_one_line_and_nothing_is_made",
    "tests/test_plugins.py::test_a_plugin_that_cannot_be_imported_is_one_line_that_names_the_package",
    "tests/workloadfiles/test_many_ports.py::test_what_publishes_more_ports_than_four_hosts_have_is_refused",
    "tests/workloadfiles/test_other_formats.py::test_a_script_is_read_in_a_time_in_proportion_to_its_text",
)
"""Those of the same cost whose first case takes less than half a second: quick has that one."""

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
    "tests/guests/test_endurance.py",
    "tests/guests/test_timer.py",
    "tests/bench/network/test_namespaces.py",
    "tests/bench/engine/test_newer_engines.py",
    "tests/bench/engine/test_matrix.py",
    "tests/bench/engine/test_matrix_podman.py",
    "tests/bench/engine/test_rootless.py::test_a_setting",
    "tests/prove/test_newer_engines.py",
    "tests/prove/test_zoned.py",
    "tests/workloadfiles/test_compose_judge.py",
    "tests/workloadfiles/test_kustomize_judge.py",
    "tests/fleet/test_real_bench.py",
    "tests/fleet/test_real_fate.py",
    "tests/fleet/test_real_lab.py",
    "tests/fleet/test_real_resume.py",
    "tests/peers/test_real_peers.py",
    "tests/fuzz/test_long.py",
    "tests/placement/test_exhaustive.py",
    "tests/test_pythons.py",
    "tests/bin/test_distributions.py",
    "tests/release/",
    "tests/promise/test_real_limits.py::test_a_limit_of_the_disk_of_a_server_is_found",
    "tests/promise/test_real_limits.py::test_a_limit_of_this_systems_own_is_named_and_breaks_nothing",
    "tests/promise/test_real_limits.py::test_a_disk_without_limits_keeps_the_same",
    "tests/promise/test_real_limits.py::test_a_loop_device_of_the_buyers_breaks_and_keeps_nothing",
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
    "tests/bench/disk/test_workload.py::test_an_allowance_of_bytes_shows_in_large_blocks_alone",
    "tests/bench/cpu/test_workload.py::test_a_quota_of_half_a_cpu_is_named_and_measured",
    "tests/bench/disk/test_backing.py::test_other_work_on_another_partition_of_the_disk_is_detected",
    "tests/bench/disk/test_workload.py::test_a_job_of_ones_own_is_measured_beside_the_others",
    "tests/bench/emulated/test_calibration.py::test_a_disk_that_this_host_cannot_be_as_fast_as_ends_with_3",
    "tests/bench/engine/test_quota.py",
    "tests/cli/test_bench.py::test_parts_that_cannot_run_are_skipped_with_reason_and_remedy_and_the_others_still_run",
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
    "tests/bench/engine/test_lost_engine.py::test_an_engine_that_is_not_back_is_reported_with_the_first_failure",
    "tests/bench/engine/test_lost_engine.py::test_an_image_that_is_removed_meanwhile_is_made_again",
    "tests/bench/engine/test_podman.py::test_interrupted_in_the_middle_it_leaves_nothing",
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
    "tests/cli/test_bench.py::test_a_role_leaves_out_the_checks_of_the_others",
    "tests/cli/test_bench.py::test_several_runs_are_kept_each_and_pooled_into_one_that_says_so",
    "tests/comparison/test_durability.py",
    "tests/docs/test_recipes.py::test_a_recipe_leads_to_what_its_tests_ask_for[check]",
    "tests/docs/test_recipes.py::test_a_recipe_leads_to_what_its_tests_ask_for[profile]",
    "tests/examples/test_examples.py::test_the_cloud_init_script_judges_with_what_it_installed",
    "tests/examples/test_examples.py::test_the_gitlab_job_leaves_its_report_and_ends_with_the_gates_code",
    "tests/examples/test_examples.py::test_the_ansible_role_installs_the_wheel_that_it_was_given_once_and_runs_it",
    "tests/guests/test_burst.py",
    "tests/guests/test_calibration.py",
    "tests/guests/test_hypervisor.py::test_a_machine_without_firmware_tables_is_recognised_by_its_processor",
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
    "tests/bench/disk/test_location.py",
    "tests/bench/engine/test_bridge.py",
    "tests/bench/engine/test_connection.py",
    "tests/bench/storm/test_image.py",
    "tests/bench/storm/test_readiness.py",
    "tests/bench/storm/test_ready.py",
    "tests/bench/storm/test_room.py",
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
    "tests/fleet/test_carried.py",
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
    "tests/prove/test_rootless.py",
    "tests/remote/test_program.py",
    "tests/remote/test_real_hosts.py",
    "tests/remote/test_ssh.py",
    "tests/report/",
    "tests/test_helper.py",
    "tests/test_install.py",
    "tests/test_other_package.py",
    "tests/test_outfile.py",
    "tests/test_pflags.py",
    "tests/test_packaging.py::test_the_wheel_carries_all_that_the_checkout_has",
    "tests/test_packaging.py::test_the_wheel_has_the_name_that_is_ours_and_only_our_modules_and_command",
    "tests/test_quiet.py",
    "tests/workloadfiles/test_systemd_judge.py",
)
"""Real tests that measure nothing on this machine. What they start has its own names, folders and networks."""

OF_THE_MACHINE = (
    "tests/bench/build/",
    "tests/bench/engine/",
    "tests/bench/storm/",
    "tests/capture/",
    "tests/cli/test_unprivileged.py",
    "tests/containers/",
    "tests/fleet/",
    "tests/placement/",
    "tests/probes/",
    "tests/prove/",
    "tests/remote/test_real_hosts.py",
    "tests/remote/test_ssh.py",
)
"""Those of them that compare two audits of this machine or all that its engine has, or change what an audit sees of
it, such as loaded modules.

They run beside others, and one after another among themselves.
"""

MEASURING_GUESTS = ("tests/guests/test_burst.py", "tests/guests/test_calibration.py")
"""A guest that measures its own disk needs a CPU for itself: waits of a throttle lose their shape beside another."""

TIERS = {
    "quick": "needs no other program and measures nothing, and is cheap; side by side",
    "wide": "the same, and costs more: all cases of long tables, properties, random inputs; run by .ci/run",
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


def tiers_of(tests: Mapping[str, bool], *, more_inputs: AbstractSet[str] = frozenset()) -> dict[str, str]:
    """Return the tier of each test. A case of a table that is run by itself is of the tier of the first one.

    Args:
        tests: whether each is marked as real, by its id in pytest, in their order.
        more_inputs: those with more inputs than usual now (``tests/effort.py``): they are wide, unless they are real.
    """
    found = {test: tier_of(test, real=real) for test, real in tests.items()}
    functions: dict[str, list[str]] = {}
    for test in tests:
        functions.setdefault(test.partition("[")[0], []).append(test)
    for function, cases in functions.items():
        quick = [case for case in cases if found[case] == "quick"]
        if not more_inputs.isdisjoint(quick) or function.startswith(WIDE):
            found |= dict.fromkeys(quick, "wide")
        elif not function.startswith(QUICK):
            found |= dict.fromkeys(_beyond(quick, 1 if function.startswith(FIRST_CASE) else MOST_CASES), "wide")
        real = [case for case in cases if found[case] in {"engine", "guests"}]
        found |= dict.fromkeys(_beyond(real, MOST_REAL_CASES), "long")
    return found


def _beyond(cases: Sequence[str], most: int) -> list[str]:
    """Return the cases that are left out where at most so many are run, which lie evenly among them."""
    step = -(-len(cases) // most)
    return [case for number, case in enumerate(cases) if number % step]


def is_real_alone(marks: str) -> bool:
    """Whether an expression of marks (pytest's -m) selects none of the tests that are not real.

    Args:
        marks: the expression; empty for all tests.
    """
    unreal = ({tier, *more} for tier in ("quick", "wide") for more in ((), ("parallel",)))
    return bool(marks) and not any(_selects(marks, names) for names in unreal)


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
