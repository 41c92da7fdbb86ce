"""Figures as text and as Markdown: minimum, median and maximum, and the ratio of each pair."""

from dataclasses import dataclass
from statistics import median

METRICS = {
    "cpu": ("CPU µs/{unit}", "{:.2f}"),
    "rate": ("{unit}s/s", "{:,.0f}"),
    "p50": ("p50 ms", "{:.2f}"),
    "p99": ("p99 ms", "{:.2f}"),
    "p999": ("p99.9 ms", "{:.2f}"),
    "rss": ("RSS MB", "{:.0f}"),
}
RATIOS = {"cpu": "CPU/{unit}", "rate": "{unit}s/s", "p99": "p99"}
_UNITS = {"more": " µs", "garbage": " B"}


@dataclass(frozen=True)
class Goal:
    """What a median must be."""

    metric: str
    """One of the ratios, or a difference: `more` of processor time, `garbage` of bytes allocated."""
    bound: float
    at_least: bool = False

    def verdict(self, value):
        met = value >= self.bound if self.at_least else value <= self.bound
        return "met" if met else "MISSED"

    def __str__(self):
        return f"{'≥' if self.at_least else '≤'} {self.bound:g}{_UNITS.get(self.metric, 'x')}"


@dataclass
class Table:
    """Rows under a head; a cell is a text."""

    head: list
    rows: list

    def text(self):
        widths = [max(len(row[i]) for row in [self.head, *self.rows]) for i in range(len(self.head))]
        lines = []
        for row in [self.head, *self.rows]:
            rest = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
            lines.append("  ".join([row[0].ljust(widths[0]), *rest]).rstrip())
        return "\n".join(lines)

    def markdown(self):
        lines = [self.head, ["---"] + ["---:"] * (len(self.head) - 1), *self.rows]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)


@dataclass
class Section:
    """What one scenario found."""

    title: str
    text: str
    tables: list
    notes: list
    goals: list
    """Of each goal: what it is about, the median, the bound, and whether it is met."""

    def plain(self):
        notes = ["\n".join(self.notes)] if self.notes else []
        return "\n\n".join([f"== {self.title}\n{self.text}", *(table.text() for table in self.tables), *notes])

    def markdown(self):
        notes = ["\n".join(f"- {note}" for note in self.notes)] if self.notes else []
        return "\n\n".join([f"### {self.title}", self.text, *(table.markdown() for table in self.tables), *notes])


def spread(values, pattern="{:.2f}"):
    """Minimum – median – maximum."""
    values = list(values)
    if len(values) == 1:
        return pattern.format(values[0])
    return " – ".join(pattern.format(value) for value in (min(values), median(values), max(values)))


def section(title, text, results, unit="request", garbage=None, notes=()):
    """Tables of what each lane took and of how the pairs compare."""
    ratios, goals = _ratios(results, unit, garbage or {})
    return Section(title, text, [_figures(results, unit, garbage or {}), ratios], list(notes), goals)


def _figures(results, unit, garbage):
    """One row a lane, over all of its runs."""
    by_lane = {}
    for pair, (subject, base) in results.items():
        by_lane.setdefault(pair.subject, []).extend(subject)
        by_lane.setdefault(pair.base, []).extend(base)
    head = ["", "runs"] + [name.format(unit=unit) for name, _ in METRICS.values()]
    rows = []
    for lane, samples in by_lane.items():
        row = [lane.name, str(len(samples))]
        row += [spread((getattr(s, metric) for s in samples), pattern) for metric, (_, pattern) in METRICS.items()]
        rows.append(row)
    if garbage:
        head.append(f"bytes allocated/{unit}")
        for lane, row in zip(by_lane, rows):
            row.append(f"{garbage[lane]:,.0f}" if lane in garbage else "")
    return Table(head, rows)


def _ratios(results, unit, garbage):
    """One row a pair and metric: the ratios within each pair, and its goal; and the goals."""
    rows = []
    goals = []
    for pair, (subject, base) in results.items():
        both = list(zip(subject, base))
        compared = [
            (metric, label, [getattr(ours, metric) / getattr(theirs, metric) for ours, theirs in both], "{:.2f}")
            for metric, label in RATIOS.items()
        ]
        wanted = {goal.metric for goal in pair.goals}
        if pair.difference or "more" in wanted:
            differences = [ours.cpu - theirs.cpu for ours, theirs in both]
            compared.append(("more", "CPU µs/{unit}, difference", differences, "{:+.2f}"))
        if "garbage" in wanted:
            difference = [garbage[pair.subject] - garbage[pair.base]]
            compared.append(("garbage", "bytes allocated/{unit}, difference", difference, "{:+,.0f}"))
        for metric, label, values, pattern in compared:
            name, what = f"{pair.subject.name} / {pair.base.name}", label.format(unit=unit)
            goal = next((goal for goal in pair.goals if goal.metric == metric), None)
            verdict = goal.verdict(median(values)) if goal else ""
            if goal:
                goals.append((f"{name}: {what}", pattern.format(median(values)), str(goal), verdict))
            rows.append([name, what, spread(values, pattern), f"{goal}: {verdict}" if goal else ""])
    return Table(["", "within each pair", "ratio", "goal"], rows), goals
