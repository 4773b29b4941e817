"""Guests of QEMU to audit: Debian's kernel, the Python of the tests, and hostcheck, booted in software."""
