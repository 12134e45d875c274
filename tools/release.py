"""Say whether a tag can be released: version, changelog and citation have to agree with it.

    python tools/release.py v0.1.0

The version itself stands in mlp_lab/__init__.py and nowhere else.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def faults(tag: str, root: Path = ROOT) -> list[str]:
    """Return what has to be changed before `tag` is released; nothing if it can be."""
    source = (root / "mlp_lab" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "(.+)"$', source, re.MULTILINE)
    version = found[1] if found else "missing"
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    citation = (root / "CITATION.cff").read_text(encoding="utf-8")
    wrong = []
    if tag != f"v{version}":
        wrong.append(f"the tag is {tag}, but mlp_lab.__version__ is {version}")
    if not re.search(rf"^## {re.escape(version)} \(\d{{4}}-\d\d-\d\d\)$", changelog, re.MULTILINE):
        wrong.append(f"CHANGELOG.md has no heading '## {version} (year-month-day)'")
    if not re.search(rf"^version: {re.escape(version)}$", citation, re.MULTILINE):
        wrong.append(f"CITATION.cff has another version than {version}")
    if not re.search(r"^date-released: \d{4}-\d\d-\d\d$", citation, re.MULTILINE):
        wrong.append("CITATION.cff has no date-released")
    return wrong


def main(arguments: list[str]) -> int:
    """Print what is wrong with the tag on the command line; return 1 if something is."""
    if len(arguments) != 1:
        print(__doc__)
        return 2
    wrong = faults(arguments[0])
    print("\n".join(wrong) or f"{arguments[0]} can be released.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
