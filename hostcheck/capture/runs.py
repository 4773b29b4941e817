"""Remove private data from runs, so that a run file, or a page made from it, can be given to strangers."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from hostcheck.capture import accounts, engines, environment, firmware
from hostcheck.capture.files import FILES, left_out
from hostcheck.capture.mounts import mount_options, mount_table
from hostcheck.capture.paths import Paths
from hostcheck.capture.private import Private
from hostcheck.capture.renaming import COMMON, SCRUBBED, SHORTEST, Renamer
from hostcheck.catalogue.loader import entries
from hostcheck.probes import NAMING
from hostcheck.profiles.loader import load
from hostcheck.profiles.loader import names as profile_names
from hostcheck.remote.program import requests_of_all
from hostcheck.resources import data_files
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.model import Evidence, Fact, Run, Verdict
from hostcheck.run.origins import SCRUBBED_NOTE, is_loopback

_DROPPED = (
    left_out,
    accounts.groups,
    accounts.host_name,
    accounts.hosts,
    accounts.ranges,
    accounts.users,
    engines.cluster_unit,
    engines.rancher,
    environment.environment,
    environment.process_arguments,
    firmware.machine_id,
    firmware.machine_uuid,
    firmware.serial_number,
    firmware.smbios_structures,
)
"""Scrubbers of files whose values are not kept. Evidence from such a file loses the value that it quotes, and keeps the
meaning of the value."""
_NAMELESS = frozenset({"the environment", "GET /containers/json"})
"""Sources of evidence whose values contain names that users chose."""
_HOME = re.compile(r"/(?:home|Users)/([^\s/:,\"'\\\0]+)")
_ACCOUNT = re.compile(r"(?m)^([a-z_][\w.-]*\$?):(?:x|\d+):")
_ACCOUNTS = ("/etc/passwd", "/etc/group", "/etc/subuid", "/etc/subgid")
_URL = re.compile(r"https?://[^\s\"'<>]+[^\s\"'<>.,;)]")
_OPAQUE = re.compile(r"(?i)serial|wwn|wwid|uuid|passw|secret|token|\A(?:eui|nguid|container_names?|label)\Z")
_NAME = re.compile(r"[\w.-]+")
_NO_DOMAIN = "(?:service|slice|scope|socket|mount|timer|path|target|conf|json|toml|yaml|yml|log|gz|txt|pid|sock|sh|py)"
"""The part after the last dot in names of files and units, which are not domains."""
_FROM = re.compile(r"\bfrom (?!/)\S+")
"""The server of a mount, as the text of evidence names it."""
_DIGEST = re.compile(r"(?:sha256:)?[0-9a-f]{64}")
"""A digest of the measured workload. It is kept: it identifies no host, and only runs with equal digests are
comparable."""
_OWN_NAMES = frozenset({"image", "context", "dockerfile", "peer"})
"""Settings that may be names which a user chose. Equal values get equal replacements, so that the runs stay comparable.
"""


def scrubbed(runs: Sequence[Run], known: Private | None = None) -> list[Run]:
    """Return the runs without private data. A name has the same replacement in all runs.

    Published runs are returned as they are, since nothing in them is private; so are runs that were scrubbed before.
    Numbers, times and random ids stay.

    Args:
        runs: the runs.
        known: further names to replace, such as those of this machine; None for no others.
    """
    own = dict.fromkeys(_base(run.host.name) for run in runs if not run.is_published)
    hosts = [name for name in own if _NAME.fullmatch(name)]
    users = {name for run in runs for name in _users(run)}
    if known is not None:
        hosts += known.hosts
        users |= set(known.users)
    parts = {part for name in hosts for part in _parts(name)}
    parts |= {domain for run in runs for domain in _domains(run, {_parts(name)[0] for name in hosts})}
    names = Renamer(sorted({*hosts, *parts}), sorted(users), next((run.host.kernel or "" for run in runs), ""))
    called = {
        name: names.called(name) if _NAME.fullmatch(name) else f"host {number}" for number, name in enumerate(own, 1)
    }
    scrubber = _Scrubber(names, called)
    return [run if run.is_published or is_scrubbed(run) else scrubber.run(run) for run in runs]


def is_scrubbed(run: Run) -> bool:
    """Return whether a run was scrubbed."""
    return SCRUBBED_NOTE in run.notes


def _parts(name: str) -> tuple[str, ...]:
    """Return the first label of a host's name, and its domain if that contains a dot."""
    first, _, domain = name.partition(".")
    return (first, domain) if "." in domain else (first,)


def _domains(run: Run, hosts: Collection[str]) -> Iterator[str]:
    """Yield the domains that follow the name of a host in the texts of a run: "example.org" in "node.example.org".

    Args:
        run: the run. As the name of its host it may have "node" alone.
        hosts: the names of hosts, without domains.
    """
    known = "|".join(re.escape(name) for name in sorted(hosts) if len(name) >= SHORTEST and name.lower() not in COMMON)
    if known:
        behind = re.compile(
            rf"(?i)(?<![\w.-])(?:{known})\.((?:[\w-]+\.)+(?!{_NO_DOMAIN}\b)[a-z][a-z0-9-]+)(?![\w-]|\.\w)"
        )
        for text in _texts((run.facts, run.metrics, run.notes, [(each.found, each.sentence) for each in run.verdicts])):
            yield from behind.findall(text)


def _base(name: str) -> str:
    """Return the name of a host without what hostcheck adds: "node" for "node (sata, emulated)"."""
    return name.partition(" (")[0]


def _users(run: Run) -> Iterator[str]:
    for text in _texts(run.facts):
        yield from _HOME.findall(text)
    for text in _texts(run.metrics):
        yield from _HOME.findall(text)
    for fact in run.facts.values():
        for piece in fact.evidence:
            if piece.source in _ACCOUNTS and piece.value:
                yield from _ACCOUNT.findall(piece.value)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from (str(key), *_texts(item))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, Fact):
        yield from _texts((value.value, value.reason, value.conflicts))
        for piece in value.evidence:
            yield from _texts((piece.source, piece.value, piece.says))
    elif isinstance(value, Metric):
        yield from _texts((value.reason, value.settings, [sample.detail for sample in value.samples]))


class _Scrubber:
    """A scrubber of runs, which uses the same replacements in all of them."""

    def __init__(self, names: Renamer, called: Mapping[str, str]) -> None:
        self._names = names
        self._called = called
        self._paths = Paths((*_public_texts(), *_asked()))
        self._own: dict[str, str] = {}

    def run(self, run: Run) -> Run:
        clean, host = self._text, run.host
        return replace(
            run,
            host=replace(
                host,
                name=host.name.replace(_base(host.name), self._called[_base(host.name)], 1),
                os=clean(host.os) if host.os else host.os,
            ),
            facts={name: self._fact(fact) for name, fact in run.facts.items() if name not in NAMING},
            verdicts=tuple(map(self._verdict, run.verdicts)),
            metrics=tuple(map(self._metric, run.metrics)),
            notes=(*map(clean, run.notes), SCRUBBED_NOTE),
            lost=clean(run.lost),
            changes=tuple(
                replace(
                    each,
                    what=clean(each.what),
                    before=clean(each.before),
                    now=clean(each.now),
                    title=clean(each.title),
                )
                for each in run.changes
            ),
        )

    def _text(self, text: str) -> str:
        """Replace private data in a text; the texts of the profiles, and URLs of public documents, stay."""
        if text in _public_texts():
            return text
        parts = []
        end = 0
        for found in _URL.finditer(text):
            if found[0] in _public_urls():
                parts += [self._private(text[end : found.start()]), found[0]]
                end = found.end()
        return "".join((*parts, self._private(text[end:])))

    def _private(self, text: str) -> str:
        return self._paths.text(self._names.text(text))

    def _fact(self, fact: Fact) -> Fact:
        return replace(
            fact,
            value=self._value(fact.value),
            reason=self._text(fact.reason),
            evidence=tuple(map(self._evidence, fact.evidence)),
            conflicts=tuple(map(self._text, fact.conflicts)),
        )

    def _evidence(self, piece: Evidence) -> Evidence:
        value = piece.value
        if value is not None:
            value = self._of_file(piece.source, value) if piece.source.startswith("/") else self._text(value)
            value = SCRUBBED if piece.source in _NAMELESS else value
        return replace(piece, source=self._text(piece.source), value=value, says=self._text(piece.says))

    def _of_file(self, path: str, value: str) -> str:
        scrub = next((scrub for pattern, scrub in FILES if fnmatchcase(path, pattern)), None)
        if scrub in _DROPPED:
            return SCRUBBED
        if scrub is mount_table:
            value = _FROM.sub(f"from {SCRUBBED}", mount_options(value))
        return self._text(value)

    def _verdict(self, verdict: Verdict) -> Verdict:
        clean = self._text
        return replace(
            verdict,
            expected=clean(verdict.expected),
            found=clean(verdict.found),
            why=clean(verdict.why),
            fix=clean(verdict.fix),
            source=clean(verdict.source),
            sentence=clean(verdict.sentence),
            command=clean(verdict.command),
        )

    def _metric(self, metric: Metric) -> Metric:
        settings = {name: self._setting(name, value) for name, value in metric.settings.items()}
        samples = tuple(map(self._sample, metric.samples))
        reason, source = self._text(metric.reason), self._text(metric.source)
        return replace(metric, reason=reason, source=source, settings=settings, samples=samples)

    def _setting(self, name: str, value: Any) -> Any:
        if isinstance(value, str) and _DIGEST.fullmatch(value):
            return value
        if name in _OWN_NAMES and isinstance(value, str) and not (name == "peer" and is_loopback(value)):
            return self._own.setdefault(value, f"{name}-{len(self._own) + 1}")
        return self._value(value)

    def _sample(self, sample: Sample) -> Sample:
        return replace(sample, reason=self._text(sample.reason), detail=self._value(sample.detail))

    def _value(self, value: Any, key: str = "") -> Any:
        """Replace private data in a JSON value.

        Args:
            value: the value.
            key: the key of the object that has the value. For a serial number or a password, nothing of a text is kept.
        """
        if isinstance(value, Mapping):
            return {self._text(str(name)): self._value(item, str(name)) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return (
                tuple(self._value(item, key) for item in value)
                if isinstance(value, tuple)
                else [self._value(item, key) for item in value]
            )
        if not isinstance(value, str):
            return value
        if _OPAQUE.search(key):
            return SCRUBBED if value else value
        if key == "mount_options":
            return self._text(mount_options(value))
        if key == "device" and not value.startswith("/dev/"):
            return SCRUBBED
        if key in _OWN_NAMES:
            return self._setting(key, value)
        return self._text(value)


@cache
def _public_texts() -> frozenset[str]:
    """Return all texts of the profiles and the catalogue that ship with hostcheck."""
    checks = [check for name in profile_names() for check in load(name).checks]
    of_checks = [text for each in checks for text in (each.why, each.fix, each.source, each.command)]
    arguments = [text for each in checks for text in _texts(each.test.argument)]
    of_facts = [text for entry in entries().values() for text in _texts((entry.decided, entry.sources, entry.example))]
    return frozenset((*of_checks, *arguments, *of_facts))


@cache
def _asked() -> tuple[str, ...]:
    """Return texts whose paths are public: what an audit requests of every host, and the benchmark's Dockerfile."""
    files = data_files("benchmarks").items()
    builds = (file.read_text(encoding="utf-8") for name, file in files if Path(name).name.startswith("Dockerfile"))
    return (requests_of_all(), *builds)


@cache
def _public_urls() -> frozenset[str]:
    return frozenset(url for text in _public_texts() for url in _URL.findall(text))
