"""What foods are: the ingredient vocabulary, and the diets and allergens that follow from it."""
