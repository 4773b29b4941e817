"""Write quantities for people: with three significant digits, and times in a suitable unit."""


def amount(value: float, unit: str) -> str:
    """Write a value without its unit, except for times: "1,200", "25.4", "4m 12s", "1.62 s"."""
    if unit == "s":
        return duration(value)
    return _three_digits(value)


def span(low: float, high: float, unit: str) -> str:
    """Write an interval: "1,190 – 1,210"; times have the unit once."""
    first, last = amount(low, unit), amount(high, unit)
    for ending in (" s", " ms", " µs"):
        if first.endswith(ending) and last.endswith(ending):
            first = first.removesuffix(ending)
            break
    return f"{first} – {last}"


def duration(seconds: float) -> str:
    """Write a time in a suitable unit: "310 µs", "14.0 ms", "0.162 s", "45.0 s", "4m 12s"."""
    if seconds < 0.000_999_5:
        return f"{_three_digits(seconds * 1e6)} µs"
    if seconds < 0.099_95:
        return f"{_three_digits(seconds * 1e3)} ms"
    if seconds < 99.95:
        return f"{_three_digits(seconds)} s"
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}h {minutes:02}m {whole % 60:02}s" if hours else f"{minutes}m {whole % 60:02}s"


def times(value: float) -> str:
    """Write a ratio: "0.31", "1.04", "1.6", "10.0", "71", "1,250"."""
    return f"{value:.2f}" if value < 1.2 else f"{value:.1f}" if value < 20 else f"{value:,.0f}"


def _three_digits(value: float) -> str:
    """Write a positive value with three significant digits, and whole numbers in full."""
    if value >= 100:
        return f"{value:,.0f}"
    for limit, digits in ((9.995, 1), (0.9995, 2)):
        if value >= limit:
            return f"{value:.{digits}f}"
    return f"{value:.3f}"
