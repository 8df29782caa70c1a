"""Runs of least squares, ridge regression and their probability."""
