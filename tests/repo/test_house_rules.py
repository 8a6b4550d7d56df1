"""The rules of the house, each as a test."""

import ast
import re
import subprocess

import pytest
import yaml

from deployments import openapi
from lib.settings import ROOT, Settings

SOURCES = sorted(
    path
    for folder in ("lib", "jobs", "deployments", "cli", "benchmarks", "migrations")
    for path in (ROOT / folder).rglob("*.py")
)
README = (ROOT / "README.md").read_text(encoding="utf-8") if (ROOT / "README.md").exists() else ""
LAYERS = ("lib", "jobs", "deployments", "cli")
"""Each may import those before it. `cli` stands above all, since it starts them."""
# Where a request, a job's attempt, a report that is drawn in a process apart ends.
PROCESS_EDGES = ("deployments/middleware.py", "jobs/execution.py", "lib/reports/worker.py")


def name_of(path):
    return str(path.relative_to(ROOT))


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_nothing_points_up(path):
    layer = path.relative_to(ROOT).parts[0]
    if layer not in LAYERS:
        return
    above = set(LAYERS[LAYERS.index(layer) + 1 :])
    used = {module.partition(".")[0] for module in imports(path)}
    assert not used & above
    if layer == "lib":
        assert not used & {"fastapi", "starlette", "ray"}


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_modules_and_functions_are_short(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < 60, node.name


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_modules_and_what_they_offer_have_docstrings(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            public = not node.name.startswith("_") and "migrations" not in path.parts
            assert not public or ast.get_docstring(node), node.name


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_everything_is_caught_only_at_a_process_edge(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            broad = caught in ("Exception", "BaseException", "everything")
            assert not broad or name_of(path) in PROCESS_EDGES


def test_serve_config_and_deployments_name_the_same_services():
    config = yaml.safe_load((ROOT / "serve_config.yaml").read_text())
    for application in config["applications"]:
        module, _, attribute = application["import_path"].partition(":")
        assert (module, attribute) == (f"deployments.{application['name']}", "app")
        source = (ROOT / "deployments" / f"{application['name']}.py").read_text()
        classes = {n.name for n in ast.parse(source).body if isinstance(n, ast.ClassDef)}
        assert {deployment["name"] for deployment in application["deployments"]} <= classes
    served = {application["name"] for application in config["applications"]}
    with_app = {
        path.stem
        for path in (ROOT / "deployments").glob("*.py")
        if re.search(r"^app = application\(", path.read_text(), re.MULTILINE)
    }
    assert with_app == served


def test_the_services_leave_a_core_of_two_for_jobs():
    config = yaml.safe_load((ROOT / "serve_config.yaml").read_text())
    reserved = [
        part["ray_actor_options"]["num_cpus"] * part.get("num_replicas", 1)
        for application in config["applications"]
        for part in application["deployments"]
    ]
    assert sum(reserved) <= 1.1


def test_routes_lie_under_their_applications_prefix():
    config = yaml.safe_load((ROOT / "serve_config.yaml").read_text())
    prefixes = [a["route_prefix"] for a in config["applications"] if a["route_prefix"] != "/"]
    module = __import__("importlib").import_module
    for application in config["applications"]:
        paths = openapi.web.openapi(module(f"deployments.{application['name']}").api())["paths"]
        prefix = application["route_prefix"]
        for path in paths:
            assert path.startswith(prefix)
            assert prefix != "/" or not any(path.startswith(f"{p}/") for p in prefixes)


def test_the_openapi_document_is_the_kept_one():
    assert openapi.PATH.read_text(encoding="utf-8") == openapi.written(), "run `make openapi`"


def test_the_openapi_document_has_no_nullable_and_no_shapeless_object():
    document = openapi.merged()

    def walk(node, where):
        if isinstance(node, dict):
            assert node.get("type") != "null", where
            if node.get("type") == "object" and "components/schemas" in where:
                assert node.get("properties") or node.get("additionalProperties"), where
            for key, value in node.items():
                walk(value, f"{where}/{key}")
        elif isinstance(node, list):
            for index, value in enumerate(node):
                walk(value, f"{where}/{index}")

    walk(document, "")
    identifiers = [
        operation["operationId"] for path in document["paths"].values() for operation in path.values()
    ]
    assert len(identifiers) == len(set(identifiers))


def test_readme_mentions_every_setting_with_its_default_and_meaning():
    for field in Settings.model_fields.values():
        row = next((line for line in README.splitlines() if f"`{field.alias}`" in line), "")
        assert field.description in row, field.alias


def test_readme_mentions_every_make_target():
    targets = re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert len(targets) > 10
    missing = [target for target in targets if f"make {target}" not in README]
    assert not missing


def test_readme_maps_every_module():
    modules = [name_of(p) for p in SOURCES if p.name != "__init__.py" and "versions" not in p.parts]
    missing = [module for module in modules if f"`{module}`" not in README]
    assert not missing


def test_the_repository_says_nothing_of_the_machine_it_was_made_on():
    files = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    private = re.compile(r"/(?:work|root)/|\.\./\.\w|https?://(?:pypi|files)\.")
    for name in filter(None, files):
        path = ROOT / name
        if path.suffix in (".pyc",) or not path.is_file() or name == name_of(path_of_this_test()):
            continue
        assert not private.search(path.read_text(encoding="utf-8", errors="ignore")), name


def path_of_this_test():
    return ROOT / "tests" / "repo" / "test_house_rules.py"
