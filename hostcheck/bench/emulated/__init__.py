"""Emulated disks: a disk of known speed, and the calibration on it."""
