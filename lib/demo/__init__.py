"""A demo data set: people and what they do for a year, made from a seed."""
