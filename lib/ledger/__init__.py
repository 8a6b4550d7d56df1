"""Jobs as PostgreSQL remembers them: what is to be done, who does it, what became of it."""
