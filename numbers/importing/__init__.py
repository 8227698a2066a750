"""From an uploaded file to numbers in stock: sniff, read, parse, load."""
