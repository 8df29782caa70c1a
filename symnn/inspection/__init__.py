"""What `symnn check` and `symnn list` find out: chapters judged again, rows with their marks, remembered outcomes."""
