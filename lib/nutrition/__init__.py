"""From ingredient lines to foods, grams, nutrients, diets and allergens."""
