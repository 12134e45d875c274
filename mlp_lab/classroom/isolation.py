"""A student's code in a process of its own, from which nothing comes back but plain values."""

import contextlib
import json
import os
import pickle
import queue
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

SECONDS, BYTES = 5, 2**31
"""That a cell or a call may take, and that a submission may use of memory."""
PATIENCE = 4 * SECONDS
"""Seconds after which a process that does not end such a call itself is ended."""
LARGEST = 2**24
"""Characters of a reply; a longer one is no answer."""
SCRIPT = Path(__file__).with_name("answer_process.py")


class AnswerProcess:
    r"""Runs the cells of a submission elsewhere, and calls the functions that they define.

    A process that ends, or has to be ended, is started again with the cells before that.

    Examples
    --------
    >>> with AnswerProcess() as answers:
    ...     answers.run("def double(x):\n    return 2 * x")
    ...     answers.outcome("double", (3.0,))
    {'shape': [], 'values': [6.0]}
    """

    def __init__(self) -> None:
        self.cells: list[str] = []
        self.process: subprocess.Popen[bytes] | None = None
        self.replies: queue.Queue[bytes] = queue.Queue()

    def __enter__(self) -> "AnswerProcess":
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop()
        self.folder.cleanup()

    def run(self, cell: str) -> None:
        """Run a cell, as far as it goes. One that ends the process is not run again."""
        try:
            self._ask("run", cell)
        except OSError:
            return
        self.cells.append(cell)

    def outcome(self, name: str, arguments: tuple[Any, ...]) -> Any:
        """Return the plain value that a function of the submission gives, or its error.

        Arguments that are functions stay here: the other process asks for their values.
        """
        functions = [part for part in arguments if callable(part)]
        sent = tuple(
            ("function", functions.index(part), part.__name__) if callable(part) else part
            for part in arguments
        )
        try:
            return self._ask("call", (name, sent), functions)
        except TimeoutError:
            return {"error": f"it takes more than {PATIENCE} seconds"}
        except OSError:
            return {"error": "it ended the process that it ran in"}

    def _ask(self, kind: str, what: object, functions: Sequence[Any] = ()) -> Any:
        """Return the reply to a request; a process that gives none is ended: OSError."""
        try:
            if self.process is None:
                self._start()
                for cell in self.cells:
                    self._reply("run", cell, ())
            return self._reply(kind, what, functions)
        except OSError:
            self._stop()
            raise
        except (ValueError, TypeError, LookupError, RecursionError) as error:
            self._stop()
            raise OSError("the process sent what is no reply") from error

    def _start(self) -> None:
        environment = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PATH": os.defpath}
        environment |= {key: os.environ[key] for key in ("SYSTEMROOT",) if key in os.environ}
        self.process = subprocess.Popen(
            [sys.executable, "-B", "-I", SCRIPT], cwd=self.folder.name, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.replies = queue.Queue()
        threading.Thread(target=_read, args=(self.process, self.replies), daemon=True).start()
        settings = {"seconds": SECONDS, "bytes": BYTES, "path": str(SCRIPT.parents[2])}
        self._send({"folder": self.folder.name, **settings})

    def _stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe is not None:
                    pipe.close()
        self.process = None

    def _send(self, message: object) -> None:
        assert self.process is not None
        assert self.process.stdin is not None
        pickle.dump(message, self.process.stdin)
        self.process.stdin.flush()

    def _reply(self, kind: str, what: object, functions: Sequence[Any]) -> Any:
        """Return the outcome of a request; until it comes, give the values that are asked for.

        A message without the token of this request is one that the code wrote by itself.
        """
        token = secrets.token_hex(8)
        self._send((token, kind, what))
        until = time.monotonic() + PATIENCE
        while True:
            try:
                line = self.replies.get(timeout=max(0, until - time.monotonic()))
            except queue.Empty:
                raise TimeoutError from None
            if not line:
                raise ConnectionError("the process has ended")
            message = json.loads(line)
            if message["token"] != token:
                continue
            if "outcome" in message:
                return message["outcome"]
            self._send(_value(functions[message["evaluate"]], message["at"]))


def _read(process: "subprocess.Popen[bytes]", replies: "queue.Queue[bytes]") -> None:
    """Read lines until there are no more: in a thread, so that a wait can end."""
    assert process.stdout is not None
    with contextlib.suppress(ValueError):  # the pipe is closed
        while line := process.stdout.readline(LARGEST):
            replies.put(line)
    replies.put(b"")


def _value(function: Any, at: Any) -> tuple[str, Any]:
    """Return the value of a function at a plain value, or its error."""
    x = np.array(at["values"]).reshape(at["shape"])[()]
    try:
        with np.errstate(all="ignore"):
            return "value", function(x)
    except Exception as error:
        return "error", str(error)
