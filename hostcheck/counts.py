"""Write counts for people, with the singular for one."""


def number_of(number: int, one: str, many: str = "") -> str:
    """Return a number and what it counts: "1 finding", "1,200 findings".

    Args:
        number: the count.
        one: the noun in the singular.
        many: the noun in the plural; empty if it only adds "s".
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
