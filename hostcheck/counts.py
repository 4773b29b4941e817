"""Write counts for people, so that one is never plural."""


def number_of(number: int, one: str, many: str = "") -> str:
    """Return a number and what it counts: "1 finding", "1,200 findings".

    Args:
        number: how many.
        one: what is counted, in the singular.
        many: its plural; empty if it ends with "s".
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
