"""Compose files: the services, and what each needs of its host.

The source is the Compose specification (https://github.com/compose-spec/compose-spec/blob/main/spec.md); if it does not
say, the behaviour of Docker Compose 2.
"""
