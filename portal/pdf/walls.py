"""What the kernel and the interpreter forbid the rendering process, whatever a document makes it do."""

from __future__ import annotations

import os
import resource
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

FILE_BYTES = 64 * 1024 * 1024
_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "ctypes.")


def limit_process() -> None:
    """Limits that hold for the whole life of the process: no core dumps, few and small files."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))


def limit_document(cpu_seconds: int, memory_bytes: int) -> None:
    """Limits for the document that comes now; the kernel ends the process that takes more computing time."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(usage.ru_utime + usage.ru_stime) + 1
    _lower(resource.RLIMIT_CPU, spent + cpu_seconds)
    _lower(resource.RLIMIT_AS, memory_bytes)


def lift_document_limits() -> None:
    """Between documents nothing is counted."""
    for kind in (resource.RLIMIT_CPU, resource.RLIMIT_AS):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (hard, hard))


def _lower(kind: int, value: int) -> None:
    if kind == resource.RLIMIT_AS and sys.platform == "darwin":
        return  # macOS has no such limit; a portal is not served from there
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def raise_walls(work_folder: Path, readable: Sequence[Path] = ()) -> None:
    """From here on Python code opens nothing but its own library, `readable`, and files in `work_folder`.

    A second wall behind the allow-list; an audit hook cannot be taken down again.
    """
    paths = sysconfig.get_paths()
    library = [Path(paths[name]) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    readable_roots = tuple(_root(folder) for folder in (*library, *readable))
    writable_root = _root(work_folder)

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(path, int):
                return
            real = os.path.realpath(os.fsdecode(path))  # type: ignore[arg-type]
            writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            if real.startswith(writable_root) or (not writes and real.startswith(readable_roots)):
                return
            raise PermissionError(f"outside the walls: {real}")
        if event.startswith(_FORBIDDEN):
            raise PermissionError(f"outside the walls: {event}")

    sys.addaudithook(watch)


def _root(folder: Path) -> str:
    return os.path.realpath(folder) + os.sep
