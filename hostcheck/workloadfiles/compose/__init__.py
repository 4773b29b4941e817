"""Compose files: services, and what each asks of the host that runs them.

The Compose specification (https://github.com/compose-spec/compose-spec/blob/main/spec.md) and, where it leaves a thing
open, what Docker Compose 2 does.
"""
