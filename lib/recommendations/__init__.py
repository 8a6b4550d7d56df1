"""What to cook next: recipes for a person, and recipes like another one."""
