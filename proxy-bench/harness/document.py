"""The area of a Markdown page that is made by `compare`: what is measured anew takes the place of what stands there."""

import re

from .failure import Failure

BEGIN = "<!-- compare: made by proxy-bench/compare, do not edit -->"
END = "<!-- compare: end -->"
_SCENARIO = re.compile(r"^<!-- scenario ([\w-]+) -->$", re.MULTILINE)
_GOAL = re.compile(r"^\| `([\w-]+)` \|.*$", re.MULTILINE)
_HEAD = ["| scenario | goal | median | |", "|---|---|---:|---|"]


class Document:
    """A page with such an area, or a page that is nothing else."""

    def __init__(self, path, order):
        self._path = path
        self._order = order
        text = path.read_text() if path.exists() else f"{BEGIN}\n{END}\n"
        if BEGIN not in text or END not in text:
            raise Failure(f"{path}: has no area for figures (expected: {BEGIN} … {END})")
        self._before, rest = text.split(BEGIN, 1)
        area, self._after = rest.split(END, 1)
        head, *parts = _SCENARIO.split(area)
        self._sections = {name: body.strip() for name, body in zip(parts[::2], parts[1::2])}
        self._goals = {}
        for row in _GOAL.finditer(head):
            self._goals.setdefault(row.group(1), []).append(row.group(0))

    def put(self, name, section, facts):
        """The figures of one scenario, with how they were measured."""
        measured = "; ".join(f"{fact}: {value}" for fact, value in facts.items())
        self._sections[name] = f"{section.markdown()}\n\n<sub>{measured}</sub>"
        self._goals[name] = [f"| `{name}` | {what} {bound} | {found} | {met} |" for what, found, bound, met in section.goals]

    def write(self):
        rows = [row for name in self._order for row in self._goals.get(name, ())]
        parts = ["\n".join([*_HEAD, *rows])] if rows else []
        parts += [f"<!-- scenario {name} -->\n\n{self._sections[name]}" for name in self._order if name in self._sections]
        area = "\n\n".join(parts)
        self._path.write_text(f"{self._before}{BEGIN}\n\n{area}\n\n{END}{self._after}")
