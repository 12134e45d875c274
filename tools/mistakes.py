"""Write the instructor's list of typical mistakes, from the catalogue that the checks use.

python tools/mistakes.py > notebooks/assignments/MISTAKES.md
"""

from mlp_lab.classroom.checks import LESSONS, tasks_of

HEAD = """\
# Typical mistakes

What students get wrong in each task, and where to send them. The checks name these mistakes
themselves, without the solution; say the same, and ask for the smallest input on which it goes
wrong. This list is made by `tools/mistakes.py` from `mlp_lab/classroom`.
"""


def mistakes() -> str:
    """Return the list as Markdown."""
    lines = [HEAD]
    for lesson in LESSONS:
        for task in tasks_of(lesson).values():
            lines.append(f"## {task.name}\n")
            items = (f"- {it.name}. *Read {task.section(it)}.*" for it in task.mistakes)
            lines += [*dict.fromkeys(items), ""]  # one mistake may be made in two ways
    return "\n".join(lines)


if __name__ == "__main__":
    print(mistakes(), end="")
