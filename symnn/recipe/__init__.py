"""The recipe of training as a checklist (S14): each line is a check of a model on its data, and says what to do."""
