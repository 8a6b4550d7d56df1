"""The `mealprep` command: starts, watches and stops the whole stack on one machine."""
