"""How long it takes to grade a class, and whether anything is lost if the grader is stopped.

    python tests/benchmarks/grading.py [STUDENTS]

It hands in right, wrong and untouched answers to assignment 01, stops the grader half way, starts
it again, and compares every mark with the expected one. Needs `pip install --group grading`.
"""

import os
import resource
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "assignments"))
from course import Course, mixed

NAME = "01_activations"


def hand_in(course: Course, n_students: int) -> dict[str, float]:
    """Hand in a mixture; return the points that each student should have."""
    student, expected = course.release(NAME), {}
    for number in range(n_students):
        name = f"student{number:03}"
        notebook, expected[name] = mixed(student, NAME, number)
        course.hand_in(name, NAME, notebook)
    return expected


def stop_half_way(course: Course, n_students: int) -> float:
    """Start grading, and kill it when half is done; return the seconds that it took."""
    start = time.perf_counter()
    grader = course.start("autograde.py", NAME)
    done = course.folder / "autograded"
    while not done.exists() or len(list(done.iterdir())) <= n_students // 2:
        assert grader.poll() is None, "the grader ended before half was done"
        time.sleep(0.2)
    os.killpg(grader.pid, signal.SIGKILL)
    grader.wait()
    return time.perf_counter() - start


def main(n_students: int) -> int:
    """Print what was measured; return 1 if a mark is not the expected one."""
    with tempfile.TemporaryDirectory() as scratch:
        course = Course(Path(scratch, "course"))
        expected = hand_in(course, n_students)
        seconds = stop_half_way(course, n_students)
        start = time.perf_counter()
        course.autograde(NAME)
        seconds += time.perf_counter() - start
        found = {name: sum(course.scores(name, NAME).values()) for name in expected}
        wrong = {n: (found[n], expected[n]) for n in expected if found[n] != expected[n]}
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{n_students} submissions, stopped half way and continued: {seconds / 60:.1f} minutes")
    print(f"largest process: {peak:.0f} MiB")
    print(f"marks that are not the expected ones: {wrong or 'none'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
