"""Compose files: services, and the needs of each on its host.

The Compose specification (https://github.com/compose-spec/compose-spec/blob/main/spec.md) and, where it is silent, the
behaviour of Docker Compose 2.
"""
