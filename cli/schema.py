"""Writes data/recipe.schema.json, which editors check the book's files with: `python -m cli.schema`."""

import json

from lib.recipes.draft import BookRecipe
from lib.settings import ROOT

PATH = ROOT / "data" / "recipe.schema.json"

if __name__ == "__main__":
    PATH.write_text(json.dumps(BookRecipe.model_json_schema(), indent=2) + "\n", encoding="utf-8")
