"""``location``: kept only where no place outside stays compatible with the round trips to known places."""

import re
from dataclasses import dataclass

from hostcheck.errors import UnfitError
from hostcheck.promise.model import Judged
from hostcheck.run.model import Run

_CODE = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Location:
    """A country.

    Attributes:
        country: ISO 3166-1 alpha-2.
    """

    country: str
    profiles: tuple[str, ...] = ()

    @property
    def translation(self) -> tuple[str, ...]:
        """The rule that is asked."""
        return (f'[place] country = "{self.country}"',)

    @property
    def expected(self) -> str:
        """The country in words."""
        return f"in {self.country}"

    def judge(self, _run: Run) -> Judged:
        """Return that a run holds no round trips from which a place follows."""
        changes = "Round trips to places that are known, which exclude every other country."
        return Judged("cannot tell", "where the host is was not measured", "", (), "", changes)


def parse_country(text: str) -> Location:
    """Parse the code of a country.

    Raises:
        UnfitError: when it is none.
    """
    if not _CODE.fullmatch(text):
        raise UnfitError(f"{text!r} is no code of a country", 'write the two letters of ISO 3166, such as "NO"')
    return Location(text)
