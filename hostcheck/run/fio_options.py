"""fio's options, and what each means for a comparison of two figures.

Names, aliases and defaults are those of fio's HOWTO (2.1 to 3.42) and options.c. An option that is not in this table is
unknown. It may decide a figure, so it must be equal too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Role = Literal["named", "compared", "none"]
Reading = Literal["text", "ratios", "number", "switch", "size", "seconds", "microseconds"]


@dataclass(frozen=True, slots=True)
class Option:
    """What an option means for a comparison.

    Attributes:
        role: "named": it is a part of the workload's name (hostcheck.fio.definition reads it). "compared": it can
            decide the figure, so it must be equal. "none": it does not change the figure, or it is read elsewhere.
        reading: how two texts of one value are recognised: "60" and "1m" are equal as seconds. A "switch" is on if it
            has no value.
        default: fio's value if the option is missing. "=iodepth" is the value of ``iodepth``. None if the default
            depends on the host or on fio's version: then every given value is compared.
    """

    role: Role
    reading: Reading = "text"
    default: str | None = None


_NAMED: Mapping[Reading, str] = {
    "text": """
        rw bs=4k bsrange bssplit ioengine sync rate_process=linear buffer_pattern= zonemode=none verify read_iolog
        sync_file_range
    """,
    "ratios": "random_distribution=random",
    "number": """
        iodepth=1 numjobs rwmixread rwmixwrite kb_base fsync fdatasync rate_iops flow buffer_compress_percentage
        dedupe_percentage percentage_random trim_percentage
    """,
    "size": "rate zonesize zonerange zoneskip",
    "microseconds": "thinktime latency_target",
    "switch": "bs_is_seq_rand direct buffered zero_buffers pre_read end_fsync fsync_on_close",
}
"""Options in the workload's name, some with fio's default. One without a default here is off if it is 0 or none."""

_WITHOUT_EFFECT = """
    name description filename directory filename_format unique_filename
    stonewall new_group wait_for exitall exit_what exitall_on_error group_reporting unified_rw_reporting stats
    unit_base clat_percentiles lat_percentiles slat_percentiles percentile_list significant_figures disk_util
    error_dump block_error_percentiles
    write_bw_log write_lat_log write_iops_log write_hist_log write_iolog per_job_logs bwavgtime iopsavgtime log_entries
    log_avg_msec log_hist_msec log_hist_coarseness log_max_value log_window_value log_offset log_prio log_issue_time
    log_compression log_compression_cpus log_store_compressed log_unix_epoch log_alternate_epoch
    log_alternate_epoch_clock_id job_start_clock_id
    unlink uid gid cgroup_nodelete create_only allow_file_create allow_mounted_write create_serialize
    verify_dump verify_fatal verify_state_save exec_postrun randseed
    clustername rbdname pool clientname conf uri volume brick hostname port nfs_url namenode hdfsdirectory cont serverip
    bindname interface listen http_host http_user http_pass http_s3_key http_s3_keyid http_s3_security_token
    http_s3_sse_customer_key http_swift_auth_token http_verbose libblkio_path xnvme_dev_nsid xnvme_dev_subnqn
    program arguments grace_time std_redirect
"""
"""Names of files and servers, reports, logs, and what is done after a job. Which jobs ran together is read from their
order and times (hostcheck.imports.entries); the kind of file is a separate setting (hostcheck.fio.deciding)."""

_COMPARED: Mapping[Reading, str] = {
    "size": """
        size=0 io_size==size filesize offset=0 offset_increment=0 offset_align=0 ba==bs number_ios=0 lockmem=0
        iomem_align=0 hugepage-size rate_min=0 rate_iops_min=0 zonecapacity=0 buffer_compress_chunk=512 ramp_size=0
        verify_interval verify_offset=0 verify_backlog=0 trim_backlog=0 replay_align=0 md_per_io_size=0 chunk_size
        window_size=0 mss=0
    """,
    "seconds": """
        runtime=0 ramp_time=0 startdelay=0 thinktime_iotime=0 steadystate_duration=0 steadystate_ramp_time=0
        steadystate_check_interval=1
    """,
    "microseconds": "thinktime_spin=0 latency_window=0 max_latency=0 cpuchunks",
    "switch": """
        invalidate=1 randrepeat=1 allrandrepeat=0 norandommap=0 softrandommap=0 norandommap_zone=0 time_based=0
        fill_device=0 file_append=0 overwrite=0 create_fsync=1 create_on_open=0 unlink_each_loop=0 atomic=0
        bs_unaligned=0 serialize_overlap=0 thread=0 refill_buffers=0 scramble_buffers=1 dedupe_global=0
        gtod_reduce=0 disable_lat=0 disable_clat=0 disable_slat=0 disable_bw_measurement=0
        hipri=0 fixedbufs=0 registerfiles=0 sqthread_poll=0 nonvectored uncached=0 nowait=0 userspace_reap=0 thp=0
        rate_ignore_thinktime=0 latency_run=0 read_beyond_wp=0 ignore_zone_limits=0 recover_zbd_write_error=0
        verify_only=0 do_verify=1 experimental_verify=0 verify_state_load=0 verify_header_seed=1
        verify_write_sequence=1 trim_verify_zero=1 read_iolog_chunked=0 replay_no_stall=0
        readfua=0 writefua=0 fdp=0 deallocate=0 pi_act=1 busy_poll=0 touch_objects=1 skip_bad=0 nodelay=0 pingpong=0
        direct_write_to_pmem=0 busy_wait_polling=1 single-instance=0 exit_on_io_done=0 sprandom=0
        libblkio_vectored=0 libblkio_write_zeroes_on_trim=0 libblkio_force_enable_completion_eventfd=0
    """,
    "number": """
        iodepth_batch=1 iodepth_batch_complete_min=1 iodepth_batch_complete_max==iodepth_batch_complete_min
        iodepth_low==iodepth nrfiles=1 openfiles==nrfiles loops=1 write_barrier=0
        thinktime_blocks=1 thinkcycles=0 rate_cycle=1000 latency_percentile=100 flow_id=0 flow_sleep=0
        nice=0 prio=0 prioclass=0 prio_hint=0 cmdprio_percentage=0 cmdprio=0 cmdprio_class=0 cmdprio_hint=0
        hipri_percentage=100 force_async=0 sqthread_poll_cpu gtod_cpu cgroup_weight=0 cpuload
        max_open_zones=0 job_max_open_zones=0 dedupe_working_set_percentage=5
        verify_async=0 verify_backlog_batch trim_backlog_batch replay_scale=1 replay_time_scale=100
        stream_id=0 num_range=1 libblkio_num_entries libblkio_queue_size xnvme_iovec=0 spr_num_regions spr_cache_size
        ttl=1 inplace=0
    """,
    "ratios": "file_service_type=roundrobin",
    "text": """
        io_submit_mode=inline thinktime_blocks_type=complete random_generator=tausworthe
        rw_sequencer=sequential fallocate=native fadvise_hint=1 write_hint=none mem=malloc
        clocksource lockfile=none dedupe_mode=repeat continue_on_error=none ignore_error
        cpumask cpus_allowed cpus_allowed_policy=shared numa_cpu_nodes numa_mem_policy cgroup ioscheduler profile
        exec_prerun opendir steadystate zone_reset_threshold zone_reset_frequency cmdprio_bssplit cmd_type=nvme
        verify_pattern verify_async_cpus verify_mode verify_table replay_redirect replay_skip merge_blktrace_file
        merge_blktrace_scalars merge_blktrace_iters
        fdp_pli dataplacement plids plid_select fdp_pli_select dp_scheme pi_chk apptag apptag_mask write_mode
        sg_write_mode=write stat_type=stat object_class cpumode=noop donorname protocol proto verb https http_mode
        http_s3_region http_s3_sse_customer_algorithm http_s3_storage_class gpu_dev_ids cuda_io
        xnvme_async xnvme_sync xnvme_admin xnvme_mem libblkio_driver libblkio_pre_connect_props
        libblkio_pre_start_props libblkio_wait_mode spr_op
    """,
}


def _rows() -> Iterator[tuple[str, Option]]:
    for reading, words in _NAMED.items():
        for word in words.split():
            name, equals, default = word.partition("=")
            yield name, Option("named", reading, default if equals else "0")
    yield from ((name, Option("none")) for name in _WITHOUT_EFFECT.split())
    for reading, words in _COMPARED.items():
        for word in words.split():
            name, equals, default = word.partition("=")
            yield name, Option("compared", reading, default if equals else None)


OPTIONS: Mapping[str, Option] = MappingProxyType(dict(_rows()))
"""All options by their primary names (hostcheck.fio.permitted has the aliases)."""

SAME: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("sync", "sync"): "1",
        ("fallocate", "0"): "none",
        ("fallocate", "1"): "posix",
        ("fadvise_hint", "0"): "none",
    }
)
"""Values with two names: option and one of the names, to the other name."""
