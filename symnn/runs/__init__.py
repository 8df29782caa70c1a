"""What `symnn run` executes: the results of the chapters on data, as tables, plots and numbers that must come out."""
