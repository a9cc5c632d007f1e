from __future__ import annotations

import json
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ecomeasure.case import Case
from ecomeasure.interfaces import CannotLoad, CaseRefused, KitError
from ecomeasure.server_driver import ServerRunner

CASE = Case("m/7B", "bf16", None, 3, 16, 4)


class StandInServer(ThreadingHTTPServer):
    """Answers on loopback as vLLM does; keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.bodies: list[dict[str, Any]] = []
        self.at_once = 0
        self.most_at_once = 0
        self.tokens_short = 0
        self.status = 200
        self.version: object = {"version": "0.15.0"}
        self.lock = threading.Lock()
        self.together = threading.Barrier(3, timeout=5)


class Handler(BaseHTTPRequestHandler):
    server: StandInServer

    def log_message(self, format: str, *args: object) -> None:
        pass

    def answer(self, status: int, content: object) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def do_GET(self) -> None:
        known = {"/version": self.server.version, "/v1/models": {"data": [{"id": "m/7B"}]}}
        self.answer(200 if self.path in known else 404, known.get(self.path, {}))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.bodies.append(body)
        if self.server.status != 200:
            return self.answer(self.server.status, {"message": "prompt too long"})
        self.server.together.wait()
        tokens = body["max_tokens"] - self.server.tokens_short
        self.send_response(200)
        self.end_headers()
        events: list[object] = [{"choices": [{"text": "x"}], "usage": None} for _ in range(tokens)]
        events.append({"choices": [], "usage": {"completion_tokens": tokens}})
        for event in events:
            self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
        self.wfile.write(b": a comment\n\ndata: [DONE]\n\n")


class ServerTest(unittest.TestCase):
    def setUp(self) -> None:
        self.server = StandInServer()
        thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def test_as_many_requests_at_once_as_asked_of_fixed_length(self) -> None:
        runner = ServerRunner(self.url)
        runner.load(CASE)
        # The stand-in answers none of the three before all three are there.
        made = runner.generate(CASE, 0)
        self.assertEqual((made.output_tokens, len(made.inter_token_ms)), (12, 9))
        body = self.server.bodies[0]
        self.assertEqual((body["max_tokens"], body["temperature"], body["ignore_eos"]), (4, 0, True))
        self.assertEqual(len(body["prompt"]), 16)

    def test_no_prompt_comes_twice_for_a_cached_prefix_costs_nothing(self) -> None:
        runner = ServerRunner(self.url)
        runner.generate(CASE, 0)
        runner.generate(CASE, 1)
        prompts = {tuple(body["prompt"]) for body in self.server.bodies}
        self.assertEqual(len(prompts), 6)
        self.assertEqual(len({prompt[:4] for prompt in prompts}), 6)

    def test_fewer_tokens_than_asked_and_a_refusal_are_told(self) -> None:
        runner = ServerRunner(self.url)
        self.server.tokens_short = 1
        with self.assertRaisesRegex(CaseRefused, "made 9 of 12 tokens"):
            runner.generate(CASE, 0)
        self.server.status = 400
        with self.assertRaisesRegex(CaseRefused, "answered 400: .*prompt too long"):
            runner.generate(CASE, 1)

    def test_a_model_that_is_not_served_and_switches_that_are_not_its(self) -> None:
        runner = ServerRunner(self.url)
        with self.assertRaisesRegex(CannotLoad, "serves m/7B, not other/7B"):
            runner.load(Case("other/7B", "bf16", None, 1, 16, 4))
        with self.assertRaisesRegex(CannotLoad, "as it was started"):
            runner.load(Case("m/7B", "bf16", None, 1, 16, 4, torch_compile=True))

    def test_only_vllm_on_this_machine(self) -> None:
        self.assertEqual(ServerRunner(self.url).versions(), {"vllm": "0.15.0"})
        self.assertTrue(ServerRunner(self.url, random_weights=True).random_weights)
        self.server.version = {}
        for url, says in (
            (self.url, "does not answer as vLLM does"),
            ("http://192.0.2.7:8000", "must run here"),
            ("https://localhost", "expected http://127.0.0.1:PORT"),
            ("http://127.0.0.1:1", "GET /version failed"),
        ):
            with self.subTest(url), self.assertRaisesRegex(KitError, says):
                ServerRunner(url)


if __name__ == "__main__":
    unittest.main()
