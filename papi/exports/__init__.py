"""Plain rows -> csv, xlsx, parquet, with their data dictionary."""
