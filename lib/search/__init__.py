"""Finding recipes: the embedding model, the index that follows the recipes, and the queries."""
