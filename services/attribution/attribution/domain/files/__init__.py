"""Orders from CSV files: bytes to rows, rows to orders. No I/O: parts come in, what they complete comes out."""
