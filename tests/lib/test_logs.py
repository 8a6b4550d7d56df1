"""The JSON log."""

import json
import logging
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lib import logs


def entry(message="Hello", *args, level=logging.INFO, exc_info=None, extra=None):
    """What the formatter makes of a record: one line of JSON."""
    logger = logging.Logger("mealprep.test")
    record = logger.makeRecord(logger.name, level, "file.py", 1, message, args, exc_info, extra=extra)
    line = logs.JsonFormatter().format(record)
    assert "\n" not in line
    return json.loads(line)


def test_a_line_has_time_level_logger_and_message():
    line = entry("%d soups, %s", 2, "½ eaten", level=logging.WARNING)
    time = datetime.fromisoformat(line.pop("time"))
    assert abs(datetime.now(UTC) - time) < timedelta(minutes=1)
    assert line == {"level": "WARNING", "logger": "mealprep.test", "message": "2 soups, ½ eaten"}


def test_extra_fields_become_members():
    extra = {"recipe": "Soup", "count": 2, "where": Path("/tmp/x"), "nested": {"a": [1]}}
    line = entry(extra=extra)
    assert {name: line[name] for name in extra} == extra | {"where": "/tmp/x"}


@pytest.mark.parametrize("name", ["time", "level", "logger", "requestId", "exception"])
def test_extra_fields_replace_none_of_the_lines_own(name):
    token = logs.request_id.set("r-1")
    try:
        line = entry(exc_info=(ValueError, ValueError("burnt"), None), extra={name: "forged"})
    finally:
        logs.request_id.reset(token)
    assert line[name] != "forged"


def test_the_request_id_is_there_during_a_request_only():
    token = logs.request_id.set("r-1")
    try:
        during = entry()
    finally:
        logs.request_id.reset(token)
    assert during["requestId"] == "r-1"
    assert "requestId" not in entry()


def test_an_exception_is_told_with_its_traceback():
    try:
        raise ValueError("burnt")
    except ValueError:
        line = entry("Failed", exc_info=sys.exc_info())
    assert line["exception"].startswith("Traceback")
    assert line["exception"].endswith("ValueError: burnt")


def test_configured_twice_each_line_still_appears_once_and_below_the_level_none():
    script = """
import logging
from lib import logs
logs.configure("DEBUG")
logs.configure("WARNING")
logger = logging.getLogger("mealprep.kitchen")
logger.info("too quiet")
logger.warning("lone \\ud800 surrogate", extra={"dish": "soup"})
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == ""
    (line,) = run.stderr.splitlines()
    assert json.loads(line)["dish"] == "soup"
