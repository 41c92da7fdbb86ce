"""Tests of what reckons and tells; run them with `python3 -m unittest discover -s proxy-bench -p '*_test.py'`."""

import tempfile
import unittest
from pathlib import Path

from harness import payloads, tokens
from harness.document import BEGIN, END, Document
from harness.failure import Failure
from harness.load import Load
from harness.measure import Lane, Pair, Runs, Sample
from harness.report import Goal, section, spread


def _sample(cpu, rate=1000.0):
    return Sample(cpu=cpu, rate=rate, p50=1.0, p99=2.0, p999=3.0, rss=64.0, others=0.01)


def _section(goal):
    ours, theirs = Lane("ours", None, None), Lane("theirs", None, None)
    samples = [_sample(9), _sample(10), _sample(30)], [_sample(10), _sample(20), _sample(20)]
    return section("Title", "Text.", {Pair(ours, theirs, (goal,)): samples})


class Report(unittest.TestCase):
    def test_a_ratio_is_taken_within_each_pair_and_its_median_is_judged(self):
        found = _section(Goal("cpu", 0.9))

        self.assertEqual(found.goals, [("ours / theirs: CPU/request", "0.90", "≤ 0.9x", "met")])
        self.assertIn("0.50 – 0.90 – 1.50", found.plain())

    def test_a_goal_that_is_a_least_one_is_missed_from_below(self):
        self.assertEqual(_section(Goal("rate", 1.05, at_least=True)).goals[0][2:], ("≥ 1.05x", "MISSED"))

    def test_a_single_value_has_no_spread(self):
        self.assertEqual(spread([1.234]), "1.23")


class Page(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = Path(directory.name) / "page.md"

    def test_what_is_measured_again_takes_the_place_of_the_old_and_the_rest_stays(self):
        self.path.write_text(f"before\n{BEGIN}\n{END}\nafter\n")
        for name, bound in (("b", 0.1), ("a", 0.2), ("b", 0.3)):
            document = Document(self.path, ["a", "b"])
            document.put(name, _section(Goal("cpu", bound)), {"commit": "c"})
            document.write()

        text = self.path.read_text()

        self.assertTrue(text.startswith("before\n") and text.endswith("\nafter\n"))
        self.assertEqual(text.count("### Title"), 2)
        self.assertLess(text.index("≤ 0.2x"), text.index("≤ 0.3x"))
        self.assertNotIn("≤ 0.1x", text)

    def test_a_page_without_an_area_is_left_alone(self):
        self.path.write_text("a page of somebody\n")

        with self.assertRaises(Failure):
            Document(self.path, [])


class Machine:
    """A Java machine whose slices of work take less and less for each request."""

    name = "machine"
    jvm = True

    def __init__(self, *micros):
        self.micros = list(micros)
        self.worked = 0.0
        self.slices = 0

    def cpu(self):
        return self.worked

    def slice(self, _lane, seconds):
        self.slices += 1
        self.worked += seconds
        each = self.micros.pop(0) if len(self.micros) > 1 else self.micros[0]
        return Load(requests=int(seconds * 1e6 / each), seconds=seconds, p50=0, p99=0, p999=0, cpu=0)

    def say(self, _text):
        pass


class WarmUp(unittest.TestCase):
    def test_a_machine_that_still_gets_faster_is_not_warm(self):
        machine = Machine(90, 60, 40, 30, 25, 24.9)

        Runs(machine, machine.slice).warm_up([Lane("ours", machine, None)], 20)

        self.assertEqual(machine.slices, 6)

    def test_a_machine_that_is_soon_steady_works_for_its_time_all_the_same(self):
        machine = Machine(20)

        Runs(machine, machine.slice).warm_up([Lane("ours", machine, None)], 20)

        self.assertEqual(machine.slices, 4)


class Payloads(unittest.TestCase):
    def test_contents_have_the_sizes_that_are_told(self):
        sizes = [len(content) for content in (payloads.ANSWER, payloads.small(), payloads.large(), payloads.megabyte())]

        self.assertEqual(sizes, [200, 512, 32 << 10, 1 << 20])

    def test_an_ecdsa_signature_is_two_numbers_of_32_bytes_whatever_their_der(self):
        short, long = b"\x02\x01\x05", b"\x02\x21\x00" + b"\xff" * 32
        der = b"\x30" + bytes([len(short + long)]) + short + long

        self.assertEqual(tokens._raw(der), b"\x00" * 31 + b"\x05" + b"\xff" * 32)
