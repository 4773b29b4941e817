"""Run hostcheck as ``python -m hostcheck``."""

from hostcheck.cli import main

if __name__ == "__main__":
    main()
