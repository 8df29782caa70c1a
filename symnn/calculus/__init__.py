"""How lines are found: rules, differentials, gradients, normal forms, stationary points, induction over layers."""
