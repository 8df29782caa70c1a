"""Runs of networks: activations, graphs, gradients, initialisation and training."""
