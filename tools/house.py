"""Draw the house: the parts of the package, what imports what, and an evening's reading.

    python tools/house.py            writes docs/house.svg
    python tools/house.py minutes    prints how long each module of the evening takes to read

Everything in the picture comes from the files: the modules, their imports, and the minutes.
"""

import ast
import functools
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "mlp_lab"
PICTURE = ROOT / "docs" / "house.svg"
WORDS_A_MINUTE = 80
"""Of source, docstrings included, read with care: a third of what one reads of prose."""
LEFT, EVENING_AT, RIGHT = 16, 300, 600
"""Where the three columns begin, in pixels."""
WIDTH, ROW = 230, 34
HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 850 {height}" width="850" height="{height}"
     role="img" font-family="sans-serif" font-size="14" fill="#222">
<title>The house: {title}</title>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7"
      orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="#1f5f99"/></marker></defs>
<rect width="850" height="{height}" rx="8" fill="#f6f4ee"/>"""
BOX = """\
<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="8" fill="white" stroke="#94a4a2"/>
<text x="{text}" y="{top}" font-weight="bold">{name}</text>"""
ARROW = '<path d="{path}" fill="none" stroke="#1f5f99" stroke-width="{width}"{tip}/>'
TIP = ' marker-end="url(#tip)"'


@functools.cache
def evening() -> list[str]:
    """Return the modules of the evening, in the order in which the package's docstring has them."""
    source = (PACKAGE / "__init__.py").read_text(encoding="utf-8")
    names = (ast.get_docstring(ast.parse(source)) or "").split("in this order:")[1].split(".")[0]
    return re.findall(r"\w+", names)


@functools.cache
def modules() -> dict[str, Path]:
    """Return every module by its name, ``support.threads``; the package's own file is none."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts != ("__init__",):
            found[".".join(part for part in parts if part != "__init__")] = path
    return found


def room(module: str) -> str:
    """Return the part of the house that a module is in."""
    top = module.partition(".")[0]
    return "evening" if top in evening() else top


def imports(path: Path) -> list[tuple[str, bool]]:
    """Return each module of ours that a file imports, and whether that is as it is loaded."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "mlp_lab":
            names = [f"mlp_lab.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{'.' * node.level}{node.module}"]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        found += [(name, node in tree.body) for name in names]
    return [
        (name.removeprefix("mlp_lab."), as_it_is_loaded)
        for name, as_it_is_loaded in found
        if name.startswith(("mlp_lab.", "."))
    ]


def minutes(module: str) -> int:
    """Return how long a module of the evening takes to read."""
    words = (PACKAGE / f"{module}.py").read_text(encoding="utf-8").split()
    return max(1, round(len(words) / WORDS_A_MINUTE))


@functools.cache
def arrows() -> set[tuple[str, str]]:
    """Return which module imports which, as it is loaded."""
    return {
        (name, target)
        for name, path in modules().items()
        for target, as_it_is_loaded in imports(path)
        if as_it_is_loaded
    }


def box(name: str, x: int, y: int, height: int, width: int = WIDTH) -> str:
    """Return a room."""
    return BOX.format(x=x, y=y, width=width, height=height, text=x + 14, top=y + 24, name=name)


def side_room(name: str, x: int, y: int) -> tuple[str, int]:
    """Return a room with the names of its modules in it, and its height."""
    inside = [module.partition(".")[2] for module in modules() if module.startswith(f"{name}.")]
    lines = [""]
    for module in inside:
        if len(lines[-1]) + len(module) > 30:
            lines.append("")
        lines[-1] = f"{lines[-1]}, {module}" if lines[-1] else module
    height = 36 + 16 * len(lines)
    texts = [
        f'<text x="{x + 14}" y="{y + 44 + 16 * line}" font-size="12">{text}</text>'
        for line, text in enumerate(lines)
    ]
    return "\n".join([box(f"{name}/", x, y, height), *texts]), height


def draw() -> str:
    """Return the picture."""
    names, between = evening(), {(room(a), room(b)) for a, b in arrows()}
    parts, places = [], {}
    for x, column in (
        (LEFT, ("figures", "museum", "classroom", "table")),
        (RIGHT, ("data", "support")),
    ):
        y = 20
        for name in column:
            text, height = side_room(name, x, y)
            parts.append(text)
            places[name] = (x, y, height)
            y += height + 40
    tall = 44 + ROW * len(names)
    total = sum(map(minutes, names))
    parts.append(box(f"the evening: {total} minutes", EVENING_AT, 20, tall, 250))
    rows = {name: 66 + ROW * place for place, name in enumerate(names)}
    for name, y in rows.items():
        parts.append(f'<text x="{EVENING_AT + 84}" y="{y + 5}">{name}</text>')
        time = f'<text x="{EVENING_AT + 236}" y="{y + 5}" text-anchor="end" font-size="12">'
        parts.append(f"{time}{minutes(name)} min</text>")
    for a, b in sorted(arrows()):
        if a in rows and b in rows:
            reach = EVENING_AT + 76 - min(64, 10 + 8 * (names.index(a) - names.index(b)))
            path = f"M{EVENING_AT + 78},{rows[a]} C{reach},{rows[a]} {reach},{rows[b]} "
            path += f"{EVENING_AT + 78},{rows[b]}"
            parts.append(ARROW.format(path=path, width=1, tip=TIP))
    for name, (x, y, height) in places.items():
        middle = y + height // 2
        if (name, "evening") in between:
            parts.append(line(x + WIDTH, middle, EVENING_AT, min(middle, tall)))
        if ("evening", name) in between:
            parts.append(line(EVENING_AT + 250, min(middle, tall), x, middle))
        for other, (_, below, _) in places.items():
            if (name, other) in between and places[other][0] == x and below > y:
                parts.append(line(x + WIDTH // 2, y + height, x + WIDTH // 2, below))
    height = max(y + height for _, y, height in [*places.values(), (0, 20, tall)]) + 20
    title = "arrows mean imports. " + "; ".join(
        f"{a} imports {b}" for a, b in sorted(between) if a != b
    )
    return "\n".join([HEAD.format(height=height, title=title), *parts, "</svg>", ""])


def line(x: int, y: int, to_x: int, to_y: int) -> str:
    """Return a thick arrow between two rooms."""
    return ARROW.format(path=f"M{x},{y} L{to_x},{to_y}", width=2, tip=TIP)


if __name__ == "__main__":
    if sys.argv[1:] == ["minutes"]:
        print(*(f"{minutes(name):3} {name}" for name in evening()), sep="\n")
    else:
        PICTURE.write_text(draw(), encoding="utf-8")
