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
RATIOS = {"cpu": "CPU", "rate": "{unit}s/s", "p99": "p99"}


@dataclass(frozen=True)
class Goal:
    """What a median must be."""

    metric: str
    """One of the ratios, or `more` for the difference of processor time."""
    bound: float
    at_least: bool = False

    def met_by(self, value):
        return value >= self.bound if self.at_least else value <= self.bound

    def __str__(self):
        sign = "≥" if self.at_least else "≤"
        return f"{sign} {self.bound:g}{' µs' if self.metric == 'more' else 'x'}"


@dataclass
class Table:
    """Rows under a head; a cell is a text."""

    head: list
    rows: list

    def text(self):
        widths = [max(len(row[i]) for row in [self.head, *self.rows]) for i in range(len(self.head))]
        lines = []
        for row in [self.head, *self.rows]:
            first, *rest = (cell.rjust(width) for cell, width in zip(row, widths))
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

    def plain(self):
        return "\n\n".join([f"== {self.title}\n{self.text}", *(table.text() for table in self.tables), *self._listed("- ")])

    def markdown(self):
        parts = [f"### {self.title}", self.text, *(table.markdown() for table in self.tables), *self._listed("- ")]
        return "\n\n".join(parts)

    def _listed(self, mark):
        return ["\n".join(mark + note for note in self.notes)] if self.notes else []


def spread(values, pattern="{:.2f}"):
    """Minimum – median – maximum."""
    values = list(values)
    if len(values) == 1:
        return pattern.format(values[0])
    return " – ".join(pattern.format(value) for value in (min(values), median(values), max(values)))


def verdict(goals, metric, value):
    """The goal for this metric and whether it is met; nothing where there is none."""
    for goal in goals:
        if goal.metric == metric:
            return f"{goal}: {'met' if goal.met_by(value) else 'MISSED'}"
    return ""


def figures(by_proxy, unit):
    """One row a proxy, over all of its runs."""
    head = ["proxy", "runs"] + [name.format(unit=unit) for name, _ in METRICS.values()]
    rows = []
    for name, samples in by_proxy.items():
        row = [name, str(len(samples))]
        row += [spread((getattr(s, metric) for s in samples), pattern) for metric, (_, pattern) in METRICS.items()]
        rows.append(row)
    return Table(head, rows)


def ratios(results, unit):
    """One row a pair and metric, over the ratios within each pair."""
    head = ["pair", "metric", "ratio", "goal"]
    rows = []
    for pair, (subject, base) in results.items():
        both = list(zip(subject.samples, base.samples))
        name = f"{pair.subject.name} / {pair.base.name}"
        for metric, label in RATIOS.items():
            values = [getattr(ours, metric) / getattr(theirs, metric) for ours, theirs in both]
            rows.append([name, label.format(unit=unit), spread(values), verdict(pair.goals, metric, median(values))])
        if any(goal.metric == "more" for goal in pair.goals):
            more = [ours.cpu - theirs.cpu for ours, theirs in both]
            cell = f"{spread(more, '{:+.2f}')} µs"
            rows.append([name, "CPU, difference", cell, verdict(pair.goals, "more", median(more))])
    return Table(head, rows)
