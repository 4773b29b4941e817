"""Read many run files into columns, one at a time."""

from collections.abc import Sequence

from hostcheck.population.columns import Placed, Population
from hostcheck.run.origins import marked, marks_of_run
from hostcheck.store.named import read_named


def population_of_files(files: Sequence[str], names: Sequence[str] = ()) -> Population | None:
    """Return the hosts of run files; None if two runs belong to one host and must be pooled first.

    Args:
        files: run files, or other names that ``read_named`` accepts.
        names: the names of the hosts, one for each file; if empty, the names in the runs are used.

    Raises:
        UsageError: if there is no such run, or it is damaged.
        StoreError: if the history cannot be read.
    """
    population, seen = Population(), set()
    for place, file in enumerate(files):
        run = read_named(file)
        name = marked(names[place].strip() if names else run.host.name, marks_of_run(run))
        if name in seen:
            return None
        seen.add(name)
        population.add(Placed(name), run)
    return population
