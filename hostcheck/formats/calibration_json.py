"""A calibration as JSON: schema ``hostcheck.calibration/1``. Fields are only added."""

from hostcheck import __version__
from hostcheck.formats.terminal import Style
from hostcheck.jsontext import dumps
from hostcheck.run.calibration import QUIET, Calibration

SCHEMA = "hostcheck.calibration/1"


def render(calibration: Calibration, _style: Style) -> str:
    """Return the calibration as JSON. Errors are shares of the true value; null without a measured value."""
    document = {
        "schema": SCHEMA,
        "hostcheck": __version__,
        "quiet": calibration.is_quiet,
        "within": QUIET,
        "readings": [
            {
                "tier": reading.tier.name,
                "metric": reading.metric.id,
                "unit": reading.metric.unit,
                "truth": reading.truth,
                "value": reading.metric.value,
                "error": reading.error,
                "state": reading.metric.state,
                "reason": reading.metric.reason,
                "samples": [
                    {
                        "value": sample.value,
                        "valid": sample.valid,
                        "reason": sample.reason,
                        "steal_percent": sample.conditions.steal_percent,
                    }
                    for sample in reading.metric.samples
                ],
            }
            for reading in calibration.readings
        ],
    }
    return dumps(document, ascii_only=True)
