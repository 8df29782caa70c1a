"""Runs of descent: step sizes, mini-batches, optimisers and methods of second order."""
