"""Recipes, articles and ideas: composed from the book or written by a model, and checked before they leave."""
