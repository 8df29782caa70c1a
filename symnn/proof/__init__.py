"""Lines and their verdicts: steps, proofs, the court with its judges, certificates. No rule of calculus is in here."""
