"""fits --on fleet:NAME: each host of the fleet is one, and one without a result is neither a yes nor a no."""

from hostcheck.cli.fitting import host_views
from hostcheck.fleet.host import Placed, State
from hostcheck.fleet.state import Fleet
from hostcheck.placement.placing import fit
from hostcheck.run.files import read_run
from hostcheck.workloadfiles.reading import read_files


def test_a_host_without_a_result_is_unknown(tmp_path):
    fleet = Fleet(tmp_path / "fleet-x")
    fleet.create()
    fleet.place([Placed("web-1"), Placed("web-2")])
    fleet.keep("web-1", read_run("reference:sata-vps-2014"))
    fleet.change(["web-2"], State.UNREACHABLE, "no route to host")
    file = tmp_path / "compose.yml"
    file.write_text("services: {a: {image: nginx}}\n")
    contents = read_files([str(file)])
    views = host_views([f"fleet:{fleet.folder}"], contents, {}, experiments=False)
    assert [view.name for view in views] == ["web-1", "web-2"]
    assert fit(contents, views[1:]).outcome == "cannot tell"
