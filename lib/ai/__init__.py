"""Recipes, articles and ideas: from the book or by a model, and checked before they leave."""
