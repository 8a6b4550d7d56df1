"""Writes requirements.lock from what is installed: `python -m cli.lock`."""

import sysconfig
from importlib.metadata import distributions

from packaging.utils import canonicalize_name

from lib.settings import ROOT

_NOT_OURS_TO_PIN = {"mealprep360-compute", "pip", "setuptools", "wheel"}


def locked() -> list[str]:
    """One `name==version` per installed package; a local build's "+cpu" is not part of it."""
    # Not all of `sys.path`: Ray brings packages of its own along.
    installed = distributions(path=[sysconfig.get_path("purelib")])
    found = {canonicalize_name(d.metadata["Name"]): d.version for d in installed}
    return [
        f"{name}=={version.partition('+')[0]}"
        for name, version in sorted(found.items())
        if name not in _NOT_OURS_TO_PIN
    ]


if __name__ == "__main__":
    head = "# Every package's version; pip reads this as constraints. `make lock` writes it.\n"
    (ROOT / "requirements.lock").write_text(head + "\n".join(locked()) + "\n")
