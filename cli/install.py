"""Makes .venv and installs the locked packages: `python3 cli/install.py [--tests]`.

Runs on older Pythons too, in order to say what is missing.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
NEEDED_BYTES = 4_000_000_000


def stuck(problem: str, way_out: str) -> NoReturn:
    """Say in one line what is the matter and what to do, and end."""
    sys.exit(f"{problem}. Way out: {way_out}.")


def check_machine() -> None:
    """Look for what would make the installation fail."""
    if sys.version_info[:2] != (3, 11):
        found = ".".join(map(str, sys.version_info[:2]))
        stuck(
            f"Python 3.11 is needed, this is {found}",
            "install Python 3.11 and run `make up PYTHON=python3.11`",
        )
    if not any(shutil.which(name) for name in ("cc", "gcc", "clang")):
        stuck("There is no C compiler", "install one, for instance `apt-get install build-essential`")
    free = shutil.disk_usage(ROOT).free
    if not VENV.exists() and free < NEEDED_BYTES:
        stuck(f"Only {free // 1_000_000} MB are free on the disk", "free at least 4 GB")


def install(extra: str) -> None:
    """Install this project and its dependencies in the lock's versions."""
    python = VENV / "bin" / "python"
    if not python.exists():
        run([sys.executable, "-m", "venv", str(VENV)], "The virtual environment can't be made")
    print("Installing the locked packages into .venv (minutes, the first time)", flush=True)
    pip = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    target = f"{ROOT}[{extra}]" if extra else str(ROOT)
    run([*pip, "--constraint", str(LOCK), "--editable", target], "The packages can't be installed")


def run(command: list[str], problem: str) -> None:
    """Run a command; what it says comes before our own line when it fails."""
    try:
        subprocess.run(command, check=True)
    except (subprocess.CalledProcessError, OSError):
        stuck(problem, "read the lines above; is the network there, is the disk full?")


if __name__ == "__main__":
    check_machine()
    install("dev" if "--tests" in sys.argv[1:] else "")
