"""Shopping lists: what to buy for recipes, so that nothing is missing and what is left is known."""
