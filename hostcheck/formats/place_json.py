"""Where a host can be, as JSON, schema hostcheck.place/1."""

import base64
from typing import Any

from hostcheck import __version__
from hostcheck.formats.terminal import Style
from hostcheck.jsontext import dumps
from hostcheck.place.bounds import reach_km
from hostcheck.place.judging import Finding, Judgement
from hostcheck.place.locating import JudgedClaim, Located
from hostcheck.place.measured import Measured
from hostcheck.place.shapes import error_km, source

SCHEMA = "hostcheck.place/1"


def render(located: Located, _style: Style | None = None) -> str:
    """Return the text of a JSON document."""
    return dumps(to_json(located), ascii_only=True)


def to_json(located: Located) -> dict[str, Any]:
    """Return the JSON object of the schema."""
    return {
        "schema": SCHEMA,
        "hostcheck": __version__,
        "host": located.host,
        "started": located.started,
        "outcome": located.outcome,
        "exit_code": located.exit_code,
        "why_unknown": located.why_unknown,
        "left": None if located.left is None else sorted(located.left),
        "left_in_fibre": None if located.left_in_fibre is None else sorted(located.left_in_fibre),
        "answers": [_finding(finding) for finding in located.findings],
        "landmarks": [_measured(each) for each in located.measured],
        "claims": [_claim(claim) for claim in located.claims],
        "doubts": [{"said": each.said, "likely": each.likely, "remedy": each.remedy} for each in located.doubts],
        "shapes": {"source": source(), "error_km": error_km()},
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "asked": finding.asked,
        "place": finding.place.said,
        "outcome": finding.outcome,
        "said": finding.said,
        "more": finding.more,
        "rests_on": list(finding.rests_on),
    }


def _measured(each: Measured) -> dict[str, Any]:
    landmark = each.landmark
    return {
        "name": landmark.name,
        "address": landmark.address,
        "port": landmark.port,
        "latitude": landmark.latitude,
        "longitude": landmark.longitude,
        "accuracy_km": landmark.accuracy_km,
        "known": landmark.known,
        "tls_pin": f"sha256/{base64.b64encode(landmark.pin).decode()}" if landmark.pin else None,
        "rtt_ms": each.rtt_ms,
        "within_km": None if each.rtt_ms is None else reach_km(each.rtt_ms, "c"),
        "within_km_in_fibre": None if each.rtt_ms is None else reach_km(each.rtt_ms, "2/3 c"),
        "counted": each.counted,
        "tried": each.tried,
        "answered_by": each.answered_by,
        "problem": each.problem,
        "notes": list(each.notes),
    }


def _claim(claim: JudgedClaim) -> dict[str, Any]:
    return {
        "by": claim.claim.by,
        "said": claim.claim.said,
        "place": claim.claim.place.said if claim.claim.place else None,
        "asked": claim.asked,
        **_judgement(claim.judgement),
    }


def _judgement(judgement: Judgement) -> dict[str, Any]:
    return {
        "answer": judgement.answer,
        "in_fibre": judgement.in_fibre,
        "by_landmarks": list(judgement.by),
        "rests_on": list(judgement.rests_on),
    }
