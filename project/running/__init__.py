"""./run: all parts of Tallyhouse on one machine, under one process runner."""
