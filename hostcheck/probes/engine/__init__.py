"""Probes of engines: which engine answers, its configuration, its programs, its users."""
