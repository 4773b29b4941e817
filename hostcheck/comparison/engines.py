"""Report which engine was measured: its name, version and socket."""

from collections.abc import Iterator, Sequence

from hostcheck.run.details import EngineDetail
from hostcheck.run.metrics import BUILD, MAKESPAN
from hostcheck.run.model import Run

_OF_ENGINES = frozenset({BUILD, MAKESPAN})


def engines(runs: Sequence[Run], names: Sequence[str]) -> Iterator[str]:
    """Yield one sentence with the engine of each run that measured one. Files of the first release have no engine."""
    found = [(name, engine) for run, name in zip(runs, names, strict=True) if (engine := _engine_of(run))]
    if found and len({engine for _, engine in found}) == 1 and len(found) == len(runs):
        yield f"The engine is {found[0][1]}."
    elif found:
        yield f"The engine of {'; of '.join(f'{name} is {engine}' for name, engine in found)}."


def _engine_of(run: Run) -> str:
    details = (EngineDetail(each.detail) for one in run.metrics if one.id in _OF_ENGINES for each in one.samples)
    return " and ".join(dict.fromkeys(filter(None, (detail.engine for detail in details))))
