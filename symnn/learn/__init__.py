"""Networks as files: layers, losses, optimisers, initialisers, data sets, and training by emitted modules."""
