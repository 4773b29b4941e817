"""What people copy works: the GitHub Action, the GitLab job, the cloud-init file, the Ansible role."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from hostcheck.bench.busybox import find_busybox
from hostcheck.bench.engine.connection import find_engine
from hostcheck.bench.engine.private import PrivateEngine

TOP = Path(__file__).parents[2]
RUN = str(TOP / "tests/runs/judged.json")
EXAMPLES = TOP / "examples"
PROGRAM = Path(sys.executable).with_name("hostcheck")


def sum_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def settings_of_pip():
    """Where pip of this machine finds packages, and nothing else of its environment."""
    return {name: value for name, value in os.environ.items() if name.startswith("PIP_") or name.endswith("_proxy")}


@pytest.fixture
def action(tmp_path):
    """Run the action's steps as a runner does, with these inputs and, unless asked to install, with what is here."""
    document = yaml.safe_load((TOP / "action.yml").read_text())

    def run(*, install=False, **given):
        inputs = {
            name: given.get(name.replace("-", "_"), about.get("default")) for name, about in document["inputs"].items()
        }
        for name in ("output", "summary.md"):
            (tmp_path / name).touch()
        installed = tmp_path / "hostcheck" / "bin"
        if not install:
            installed.mkdir(parents=True)
            (installed / "hostcheck").symlink_to(PROGRAM)
        runner = {
            **settings_of_pip(),
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "RUNNER_TEMP": str(tmp_path),
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        }
        contexts = {f"inputs.{name}": value for name, value in inputs.items()} | {"github.action_path": str(TOP)}
        for step in document["runs"]["steps"][0 if install else 1 :]:
            values = {
                key: re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda found: contexts[found[1]], value)
                for key, value in step["env"].items()
            }
            # As the runner calls bash (https://docs.github.com/actions/reference/workflow-syntax, shell).
            argv = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
            done = subprocess.run(argv, cwd=tmp_path, env={**runner, **values}, capture_output=True, text=True)
            if done.returncode:
                break
        return done, dict(line.split("=") for line in (tmp_path / "output").read_text().splitlines())

    return run


def test_the_action_reads_every_input_and_only_through_the_environment():
    document = yaml.safe_load((TOP / "action.yml").read_text())
    steps = document["runs"]["steps"]
    used = {name for step in steps for value in step["env"].values() for name in re.findall(r"inputs\.([\w-]+)", value)}
    assert used == set(document["inputs"])
    assert not any("${{" in step["run"] for step in steps)
    assert steps[0]["env"] == {"SOURCE": "${{ github.action_path }}"}
    assert all(about["description"] for about in document["inputs"].values())


def test_the_action_passes_on_a_host_that_is_fit_and_leaves_its_reports(action, tmp_path):
    done, outputs = action(run=RUN, report="reports")
    assert done.returncode == 0, done.stderr
    assert outputs == {"outcome": "passed"}
    assert done.stdout.startswith("::")
    assert sorted(path.name for path in (tmp_path / "reports").iterdir()) == [
        "decision.json",
        "hostcheck.sarif",
        "junit.xml",
    ]
    assert "gate passed" in (tmp_path / "summary.md").read_text()


def test_the_action_fails_where_the_policy_is_not_met(action, tmp_path):
    (tmp_path / "p.toml").write_text('[gate]\nthresholds = ["storm.makespan.seconds <= 1"]\n')
    done, outputs = action(run=RUN, policy=str(tmp_path / "p.toml"))
    assert (done.returncode, outputs) == (1, {"outcome": "failed"})


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"host": "vm", "max_age": "9000d"}, 0),
        ({"host": "another"}, 3),
        ({"max_age": "1min"}, 3),
        ({"profiles": "docker", "roles": "worker"}, 2),
    ],
)
def test_the_action_hands_on_the_host_the_age_and_the_roles(action, words, code):
    done, _ = action(run=RUN, **words)
    assert done.returncode == code, (done.stdout, done.stderr)


def test_the_action_hands_on_where_code_scanning_shows_what_no_policy_asks_for(action, tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "gate.yml").write_text("on: push\n")
    action(run=RUN, report="reports", sarif_location="gate.yml")
    (log,) = json.loads((tmp_path / "reports" / "hostcheck.sarif").read_text())["runs"]
    places = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in log["results"]]
    assert set(places) == {"gate.yml"}


def test_the_action_takes_no_names_of_files_for_words(action, tmp_path):
    (tmp_path / "docker").touch()
    done, _ = action(run=RUN, profiles="d*")
    assert done.returncode == 2


@pytest.mark.real
def test_the_action_runs_what_it_installs_from_its_own_folder(action, tmp_path):
    done, outputs = action(install=True, run=RUN)
    assert (done.returncode, outputs) == (0, {"outcome": "passed"}), done.stderr
    (record,) = (tmp_path / "hostcheck").glob("lib/python*/site-packages/hostcheck_audit-*.dist-info/direct_url.json")
    assert json.loads(record.read_text())["url"] == TOP.as_uri()


@pytest.mark.parametrize(("allow", "code"), [("false", 3), ("true", 0)])
def test_the_action_lets_unknown_through_only_where_it_may(action, tmp_path, allow, code):
    (tmp_path / "p.toml").write_text('[gate]\nthresholds = ["storm.makespan.seconds <= 1.95"]\n')
    done, outputs = action(run=RUN, policy=str(tmp_path / "p.toml"), allow_inconclusive=allow)
    assert (done.returncode, outputs) == (code, {"outcome": "inconclusive"})


def test_a_hostile_input_of_the_action_is_a_word_and_no_command(action, tmp_path):
    done, _ = action(run=f'"; touch {tmp_path}/pwned; $(touch {tmp_path}/pwned)')
    assert done.returncode == 2
    assert not (tmp_path / "pwned").exists()


def gitlab_job(folder, sha256, wheel, settings):
    """Run the job as a shell runner does: what comes before the script and the script are one script."""
    (job,) = yaml.safe_load((EXAMPLES / "gitlab-ci.yml").read_text()).values()
    given = {"HOSTCHECK_WHEEL": wheel.as_uri(), "HOSTCHECK_SHA256": sha256}
    argv = ["bash", "-eo", "pipefail", "-c", "\n".join(job["before_script"] + job["script"])]
    environment = {**os.environ, **settings, **job["variables"], **given}
    return job, subprocess.run(argv, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.real
def test_the_gitlab_job_leaves_its_report_and_ends_with_the_gates_code(tmp_path, wheel, packed):
    job, done = gitlab_job(tmp_path, sum_of(wheel), wheel, packed)
    assert done.returncode in {0, 1, 3}, done.stderr
    assert "gate " in done.stdout
    assert ET.parse(tmp_path / job["artifacts"]["reports"]["junit"]).getroot().tag == "testsuites"
    assert json.loads((tmp_path / job["artifacts"]["paths"][0]).read_text())["exit_code"] == done.returncode
    assert job["allow_failure"]["exit_codes"] == 3


@pytest.mark.real
@pytest.mark.parametrize("sha256", ["0" * 64, "", "replace this with the SHA-256 of the wheel"])
def test_the_gitlab_job_installs_no_wheel_of_another_sum(tmp_path, wheel, sha256):
    _, done = gitlab_job(tmp_path, sha256, wheel, {})
    assert done.returncode == 1
    assert [path.name for path in (tmp_path / ".hostcheck").iterdir()] == [wheel.name]


@pytest.mark.real
def test_cloud_init_accepts_its_file():
    argv = ["cloud-init", "schema", "--config-file", EXAMPLES / "cloud-init.yaml"]
    done = subprocess.run(argv, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def first_boot(folder, wheel, sha256, settings, **programs):
    """Run the cloud-init script with the named folders of the system, and these programs, in a folder of the test's."""
    script = yaml.safe_load((EXAMPLES / "cloud-init.yaml").read_text())["runcmd"][-1]
    script = script.replace("/opt/", f"{folder}/opt/").replace("/var/lib/", f"{folder}/var/")
    script = re.sub(r"^wheel=.*$", f"wheel={wheel.as_uri()}", script, flags=re.MULTILINE)
    script = re.sub(r"^sha256=.*$", f"sha256={sha256}", script, flags=re.MULTILINE)
    (folder / "tmp").mkdir(parents=True)
    for name, body in {"apt-get": f"touch {folder}/engine", **programs}.items():
        (folder / name).write_text(f"#!/bin/sh\n{body}\n")
        (folder / name).chmod(0o755)
    environment = {**settings, "PATH": f"{folder}:{os.environ['PATH']}", "TMPDIR": str(folder / "tmp")}
    done = subprocess.run(["sh", "-c", script], env=environment, capture_output=True, text=True)
    assert list((folder / "tmp").iterdir()) == []
    return done, (folder / "engine").exists()


@pytest.mark.real
@pytest.mark.parametrize(("code", "installed"), [(0, True), (1, False), (3, False), (4, False)])
def test_the_cloud_init_script_installs_the_engine_only_where_the_gate_passes(tmp_path, wheel, code, installed):
    # A python3 whose environments hold a hostcheck that decides as the test says, and a pip that does nothing.
    make = (
        'mkdir -p "$3/bin"; ln -s /bin/true "$3/bin/pip"; '
        f'printf "#!/bin/sh\\nexit {code}\\n" >"$3/bin/hostcheck"; chmod +x "$3/bin/hostcheck"'
    )
    done, engine = first_boot(tmp_path / "node", wheel, sum_of(wheel), {}, python3=make)
    assert engine is installed, done.stdout + done.stderr


@pytest.mark.real
@pytest.mark.parametrize("sha256", ["0" * 64, "", "'replace this with the SHA-256 of the wheel'"])
def test_the_cloud_init_script_installs_nothing_where_the_wheel_is_another_one(tmp_path, wheel, sha256):
    node = tmp_path / "node"
    done, engine = first_boot(node, wheel, sha256, {})
    assert not engine
    assert not (node / "opt").exists()
    assert "hostcheck: not installed" in done.stdout


@pytest.mark.real
def test_the_cloud_init_script_judges_with_what_it_installed(tmp_path, wheel, packed):
    node = tmp_path / "node"
    done, engine = first_boot(node, wheel, sum_of(wheel), packed)
    decision = json.loads((node / "var/hostcheck/decision.json").read_text())
    assert engine is (decision["exit_code"] == 0), done.stdout + done.stderr


def play(tmp_path, *variables, command=PROGRAM, **environment):
    """Run the role with a program that is there, or the one it installs; then a task that shows it was reached."""
    playbook = tmp_path / "play.yml"
    role = {"role": "hostcheck_gate", "vars": {"hostcheck_command": str(command)} if command else {}}
    reached = {"name": "Install the engine", "ansible.builtin.debug": {"msg": "the engine is installed"}}
    play = {"hosts": "all", "gather_facts": False, "roles": [role], "tasks": [reached]}
    playbook.write_text(yaml.safe_dump([play]))
    argv = ["ansible-playbook", "-i", "node,", str(playbook), *(word for each in variables for word in ("-e", each))]
    environment = {
        **os.environ,
        "ANSIBLE_ROLES_PATH": str(EXAMPLES / "ansible" / "roles"),
        "ANSIBLE_LOCAL_TEMP": str(tmp_path / "local"),
        "ANSIBLE_REMOTE_TMP": "/tmp/.ansible-hostcheck",
        "ANSIBLE_NOCOLOR": "1",
        "LC_ALL": "C.UTF-8",
        **environment,
    }
    return subprocess.run(argv, capture_output=True, text=True, env=environment, timeout=300, cwd=tmp_path)


def here(tmp_path):
    return {"ANSIBLE_REMOTE_TMP": str(tmp_path / "remote")}


@pytest.mark.real
def test_the_ansible_role_lets_a_fit_node_through(tmp_path):
    done = play(tmp_path, "ansible_connection=local", "hostcheck_allow_inconclusive=true", **here(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the engine is installed" in done.stdout


@pytest.mark.real
def test_the_ansible_role_hands_on_what_the_node_is_to_be(tmp_path):
    given = '{"hostcheck_profiles": ["docker"], "hostcheck_roles": ["worker"]}'
    done = play(tmp_path, "ansible_connection=local", given, **here(tmp_path))
    assert done.returncode == 2
    assert "none of the profiles has a role" in done.stdout


@pytest.mark.real
def test_the_ansible_role_stops_where_the_policy_is_not_met_and_says_what_is_missed(tmp_path):
    policy = tmp_path / "hostcheck.toml"
    policy.write_text(
        '[gate]\nfail_on = "recommended"\nunknown = "fail"\nthresholds = ["disk.randwrite.iops >= 5000"]\n'
    )
    done = play(tmp_path, "ansible_connection=local", f"hostcheck_policy={policy}", **here(tmp_path))
    assert done.returncode == 2
    assert "disk.randwrite.iops" in done.stdout
    assert "the engine is installed" not in done.stdout


@pytest.mark.real
def test_the_ansible_role_stops_in_a_container_where_no_engine_would_run(tmp_path):
    with PrivateEngine(tmp_path) as private, find_engine(private.url).connect() as client:
        client.import_image_from_data(find_busybox().rootfs(), repository="node", tag="1")
        # The interpreter and hostcheck as they are here, and nothing else of this machine.
        folders = {"/usr", "/lib", "/lib64", "/bin", "/sbin", sys.base_prefix, sys.prefix, str(TOP)}
        binds = [f"{folder}:{folder}:ro" for folder in sorted(folders) if Path(folder).exists()]
        container = client.create_container(
            "node:1",
            ["/bin/sleep", "300"],
            environment={"HOME": "/tmp"},
            host_config=client.create_host_config(network_mode="none", binds=binds),
        )
        client.start(container)
        # ansible-core has no connection to containers: this ssh ends in one.
        ssh = tmp_path / "ssh"
        inside = f"{shutil.which('docker')} -H {private.url} exec -i {container['Id']}"
        ssh.write_text(f'#!/bin/sh\nfor last; do :; done\nexec {inside} /bin/sh -c "$last"\n')
        ssh.chmod(0o755)
        done = play(
            tmp_path,
            f"ansible_ssh_executable={ssh}",
            "ansible_ssh_transfer_method=piped",
            f"ansible_python_interpreter={sys.executable}",
        )
        client.remove_container(container, force=True)
    assert done.returncode == 2, done.stdout + done.stderr
    assert re.search(r"is (not fit|not known to be fit) for docker: ", done.stdout)
    assert "the engine is installed" not in done.stdout


@pytest.mark.real
def test_the_ansible_role_installs_the_wheel_that_it_was_given_once_and_runs_it(tmp_path, wheel, packed):
    environment = tmp_path / "environment"
    variables = [
        "ansible_connection=local",
        f"hostcheck_environment={environment}",
        f"hostcheck_sha256={sum_of(wheel)}",
    ]
    for source, installed in ((wheel.as_uri(), True), (wheel, False)):
        done = play(tmp_path, *variables, f"hostcheck_wheel={source}", command=None, **packed, **here(tmp_path))
        assert re.search(r"Judge the node\] \**\nok: ", done.stdout), done.stdout + done.stderr
        assert bool(re.search(r"Install it with pip\] \**\nchanged: ", done.stdout)) is installed
        assert sum_of(environment / "installed.whl") == sum_of(wheel)
    assert (environment / "bin" / "hostcheck").exists()


@pytest.mark.real
@pytest.mark.parametrize("by_address", [True, False])
def test_the_ansible_role_installs_nothing_where_the_wheel_is_another_one(tmp_path, wheel, by_address):
    environment = tmp_path / "environment"
    source = wheel.as_uri() if by_address else wheel
    variables = [f"hostcheck_environment={environment}", f"hostcheck_wheel={source}", f"hostcheck_sha256={'0' * 64}"]
    done = play(tmp_path, "ansible_connection=local", *variables, command=None, **here(tmp_path))
    assert done.returncode == 2
    assert sum_of(wheel) in done.stdout
    assert not environment.exists()
    assert "the engine is installed" not in done.stdout


@pytest.mark.real
def test_the_ansible_role_asks_for_a_wheel_and_its_sum(tmp_path):
    environment = f"hostcheck_environment={tmp_path}/environment"
    done = play(tmp_path, "ansible_connection=local", environment, command=None, **here(tmp_path))
    assert done.returncode == 2
    assert "hostcheck_sha256 (of the wheel) are required" in done.stdout
