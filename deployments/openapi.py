"""One OpenAPI document of all Serve applications: `python -m deployments.openapi` writes it."""

import json
from importlib import import_module
from typing import Any

import yaml

from deployments import web
from lib.settings import ROOT

PATH = ROOT / "docs" / "openapi.json"


def merged() -> dict[str, Any]:
    """Every application's paths and schemas in one document.

    Raises:
        ValueError: two applications mean different things by one path or one schema's name.
    """
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "MealPrep360 Compute",
            "version": web.VERSION,
            "description": "Search, recipes and the rest of MealPrep360's compute layer.",
        },
        "paths": {},
        "components": {"schemas": {}, "securitySchemes": {}},
    }
    for module in modules():
        part = web.openapi(import_module(module).api())
        _merge(document["paths"], part["paths"])
        for kind, entries in part["components"].items():
            _merge(document["components"].setdefault(kind, {}), entries)
    return document


def modules() -> list[str]:
    """The modules of the applications in serve_config.yaml."""
    config = yaml.safe_load((ROOT / "serve_config.yaml").read_text("utf-8"))
    return [entry["import_path"].partition(":")[0] for entry in config["applications"]]


def _merge(into: dict[str, Any], entries: dict[str, Any]) -> None:
    for name, entry in entries.items():
        if into.setdefault(name, entry) != entry:
            raise ValueError(f"{name} means two things")


def written() -> str:
    """The document as it is kept."""
    return json.dumps(merged(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(written(), encoding="utf-8")
