"""Runs of linear classifiers, perceptrons, feature maps and logic."""
