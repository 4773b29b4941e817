"""What people copy works: the GitHub Action, the GitLab job, the cloud-init file, the Ansible role."""

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
from hostcheck.bench.engine import find_engine
from hostcheck.bench.private_engine import PrivateEngine

TOP = Path(__file__).parents[2]
RUN = str(TOP / "tests/runs/run-1.json")
EXAMPLES = TOP / "examples"
PROGRAM = Path(sys.executable).with_name("hostcheck")


@pytest.fixture
def path_with_hostcheck(tmp_path):
    """A PATH whose first folder has hostcheck, as an installed one would be."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "hostcheck").symlink_to(PROGRAM)
    return f"{folder}:{os.environ['PATH']}"


@pytest.fixture
def action(tmp_path, path_with_hostcheck):
    """Run the action's steps as a runner does, with these inputs."""
    document = yaml.safe_load((TOP / "action.yml").read_text())

    def run(**given):
        inputs = {
            name: given.get(name.replace("-", "_"), about.get("default")) for name, about in document["inputs"].items()
        }
        for name in ("output", "path", "summary.md"):
            (tmp_path / name).touch()
        runner = {
            "PATH": path_with_hostcheck,
            "HOME": str(tmp_path),
            "RUNNER_TEMP": str(tmp_path),
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "GITHUB_PATH": str(tmp_path / "path"),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        }
        for step in document["runs"]["steps"]:
            values = {
                key: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: inputs[found[1]], value)
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


@pytest.mark.parametrize(("allow", "code"), [("false", 3), ("true", 0)])
def test_the_action_lets_through_what_cannot_be_told_only_where_it_may(action, tmp_path, allow, code):
    (tmp_path / "p.toml").write_text('[gate]\nthresholds = ["storm.makespan.seconds <= 1.95"]\n')
    done, outputs = action(run=RUN, policy=str(tmp_path / "p.toml"), allow_inconclusive=allow)
    assert (done.returncode, outputs) == (code, {"outcome": "inconclusive"})


def test_a_hostile_input_of_the_action_is_a_word_and_no_command(action, tmp_path):
    done, _ = action(run=f'"; touch {tmp_path}/pwned; $(touch {tmp_path}/pwned)')
    assert done.returncode == 2
    assert not (tmp_path / "pwned").exists()


def test_the_gitlab_job_leaves_its_report_and_ends_with_the_gates_code(tmp_path, path_with_hostcheck):
    (job,) = yaml.safe_load((EXAMPLES / "gitlab-ci.yml").read_text()).values()
    environment = {**os.environ, **job["variables"], "PATH": path_with_hostcheck}
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", "\n".join(job["script"])],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode in {0, 1, 3}, done.stderr
    assert "gate " in done.stdout
    assert ET.parse(tmp_path / job["artifacts"]["reports"]["junit"]).getroot().tag == "testsuites"
    assert json.loads((tmp_path / job["artifacts"]["paths"][0]).read_text())["exit_code"] == done.returncode
    assert job["allow_failure"]["exit_codes"] == 3


@pytest.mark.real
def test_cloud_init_accepts_its_file():
    argv = ["cloud-init", "schema", "--config-file", EXAMPLES / "cloud-init.yaml"]
    done = subprocess.run(argv, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_cloud_init_script_installs_the_engine_only_where_the_gate_passes(tmp_path):
    script = yaml.safe_load((EXAMPLES / "cloud-init.yaml").read_text())["runcmd"][-1]
    for code, installed in ((0, True), (1, False), (3, False)):
        folder = tmp_path / str(code)
        folder.mkdir()
        for name, body in (("hostcheck", f"exit {code}"), ("apt-get", f"touch {folder}/installed")):
            (folder / name).write_text(f"#!/bin/sh\n{body}\n")
            (folder / name).chmod(0o755)
        script_here = script.replace("/opt/hostcheck/bin/", f"{folder}/")
        environment = {"PATH": f"{folder}:{os.environ['PATH']}"}
        subprocess.run(["sh", "-ec", script_here], check=True, env=environment, capture_output=True)
        assert (folder / "installed").exists() is installed


def play(tmp_path, *variables, **environment):
    """Run the role, and then a task that tells that it was reached."""
    playbook = tmp_path / "play.yml"
    role = {"role": "hostcheck_gate", "vars": {"hostcheck_command": str(PROGRAM)}}
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
    done = play(tmp_path, "ansible_connection=local", "hostcheck_unknown=pass", **here(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the engine is installed" in done.stdout


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
