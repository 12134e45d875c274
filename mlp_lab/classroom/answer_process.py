"""The process in which a student's code runs: it calls functions and sends back what they return.

It is started by `isolation`, by its path, and has numpy, mlp_lab without the graded tasks, and
nothing that says what is right. Requests and replies are lines of JSON on a pipe of their own. What
it says of itself counts for nothing: the values are compared elsewhere.
"""

import contextlib
import importlib.abc
import json
import os
import pickle
import signal
import sys
import sysconfig
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

FORBIDDEN = (
    "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.startfile",
    "pty.", "socket.", "ctypes.", "os.kill", "os.putenv", "os.remove", "os.rename", "os.rmdir",
    "os.mkdir", "os.chmod", "os.chown", "os.link", "os.symlink", "os.truncate", "shutil.",
    "sys.addaudithook", "sys._current_frames", "sqlite3.", "signal.pthread_kill", "gc.",
    "os.chdir", "os.fchdir", "os.mknod", "os.setxattr", "os.utime", "mmap.",
)  # fmt: skip
"""Audit events of what no answer to a task needs."""
UNWANTED = ("_posixsubprocess", "subprocess", "multiprocessing", "ctypes", "_ctypes", "_socket")
"""Modules that start processes or reach outside; what they do is not always audited."""
MISSING = {"error": "there is no such function"}
READS = frozenset({"open", "os.listdir", "os.scandir", "glob.glob"})
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Refused(importlib.abc.MetaPathFinder):
    """Refuses to import what an answer must not have."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Raise for the tasks and for unwanted modules, and find nothing else."""
        if name.startswith("mlp_lab.classroom") or name.partition(".")[0] in UNWANTED:
            raise ImportError(f"{name} is not there while an answer is graded")
        return


def without_tasks() -> None:
    """Take out modules that an answer must not have; a `check` that says nothing stays."""
    for name in [*sys.modules]:
        if name.startswith("mlp_lab.classroom") or name.partition(".")[0] in UNWANTED:
            del sys.modules[name]
    for name in ("mlp_lab.classroom", "mlp_lab.classroom.checks"):
        sys.modules[name] = types.ModuleType(name)
    vars(sys.modules["mlp_lab.classroom.checks"])["check"] = lambda name, answer: None
    sys.meta_path.insert(0, Refused())


def locked_in(folder: str) -> Callable[[str, tuple[Any, ...]], None]:
    """Return an audit hook that lets a process read Python's own files and what it has written.

    Code in the same process may replace every name that can be looked up. So the hook has what it
    needs in variables of its own, none of which can be changed in place, and compares strings.
    """
    import mlp_lab

    package = Path(mlp_lab.__file__).parent
    packages = (package, package.resolve())
    python = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    readable = tuple(f"{path}/" for path in (*python, *packages, folder))
    writable, secret = f"{folder}/", "/mlp_lab/classroom"
    harmless, forbidden, reads, writing = (os.devnull, folder), FORBIDDEN, READS, WRITING
    string, number, refusal = str, int, PermissionError

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(forbidden):
            raise refusal(f"no answer needs {event}")
        if event not in reads:
            return
        path = arguments[0]
        if path.__class__ is number or path is None:  # a file that is open, the current folder
            return
        if path.__class__ is not string:
            raise refusal("no answer needs such a path")
        if not path.startswith("/"):
            if event == "open" and arguments[1] is None:  # os.open: relative to any open folder
                raise refusal("no answer needs such a path")
            path = writable + path
        # one file has one name here: no way round, neither up and down nor on the spot
        detour = "//" in path or "/./" in path or "/.." in path
        writes = event == "open" and arguments[2].__class__ is number and arguments[2] & writing
        allowed = path.startswith(writable if writes else readable) or path in harmless
        if detour or not allowed or secret in path.lower():
            raise refusal(f"no answer needs {path}")

    return hook


def limited(n_bytes: int) -> None:
    """Limit memory and files of this process, where the system can."""
    with contextlib.suppress(ImportError):
        import resource

        for limit, value in (
            (resource.RLIMIT_AS, n_bytes),
            (resource.RLIMIT_FSIZE, 2**20), (resource.RLIMIT_CORE, 0),
        ):  # fmt: skip
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(limit, (value, value))


class TooLong(BaseException):
    """No `Exception`, because an answer may catch those."""


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """End what takes longer, where the system can; the other process ends it where it can't."""

    def end(*_: object) -> None:
        raise TooLong(f"it takes more than {seconds} seconds")

    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def run(source: str, names: dict[str, Any]) -> None:
    """Run a cell, as far as it goes; lines that only a notebook understands are left out."""
    lines = ["" if line.lstrip().startswith(("%", "!")) else line for line in source.split("\n")]
    with contextlib.suppress(BaseException):
        exec(compile("\n".join(lines), "cell", "exec"), names)


def with_functions(value: Any, ask: Callable[[int, Any], Any]) -> Any:
    """Return arguments in which a function asks the other process for its values."""
    if isinstance(value, tuple) and value[:1] == ("function",):
        _, number, name = value

        def function(x: Any) -> Any:
            return ask(number, x)

        function.__name__ = name
        return function
    return value


def main() -> None:
    """Do what is asked for, until nothing more is: run a cell, or call a function."""
    # what an answer prints, or reads from the keyboard, must not get into the pipes
    requests = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    start = pickle.load(requests)
    sys.path.insert(0, start["path"])
    from mlp_lab.classroom.plain_values import outcome, plain

    without_tasks()
    limited(start["bytes"])
    sys.addaudithook(locked_in(str(Path(start["folder"]).resolve())))
    names: dict[str, Any] = {"__name__": "__main__", "display": lambda *things, **options: None}
    load, dump, token = pickle.load, json.dump, ""

    def send(**message: Any) -> None:
        dump({"token": token, **message}, replies)
        replies.write("\n")
        replies.flush()

    def ask(number: int, x: Any) -> Any:
        send(evaluate=number, at=plain(x))
        kind, value = load(requests)
        if kind == "error":
            raise ValueError(value)
        return value

    while True:
        try:
            token, kind, what = load(requests)
        except EOFError:
            return
        found: Any = MISSING
        try:
            with at_most(start["seconds"]):
                if kind == "run":
                    run(what, names)
                elif callable(answer := names.get(what[0])):
                    found = outcome(answer, tuple(with_functions(part, ask) for part in what[1]))
        except BaseException as error:
            found = {"error": str(error) if isinstance(error, TooLong) else type(error).__name__}
        send(outcome=found)


if __name__ == "__main__":
    main()
