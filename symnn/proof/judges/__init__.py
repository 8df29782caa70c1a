"""The judges of lines, each in a file: structure, exact, digits, sign, explicit, and what they interpret with."""
