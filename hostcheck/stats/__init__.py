"""Estimates, intervals and ratios. Pure: numbers in, numbers out."""
