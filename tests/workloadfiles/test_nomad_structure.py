"""Parts of a Nomad job that Nomad refuses beside each other, and names that nothing has (nomad/structs/structs.go)."""

import json

import pytest

from hostcheck.workloadfiles.reading import read_files

IMAGE = 'driver = "docker"\nconfig {\nimage = "a"\n}'


def task(inner=IMAGE, name="t"):
    return f'task "{name}" {{\n{inner}\n}}\n'


def group(inner, name="g"):
    return f'group "{name}" {{\n{inner}\n}}\n'


def found(tmp_path, text, name="a.nomad"):
    (tmp_path / name).write_text(text)
    (content,) = read_files([str(tmp_path / name)], environment={}, lint=True)
    return [(each.rule, each.said) for each in content.mistakes if each.severity == "required"]


def of_job(tmp_path, groups, kind="service"):
    return found(tmp_path, f'job "a" {{\ntype = "{kind}"\n{groups}\n}}\n')


MOUNT = 'volume_mount {\nvolume = "v"\ndestination = "/x"\n}'
PORTS = 'network {\nport "x" {\nstatic = 9100\n}\nport "y" {\nstatic = 9100\n}\n}\n'
REFUSED = [
    (group(task() + task()), "service", "a task t already"),
    (group(task()) * 2, "service", "a group g already"),
    (group("reschedule {\nattempts = 3\n}\n" + task()), "system", "no policy of rescheduling"),
    (group(task(f"{IMAGE}\n{MOUNT}")), "service", "no volume v"),
    (group(task(f"{IMAGE}\nresources {{\ncpu = 500\ncores = 1\n}}")), "service", "cpu and cores"),
    (group(PORTS + task()), "service", "the static port 9100 already"),
    (group(task('driver = "docker"')), "service", "no image"),
    (group(task('driver = "docker"\nconfig {\ncommand = "a"\n}')), "service", "no image"),
]


@pytest.mark.parametrize("case", REFUSED)
def test_what_nomad_refuses_is_a_mistake(tmp_path, case):
    groups, kind, words = case
    ((rule, said),) = of_job(tmp_path, groups, kind)
    assert words in said
    assert rule == ("nomad/no-image" if "image" in words else "nomad/refused")


TAKEN = [
    (group(task() + task(name="u")) + group(task(), "h"), "service"),
    (group("reschedule {\nattempts = 3\n}\n" + task()), "service"),
    (group(f'volume "v" {{\ntype = "host"\nsource = "x"\n}}\n{task(f"{IMAGE}{chr(10)}{MOUNT}")}'), "service"),
    (group(PORTS.replace("static = 9100\n}\n}", "static = 9100\nignore_collision = true\n}\n}") + task()), "service"),
    (group(task('driver = "docker"\nconfig {\nimage = "${var.x}"\n}')), "service"),
    (group(task('driver = "exec"\nconfig {\ncommand = "a"\n}')), "service"),
]


@pytest.mark.parametrize(("groups", "kind"), TAKEN)
def test_what_nomad_takes_is_no_mistake(tmp_path, groups, kind):
    assert of_job(tmp_path, groups, kind) == []


@pytest.mark.parametrize(("volumes", "count"), [({}, 1), ({"v": {"Type": "host"}}, 0)])
def test_a_volume_of_a_job_in_json(tmp_path, volumes, count):
    own = {"Name": "t", "Driver": "docker", "Config": {"image": "a"}, "VolumeMounts": [{"Volume": "v"}]}
    job = {"ID": "a", "TaskGroups": [{"Name": "g", "Volumes": volumes, "Tasks": [own]}]}
    assert len(found(tmp_path, json.dumps({"Job": job}), "job.json")) == count
