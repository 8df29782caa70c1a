"""Arguments: inequalities, limits, series and expectations, each judged by a judge that fits it."""
