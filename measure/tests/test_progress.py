from __future__ import annotations

import io
import unittest
from unittest import mock

from ecomeasure.case import Case
from ecomeasure.progress import Progress, minutes, number
from ecomeasure.protocol import summarize
from test_protocol import run_of


class TimeLeft(unittest.TestCase):
    def setUp(self) -> None:
        self.now = 0.0
        patch = mock.patch("ecomeasure.progress.time.perf_counter", lambda: self.now)
        patch.start()
        self.addCleanup(patch.stop)

    def test_goes_down_within_a_case_and_says_nothing_before_the_first_and_after_the_last(self) -> None:
        cases = [Case(f"m/{name}", "fp16", None, 1, 512, 256) for name in "abc"]
        out = io.StringIO()
        progress = Progress(out, cases, already=0)
        progress.start(cases[0])
        self.assertEqual(progress.left(), "")
        self.now = 100
        progress.measured(summarize(cases[0], [run_of(), run_of()]))
        self.assertEqual(progress.left(), " · about 3 min left")
        progress.start(cases[1])
        self.now = 150
        self.assertEqual(progress.left(), " · about 2 min left")
        progress.refused(cases[1], "out-of-memory", "too large")
        progress.start(cases[2])
        self.now = 260
        self.assertEqual(progress.left(), " · about 1 s left")
        progress.measured(summarize(cases[2], [run_of(), run_of()]))
        self.assertEqual(progress.left(), "")
        self.assertIn(
            "[2/3] m/b, fp16, unquantized, batch 1, 512+256 tokens\n      out-of-memory: too large", out.getvalue()
        )

    def test_figures_as_people_read_them(self) -> None:
        self.assertEqual([minutes(s) for s in (0.2, 89, 90, 5000, 9000)], ["1 s", "89 s", "2 min", "83 min", "2.5 h"])
        self.assertEqual([number(x) for x in (0.012345, 9.876, 123.4, 12345.6)], ["0.0123", "9.88", "123", "12,346"])


if __name__ == "__main__":
    unittest.main()
