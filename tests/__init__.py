"""Tests, by the place of what they test; `cluster/` needs the whole stack."""
