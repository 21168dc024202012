"""The process that renders: walled in, limited, replaced when it is used up or dead."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from portal.pdf import PdfFailed, PdfLimits, Renderer
from tests.portal.pdf_kit import document, one_renderer, picture

HUGE_TABLE = "<table>" + "<tr><td>一<td>二<td>三<td>四</tr>" * 20_000 + "</table>"
MIB = 1024 * 1024
renderer = pytest.fixture(scope="module")(one_renderer)


def inside(renderer: Renderer):
    """The idle process of a renderer."""
    (process,) = renderer._idle
    return process


WALLS = """
import os, socket, subprocess, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from portal.pdf.walls import limit_process, raise_walls
work, fonts, secret = (Path(argument) for argument in sys.argv[2:5])
limit_process()
raise_walls(work, [fonts])
tries = {
    "own file": lambda: (work / "new").write_text("x") and (work / "new").read_text(),
    "font": lambda: (fonts / "font").read_bytes(),
    "library": lambda: Path(os.__file__).read_bytes(),
    "change a font": lambda: (fonts / "font").write_bytes(b""),
    "secret": lambda: secret.read_bytes(),
    "secret by detour": lambda: (work / ".." / secret.parent.name / secret.name).read_bytes(),
    "secret by link": lambda: (os.symlink(secret, work / "link"), (work / "link").read_bytes()),
    "secret below": lambda: os.open(secret, os.O_RDONLY),
    "socket": lambda: socket.create_connection(("127.0.0.1", 9)),
    "program": lambda: subprocess.run(["true"]),
    "fork": os.fork,
    "large file": lambda: (work / "large").write_bytes(b"x" * 70_000_000),
}
for name, attempt in tries.items():
    try:
        attempt()
        print(name, "done")
    except OSError as error:
        print(name, type(error).__name__)
"""


def test_walls_of_the_process_hold_even_for_code_that_runs_inside(tmp_path):
    folders = [tmp_path / name for name in ("work", "fonts", "secrets")]
    for folder in folders:
        folder.mkdir()
    (folders[1] / "font").write_bytes(b"font")
    secret = folders[2] / "secret"
    secret.write_text("hush")
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", WALLS, root, folders[0], folders[1], secret]
    answers = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    outcome = dict(answer.rsplit(" ", 1) for answer in answers)
    allowed = {"own file", "font", "library"}
    assert {name for name, result in outcome.items() if result == "done"} == allowed
    assert {result for name, result in outcome.items() if name not in allowed | {"large file"}} == {"PermissionError"}
    assert outcome["large file"] == "OSError" and secret.read_text() == "hush"


def test_process_knows_none_of_the_portals_secrets(renderer, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "hush")
    fresh = Renderer(processes=1)
    fresh.render(document())
    environment = Path(f"/proc/{inside(fresh).pid}/environ").read_bytes()
    fresh.close()
    assert b"hush" not in environment and b"SECRET_KEY" not in environment


def test_process_is_used_again_and_replaced_when_its_documents_are_used_up(renderer):
    small = Renderer(processes=1, documents_per_process=2)
    pids = []
    for _ in range(3):
        small.render(document())
        pids.append(inside(small).pid)
        if len(pids) == 2:
            inside(small)._process.wait(10)
    small.close()
    assert pids[0] == pids[1] != pids[2]


def test_process_that_ends_just_as_it_is_taken_is_replaced(monkeypatch):
    short = Renderer(processes=1, documents_per_process=1)
    short.render(document())
    inside(short)._process.wait(10)
    monkeypatch.setattr(type(inside(short)), "alive", True)  # as seen a moment before
    assert short.render(document()).pages == 1
    monkeypatch.undo()
    short.close()


def test_process_that_was_killed_while_idle_is_replaced(renderer):
    renderer.render(document())
    before = inside(renderer)
    os.kill(before.pid, signal.SIGKILL)
    before._process.wait(10)
    assert renderer.render(document()).pages == 1
    assert inside(renderer).pid != before.pid


def test_process_that_dies_in_the_middle_is_reported_and_the_next_document_works(renderer):
    renderer.render(document())
    victim = inside(renderer).pid
    timer = threading.Timer(0.3, os.kill, (victim, signal.SIGKILL))
    timer.start()
    with pytest.raises(PdfFailed) as failure:
        renderer.render(document(HUGE_TABLE))
    assert failure.value.reason == "crashed"
    assert renderer.render(document()).pages == 1


def test_folder_of_a_process_is_removed_with_it():
    fresh = Renderer(processes=1)
    fresh.render(document())
    folder = Path(inside(fresh)._folder.name)
    assert folder.is_dir()
    fresh.close()
    assert not folder.exists()


@pytest.mark.parametrize(
    ("reason", "html", "limits"),
    [
        ("processor_time", HUGE_TABLE, PdfLimits(cpu_seconds=1)),
        ("waiting_time", HUGE_TABLE, PdfLimits(wall_seconds=0.3)),
        ("memory", '<img src="picture:large" alt="x">', PdfLimits(memory_bytes=300 * MIB)),
        ("input_size", "x" * 2000, PdfLimits(input_bytes=1000)),
        ("output_size", "<p>x", PdfLimits(output_bytes=1000)),
        ("pages", "<p style='break-after: page'>x" * 5, PdfLimits(pages=4)),
        ("broken", "<div>" * 3000, PdfLimits()),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)
def test_each_limit_ends_in_a_plain_message_and_the_next_document_works(renderer, reason, html, limits):
    pictures = {"large": picture(6000, 6000)} if reason == "memory" else {}
    with pytest.raises(PdfFailed) as failure:
        renderer.render(document(html, pictures=pictures), limits)
    assert failure.value.reason == reason
    assert failure.value.message.endswith(".") and "Traceback" not in failure.value.message
    assert renderer.render(document()).pages == 1


def test_missing_fonts_are_said_plainly(tmp_path):
    with pytest.raises(PdfFailed) as failure:
        Renderer(tmp_path, processes=1).render(document())
    assert failure.value.reason == "unavailable"
    assert "NotoSansSC-Regular.ttf" in failure.value.detail


def test_documents_wait_for_a_free_process(renderer):
    results = []
    threads = [threading.Thread(target=lambda: results.append(renderer.render(document()).pages)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert results == [1, 1, 1, 1]
    assert len(renderer._idle) == 1
