import pytest

from hostcheck.probes.processor import missing_for, parse_level, parse_page_size, probe

V1 = "fpu de cx8 cmov mmx fxsr sse sse2 syscall lm nx"
V2 = f"{V1} pni cx16 lahf_lm popcnt sse4_1 sse4_2 ssse3"
V3 = f"{V2} abm avx avx2 bmi1 bmi2 f16c fma movbe xsave"
V4 = f"{V3} avx512f avx512bw avx512cd avx512dq avx512vl"
X86 = {"/proc/sys/kernel/arch": "x86_64\n"}
ARM = {"/proc/sys/kernel/arch": "aarch64\n"}
PLAIN = "/boot/config-6.12.1"


def cpuinfo(*flags):
    return "".join(f"processor\t: {n}\nflags\t\t: {text}\nbogomips\t: 1\n\n" for n, text in enumerate(flags))


def smaps(*sizes):
    return "".join(f"0-1 r-xp 0 0:0 1 /bin/cat\nSize: 9 kB\nKernelPageSize:{size:>9} kB\n" for size in sizes)


@pytest.mark.parametrize(("flags", "level"), [(V1, 1), (V2, 2), (V3, 3), (V4, 4)])
def test_the_level_is_the_highest_whose_flags_are_all_listed(fake_host, facts_of, flags, level):
    fact = facts_of(probe, fake_host({**X86, "/proc/cpuinfo": cpuinfo(flags)}))["hw.x86_64_level"]
    assert fact.value == level


@pytest.mark.parametrize("flag", ["popcnt", "cx16", "lahf_lm"])
def test_one_flag_that_the_hypervisor_hides_lowers_the_level_and_is_named(fake_host, facts_of, flag):
    hidden = cpuinfo(V3.replace(f" {flag}", ""))
    fact = facts_of(probe, fake_host({**X86, "/proc/cpuinfo": hidden}))["hw.x86_64_level"]
    assert fact.value == 1
    assert flag in fact.evidence[0].value
    assert missing_for(hidden, 2) == (flag,)


def test_a_program_may_run_on_any_processor_so_the_weakest_counts():
    assert parse_level(cpuinfo(V3, V2)) == 2


def test_a_flag_of_a_higher_level_does_not_replace_one_of_a_lower():
    assert parse_level(cpuinfo(f"{V1} avx avx2")) == 1


@pytest.mark.parametrize("text", ["", "flags\t: fpu hypervisor\n", f"flags\t: {V3}"])
def test_flags_that_are_cut_or_missing_say_nothing(fake_host, facts_of, text):
    assert not facts_of(probe, fake_host({**X86, "/proc/cpuinfo": text}))["hw.x86_64_level"].known


def test_other_architectures_have_no_level(fake_host, facts_of):
    assert facts_of(probe, fake_host(ARM))["hw.x86_64_level"].value == "none"
    assert not facts_of(probe, fake_host({}, live=False))["hw.x86_64_level"].known


@pytest.mark.parametrize(("sizes", "size"), [((4,), 4096), ((16,), 16384), ((64,), 65536), ((2048, 4), 4096)])
def test_the_page_size_is_that_of_this_process(fake_host, facts_of, sizes, size):
    assert parse_page_size(smaps(*sizes)) == size
    assert facts_of(probe, fake_host({**ARM, "/proc/self/smaps": smaps(*sizes)}))["hw.page_size"].value == size


@pytest.mark.parametrize(("option", "size"), [("ARM64_4K", 4096), ("ARM64_16K", 16384), ("ARM64_64K", 65536)])
def test_the_configuration_gives_the_page_size_where_the_kernel_hides_the_mappings(fake_host, facts_of, option, size):
    files = {**ARM, "/proc/sys/kernel/osrelease": "6.12.1\n", PLAIN: f"CONFIG_{option}_PAGES=y\n"}
    assert facts_of(probe, fake_host(files))["hw.page_size"].value == size


def test_the_running_kernel_outranks_its_configuration(fake_host, facts_of):
    files = {"/proc/sys/kernel/osrelease": "6.12.1\n", PLAIN: "CONFIG_ARM64_4K_PAGES=y\n"}
    host = fake_host({**ARM, **files, "/proc/self/smaps": smaps(16)})
    assert facts_of(probe, host)["hw.page_size"].value == 16384


def test_without_evidence_an_arm64_page_has_no_size_and_an_x86_one_has(fake_host, facts_of):
    assert not facts_of(probe, fake_host(ARM))["hw.page_size"].known
    host = fake_host(X86)
    assert facts_of(probe, host)["hw.page_size"].value == 4096
    assert "/proc/self/smaps" not in host.asked
