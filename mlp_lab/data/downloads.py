"""Files from the internet: from the first mirror that has one whole, verified by SHA-256."""

import logging
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mlp_lab.support.atomic_file import remove_leftovers

TIMEOUT = (5.0, 20.0)
"""Seconds to wait for a connection, and for the next bytes on it."""


class DownloadError(OSError):
    """No mirror gave the file; the message says what each of them answered."""


def cache_folder() -> Path:
    """Return the folder in which downloads are kept; each system has its own place for such.

    Examples
    --------
    >>> "mlp_lab" in cache_folder().parts
    True
    """
    import pooch

    return Path(pooch.os_cache("mlp_lab"))


@contextmanager
def downloaded(
    urls: Sequence[str], sha256: str, folder: Path, what: str, damage: str, ways_out: str
) -> Iterator[Path]:
    """Give a downloaded file, in a folder below `folder` that goes away afterwards.

    Raises
    ------
    DownloadError
        If none of the addresses has the file: it names `what` could not be downloaded, the damage
        of an older copy, the answer of each address, and the ways out.
    """
    if sys.platform == "emscripten":  # whether a page may fetch from a mirror is up to the mirror
        raise DownloadError(f"in a web page nothing is downloaded:\n{ways_out}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        remove_leftovers(folder, "download-*")
    except OSError:  # no cache can be kept; that is no reason to do without the data
        folder = Path(tempfile.gettempdir())
    # a folder of its own, so that two processes can download at once
    with tempfile.TemporaryDirectory(dir=folder, prefix="download-") as scratch:
        path, reasons = _first_whole(urls, sha256, scratch)
        if path is None:
            reasons = [damage, *reasons] if damage else reasons
            raise DownloadError("\n".join([f"{what} could not be downloaded:", *reasons, ways_out]))
        yield path


def _first_whole(urls: Sequence[str], sha256: str, folder: str) -> tuple[Path | None, list[str]]:
    """Return the file from the first address that has it, and why those before it had not."""
    import pooch  # here and below, because who names a folder does without it
    import requests

    pooch.get_logger().setLevel(logging.ERROR)  # the progress bar says it all
    downloader = pooch.HTTPDownloader(progressbar=True, timeout=TIMEOUT)
    reasons: list[str] = []
    for url in urls:
        name = url.rsplit("/", 1)[1]
        try:
            path = pooch.retrieve(url, f"sha256:{sha256}", name, folder, downloader=downloader)
            return Path(path), reasons
        except (requests.RequestException, OSError, ValueError) as error:
            reasons.append(f"  {url}: {_short(error)}")
    return None, reasons


def _short(error: Exception) -> str:
    """Return in one line what kind of error it is, and what it says."""
    text = f"{type(error).__name__}: {' '.join(str(error).split())}"
    return text if len(text) <= 160 else f"{text[:157]}..."
