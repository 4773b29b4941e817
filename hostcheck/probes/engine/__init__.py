"""Probes of engines: what answers, its configuration, its programs, its users."""
