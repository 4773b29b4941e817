"""The settings of a metric in the form in which they are compared."""

from collections.abc import Mapping

from hostcheck.run.fio_options import OPTIONS
from hostcheck.run.fio_values import is_on, uniform
from hostcheck.run.measured import Metric
from hostcheck.run.metrics import OWN_JOBS
from hostcheck.run.model import Scalar

OF_FIO = ("fio.", "disk.", f"{OWN_JOBS}.")
"""Beginnings of the ids of metrics whose settings are options of fio."""


def comparable(metric: Metric) -> Mapping[str, Scalar]:
    """Return the settings of a metric. Equal values of an option of fio have equal texts.

    Run files of older versions have the values as they were given: "thinktime=1000" is "1000us" in newer ones.
    """
    if not metric.id.startswith(OF_FIO):
        return metric.settings
    read = {name: _form(name, value) for name, value in metric.settings.items()}
    return {name: value for name, value in read.items() if not _is_off(name, value)}


def _form(name: str, value: Scalar) -> Scalar:
    return uniform(name, value) if isinstance(value, str) and name in OPTIONS else value


def _is_off(name: str, value: Scalar) -> bool:
    is_named = name in OPTIONS and OPTIONS[name].role == "named"
    return is_named and isinstance(value, str) and not is_on(name, value)
