"""Tests of what reckons and tells; run them with `python3 -m unittest discover -s proxy-bench -p '*_test.py'`."""

import tempfile
import unittest
from pathlib import Path

from harness import payloads, tokens
from harness.document import BEGIN, END, Document
from harness.failure import Failure
from harness.measure import Lane, Pair, Sample
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


class Payloads(unittest.TestCase):
    def test_contents_have_the_sizes_that_are_told(self):
        sizes = [len(content) for content in (payloads.ANSWER, payloads.small(), payloads.large(), payloads.megabyte())]

        self.assertEqual(sizes, [200, 512, 32 << 10, 1 << 20])

    def test_an_ecdsa_signature_is_two_numbers_of_32_bytes_whatever_their_der(self):
        short, long = b"\x02\x01\x05", b"\x02\x21\x00" + b"\xff" * 32
        der = b"\x30" + bytes([len(short + long)]) + short + long

        self.assertEqual(tokens._raw(der), b"\x00" * 31 + b"\x05" + b"\xff" * 32)
