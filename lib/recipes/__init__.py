"""Recipes: their shapes, the book's format, schema.org's format, and where they are kept."""
