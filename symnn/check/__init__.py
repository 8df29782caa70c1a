"""Whether emitted code computes the derivatives that it says: finite differences."""
