"""What the product does, as plain Python: imports neither FastAPI nor Ray."""
