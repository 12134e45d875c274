"""The grader of the Otter edition: it compares answers with right ones, in a process of its own.

The hidden tests call `grade` in the process of the student's code: that is how Otter works, and so
code that looks for the grader there can talk it round. The inputs come from the seed in the
environment variable MLP_LAB_GRADING_SEED, which the edition sets.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from mlp_lab.classroom.checks import outcomes, wrong_cases

SECONDS = 60


def grade(task: str, answer: Callable[..., Any]) -> None:
    """Raise unless an answer is right on the inputs of the grader's seed.

    The right values are computed and compared in another process, where a student's code has
    replaced nothing.
    """
    seed = int(os.environ["MLP_LAB_GRADING_SEED"])
    found = json.dumps(outcomes(task, answer, seed))
    grader = subprocess.run(
        [sys.executable, "-I", __file__, task, str(seed)],
        input=found, capture_output=True, text=True, timeout=SECONDS,
    )  # fmt: skip
    if grader.returncode != 0 or grader.stdout.strip() != "right":
        reason = grader.stdout.strip() or grader.stderr.strip()[-300:]
        raise AssertionError(f"{task} on the grader's inputs: {reason}")


def main(task: str, seed: int) -> None:
    """Read outcomes from the standard input, say whether they are right."""
    wrong = wrong_cases(task, json.load(sys.stdin), seed)
    print(f"wrong where {'; '.join(wrong)}" if wrong else "right")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
