"""The command's parts, without a running stack."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time

import pytest

from cli import doctor, install, lock, logs, processes, stack
from cli.postgres import EmbeddedPostgres
from cli.problems import Stuck
from cli.ray_head import RayHead, write_secret
from lib.settings import ROOT, Settings

FREE = {"MEALPREP_HTTP_PORT": 27000, "MEALPREP_DASHBOARD_PORT": 27001, "MEALPREP_PORT_BASE": 27100}


@pytest.fixture
def config(tmp_path):
    config = Settings(MEALPREP_HOME=tmp_path / "home", DATABASE_URL="")
    yield config
    shutil.rmtree(config.run_dir, ignore_errors=True)


def mealprep(*words, **environment):
    return subprocess.run(
        [sys.executable, "-c", "from cli.main import main; main()", *words],
        env=os.environ | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_another_python_is_told_what_to_do(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 8, 10))
    with pytest.raises(SystemExit, match=r"Python 3\.11 is needed, this is 3\.8\. Way out: "):
        install.check_machine()


def test_a_missing_compiler_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match=r"no C compiler\. Way out: "):
        install.check_machine()


def test_too_small_a_disk_is_told_before_installing(monkeypatch, tmp_path):
    monkeypatch.setattr(install, "VENV", tmp_path / "none")
    monkeypatch.setattr(install, "NEEDED_BYTES", 10**18)
    with pytest.raises(SystemExit, match=r"Only \d+ MB are free"):
        install.check_machine()


def test_a_failed_installation_ends_with_one_line(capfd):
    with pytest.raises(SystemExit, match=r"It failed\. Way out: "):
        install.run(["sh", "-c", "echo why >&2; exit 3"], "It failed")
    assert capfd.readouterr().err == "why\n"


def test_a_full_disk_keeps_the_stack_from_starting(config, monkeypatch):
    monkeypatch.setattr(stack, "FREE_BYTES", 10**18)
    with pytest.raises(Stuck, match=r"disk of .* is full.*MEALPREP_HOME"):
        stack.Stack(config, print).up()


@pytest.mark.parametrize(
    "setting", ["MEALPREP_HTTP_PORT", "MEALPREP_DASHBOARD_PORT", "MEALPREP_PORT_BASE"]
)
def test_a_taken_port_is_told_with_its_holder_and_its_setting(setting, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        ports = {
            "MEALPREP_HTTP_PORT": 27000,
            "MEALPREP_DASHBOARD_PORT": 27001,
            "MEALPREP_PORT_BASE": 27100,
        }
        config = Settings(MEALPREP_HOME=tmp_path, DATABASE_URL="", **(ports | {setting: port}))
        with pytest.raises(Stuck) as told:
            stack.Stack(config, print).up()
    assert told.value.problem.startswith(f"Port {port} is taken by PID {os.getpid()}")
    assert setting in told.value.way_out


def test_an_unreachable_database_is_told_in_one_line(tmp_path):
    done = mealprep(
        "up",
        DATABASE_URL="postgresql://nobody:secret@127.0.0.1:1/none",
        MEALPREP_HOME=str(tmp_path),
        **{name: str(port) for name, port in FREE.items()},
    )
    assert done.returncode == 1
    last = done.stdout.splitlines()[-1]
    assert "database can't be reached" in last
    assert "Way out" in last
    assert "secret" not in done.stdout + done.stderr


@pytest.mark.parametrize("words", [["keys", "list"], ["import"], ["jobs", "list"], ["migrate"]])
def test_without_a_stack_commands_say_how_to_start_one(words, tmp_path):
    done = mealprep(
        *words, MEALPREP_HOME=str(tmp_path), MEALPREP_DASHBOARD_PORT="27001", DATABASE_URL=""
    )
    assert done.returncode == 1
    assert "make up" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("MEALPREP_HTTP_PORT", "lots"), ("MEALPREP_HTTP_PORT", "70000"), ("MEALPREP_LOG_LEVEL", "LOUD")],
)
def test_a_bad_setting_is_told_by_name(name, value, tmp_path):
    done = mealprep("status", MEALPREP_HOME=str(tmp_path), **{name: value})
    assert done.returncode == 1
    assert name in done.stdout
    assert "Traceback" not in done.stderr


def test_reset_asks_before_it_deletes_and_deletes_only_its_own(tmp_path):
    for name in ("precious", "api-key"):
        (tmp_path / name).touch()
    done = mealprep("reset", MEALPREP_HOME=str(tmp_path))
    assert done.returncode == 1
    assert (tmp_path / "api-key").exists()
    done = mealprep("reset", "--yes", MEALPREP_HOME=str(tmp_path))
    assert done.returncode == 0, done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]


def test_two_commands_on_one_stack_take_turns(config):
    said = []
    first = stack.Stack(config, print)
    second = stack.Stack(config, said.append)
    order = []

    def wait_for_the_first():
        with second._alone():
            order.append("second")

    with first._alone():
        thread = threading.Thread(target=wait_for_the_first)
        thread.start()
        time.sleep(0.3)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    assert said == ["Waiting for another mealprep command"]


def test_a_relative_home_means_one_place_for_all_processes(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert Settings(MEALPREP_HOME="data/x").home == tmp_path / "data" / "x"
    assert Settings(MEALPREP_HOME="~/x").home.is_absolute()


def test_processes_are_found_by_their_inherited_mark_and_ended(config):
    environment = os.environ | {processes.MARK: config.stack_id}
    parent = subprocess.Popen(["sh", "-c", "sleep 100 & wait"], env=environment)
    stubborn = subprocess.Popen(["sh", "-c", "trap '' TERM; sleep 101"], env=environment)
    time.sleep(0.3)
    found = processes.of_stack(config.stack_id, config.run_dir)
    assert {parent.pid, stubborn.pid} < {process.pid for process in found}
    assert len(found) == 4
    processes.end(found, patience_s=0.5)
    assert processes.of_stack(config.stack_id, config.run_dir) == []
    assert processes.of_stack("another", config.run_dir) == []


def test_a_process_that_hides_its_environment_is_found_by_its_log(config):
    config.run_dir.mkdir()
    log = config.run_dir / "raylet.out"
    with log.open("w") as output:
        writer = subprocess.Popen(["sleep", "100"], stdout=output)
    with log.open() as opened:
        reader = subprocess.Popen(["sleep", "100"], stdin=opened)
    time.sleep(0.2)
    found = processes.of_stack(config.stack_id, config.run_dir)
    processes.end([*found, *map(processes.psutil.Process, [reader.pid])])
    assert [process.pid for process in found] == [writer.pid]


def test_a_run_folder_of_somebody_else_is_refused(config, monkeypatch):
    config.run_dir.mkdir()
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    with pytest.raises(Stuck, match="belongs to somebody else"):
        stack.Stack(config, print)._make_run_dir()


def test_secrets_are_written_for_their_owner_only(tmp_path):
    os.umask(0)
    write_secret(tmp_path / "key", "one")
    write_secret(tmp_path / "key", "two")
    assert (tmp_path / "key").read_text() == "two\n"
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
    os.umask(0o022)


def test_an_embedded_server_starts_again_after_a_crash_and_stops_twice(tmp_path_factory):
    home = tmp_path_factory.mktemp("pg")
    for folder in (home, *list(home.parents)[:3]):
        folder.chmod(0o755)
    server = EmbeddedPostgres(home / "data", home / "s")
    server.ensure()
    server.ensure()
    pid = int((server.data / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, 9)
    deadline = time.monotonic() + 30
    while True:
        try:
            server.ensure()
            break
        except Stuck:
            assert time.monotonic() < deadline
            time.sleep(0.3)
    assert server.answers()
    server.stop()
    server.stop()
    assert not server.answers()
    assert server.processes() == []


def test_a_data_folder_that_is_a_file_is_told(tmp_path):
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises((Stuck, OSError)):
        EmbeddedPostgres(tmp_path / "data", tmp_path / "s").ensure()


def test_the_lock_is_what_is_installed():
    assert doctor.LOCK.read_text().splitlines()[1:] == lock.locked(), "run `make lock`"


def test_logs_name_the_actor_and_keep_to_the_last_lines(config, capsys):
    folder = config.run_dir / "ray" / "session_latest" / "logs"
    folder.mkdir(parents=True)
    lines = [":job_id:01", ":actor_name:ServeReplica:search:Search", *map(str, range(50))]
    (folder / "worker-abc.err").write_text("\n".join(lines))
    (found,) = logs.files(config, "services")
    assert logs.speaker(found) == "search:Search"
    assert logs.tail(found, 2) == ["48", "49"]
    assert logs.tail(found, 0) == []


def test_object_store_fits_the_machine():
    size = RayHead(Settings(MEALPREP_OBJECT_STORE_MB=300))._object_store_bytes()
    assert size == 300 * 1024 * 1024
    assert 200 * 1024**2 <= RayHead(Settings())._object_store_bytes() <= 2048 * 1024**2
