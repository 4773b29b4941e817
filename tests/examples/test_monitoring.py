"""Alert rules, a dashboard and a timer: what Prometheus and systemd themselves say of them."""

import http.server
import json
import random
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from hostcheck.formats.decision_openmetrics import render
from hostcheck.formats.population_openmetrics import render as render_fleet
from hostcheck.gate.decision import weigh
from hostcheck.gate.policy import Policy
from hostcheck.population.columns import Placed, Population
from hostcheck.run.files import read_run

TOP = Path(__file__).parents[2]
EXAMPLES = TOP / "examples"
PROMETHEUS = EXAMPLES / "prometheus"
PATIENCE_SECONDS = 120
_FAMILY = re.compile(r"hostcheck_\w+")


def written():
    """What the gate writes of a run with figures of every unit, some checks missed."""
    run = read_run(TOP / "reports/sample/host.json")
    return render(weigh(run, Policy(profiles=("docker",))))


def fleet():
    """What the report writes of a fleet of which one host is slow, one not ready, and one without a result."""
    run = read_run(TOP / "reports/sample/host.json")
    made, chance = Population("web"), random.Random(1)
    measured = [(metric, metric.value) for metric in run.metrics if metric.value and metric.id.startswith("disk.")]
    for number in range(30):
        factor = chance.lognormvariate(0, 0.05) / (5 if number == 4 else 1)
        metrics = tuple(
            replace(metric, value=value * factor, interval=(value * factor * 0.99, value * factor * 1.01), state="ok")
            for metric, value in measured
        )
        verdicts = tuple(replace(each, status="fail" if number == 2 else "pass") for each in run.verdicts)
        made.add(Placed(f"n{number}"), replace(run, id=str(number), metrics=metrics, verdicts=verdicts))
    made.add(Placed("gone", state="unreachable", reason="no route"), None)
    return render_fleet(made)


def queries(name="grafana-dashboard.json"):
    """Each query of a dashboard, with its variables filled in."""
    dashboard = json.loads((PROMETHEUS / name).read_text())
    found = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    return [re.sub(r"\$(instance|fleet)", ".*", expression) for expression in found]


def test_rules_and_dashboard_ask_for_families_that_the_gate_writes():
    families = set(_FAMILY.findall(written()))
    asked = {family for query in queries() for family in _FAMILY.findall(query)}
    for group in yaml.safe_load((PROMETHEUS / "hostcheck.rules.yml").read_text())["groups"]:
        asked |= {family for rule in group["rules"] for family in _FAMILY.findall(rule["expr"])}
    assert len(asked) > 10
    assert asked <= families


def test_the_dashboard_of_a_fleet_asks_for_families_that_its_report_writes():
    asked = {family for query in queries("grafana-fleet.json") for family in _FAMILY.findall(query)}
    assert len(asked) > 5
    assert asked <= {*_FAMILY.findall(fleet())}


@pytest.mark.real
def test_each_alert_fires_when_it_should_and_not_before():
    for words in (["check", "rules", "hostcheck.rules.yml"], ["test", "rules", "hostcheck.rules.test.yml"]):
        done = subprocess.run(["promtool", *words], cwd=PROMETHEUS, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    named = {
        each["alertname"]
        for test in yaml.safe_load((PROMETHEUS / "hostcheck.rules.test.yml").read_text())["tests"]
        for each in test["alert_rule_test"]
        if "exp_alerts" in each
    }
    rules = yaml.safe_load((PROMETHEUS / "hostcheck.rules.yml").read_text())["groups"][0]["rules"]
    assert named == {rule["alert"] for rule in rules}


class Exporter(http.server.BaseHTTPRequestHandler):
    """node_exporter, as far as its textfile collector is asked."""

    def do_GET(self):
        body = (written() + fleet()).replace("# EOF\n", "").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words):
        """Say nothing."""


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture
def prometheus(tmp_path):
    """Ask a real Prometheus, which scrapes what the gate wrote."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Exporter)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(PROMETHEUS / "hostcheck.rules.yml")],
        "scrape_configs": [{"job_name": "node", "static_configs": [{"targets": [f"127.0.0.1:{server.server_port}"]}]}],
    }
    (tmp_path / "prometheus.yml").write_text(yaml.safe_dump(config))
    port = free_port()
    argv = [
        "prometheus",
        f"--config.file={tmp_path}/prometheus.yml",
        f"--storage.tsdb.path={tmp_path}/data",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=error",
    ]
    process = subprocess.Popen(argv, stderr=subprocess.PIPE)

    def ask(query):
        address = f"http://127.0.0.1:{port}/api/v1/query?" + urllib.parse.urlencode({"query": query})
        with urllib.request.urlopen(address, timeout=30) as answer:
            return json.load(answer)["data"]["result"]

    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                if ask("hostcheck_gate_outcome"):
                    break
            except OSError:
                pass
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.2)
        yield ask
    finally:
        process.terminate()
        process.communicate(timeout=60)
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.real
def test_each_query_of_the_dashboard_has_an_answer_of_a_real_prometheus(prometheus):
    assert len(queries()) > 12
    assert len(queries("grafana-fleet.json")) > 10
    assert [query for query in queries() + queries("grafana-fleet.json") if not prometheus(query)] == []
    table = next(query for query in queries() if "group_left" in query)
    assert {"id", "scope", "severity", "status", "title", "waived", "instance"} <= set(prometheus(table)[0]["metric"])


@pytest.mark.real
def test_systemd_finds_nothing_wrong_with_the_timer_and_its_service(tmp_path):
    program = str(Path(sys.executable).with_name("hostcheck"))
    for name in ("hostcheck-gate.service", "hostcheck-gate.timer", "hostcheck-send.service", "hostcheck-send.timer"):
        text = (EXAMPLES / "systemd" / name).read_text()
        (tmp_path / name).write_text(text.replace("/opt/hostcheck/bin/hostcheck", program))
    done = subprocess.run(["systemd-analyze", "verify", *sorted(tmp_path.iterdir())], capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    calendar = subprocess.run(["systemd-analyze", "calendar", "daily"], capture_output=True, text=True)
    assert "Next elapse" in calendar.stdout
