"""Whether emitted code computes the derivatives that it says, by finite differences, and arrays are as assumed."""
