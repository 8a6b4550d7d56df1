"""Tables as files that other programs open: CSV, Excel, Parquet."""
