"""Files that are written whole or not at all, and what killed processes leave of such writing."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

OLD = 3600
"""Seconds without a change after which nobody is taken to be still writing."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give the path of an unfinished file, which takes the place of `path` at the end.

    After an error the old file is still there, and the unfinished one is gone. A process that is
    killed leaves its unfinished file; the next one to write that file, an hour later, removes it.
    """
    import glob  # here and below, because they make importing mlp_lab slower

    remove_leftovers(path.parent, f".{glob.escape(path.name)}.{'[0-9a-f]' * 16}")
    unfinished = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def remove_leftovers(folder: Path, pattern: str) -> None:
    """Remove the files and folders of that pattern that are old: a fresh one may be in use."""
    import shutil

    for path in folder.glob(pattern):
        with suppress(OSError):  # another process was faster, or it is not ours to remove
            # a folder's own time stands still while a file in it grows
            changed = max(each.lstat().st_mtime for each in (path, *path.glob("*")))
            if changed > time.time() - OLD:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
