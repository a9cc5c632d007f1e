"""Asks a running vLLM server, on this machine, for completions: a given number of requests at once."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Iterator
from urllib.parse import urlsplit

from .case import Case
from .interfaces import CannotLoad, CaseRefused, Generated, KitError
from .prompts import prompt_tokens

LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: Of one request, which may queue behind others.
TIMEOUT_S = 900.0
MS_PER_S = 1000.0


class ServerRunner:
    """The columns are those of the other driver; `batch` is the number of concurrent requests."""

    framework = "vllm"
    loaded_before = True

    def __init__(self, url: str, random_weights: bool = False) -> None:
        """`random_weights`: the server was started with --load-format dummy, which it does not say itself."""
        self.random_weights = random_weights
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname not in LOOPBACK:
            raise KitError(
                f"--server {url}: expected http://127.0.0.1:PORT. Energy is read from this machine's card, so the "
                "server must run here."
            )
        self._url = url.rstrip("/")
        version = self._get("/version").get("version")
        if not isinstance(version, str):
            raise KitError(
                f"--server {url}: GET /version does not answer as vLLM does; rows of other servers have no place"
            )
        self._version = version
        self._served = [str(model.get("id")) for model in self._get("/v1/models").get("data", [])]

    def _get(self, path: str) -> dict[str, Any]:
        try:
            with urllib.request.urlopen(self._url + path, timeout=30) as response:
                content = json.load(response)
        except (OSError, ValueError) as cause:
            raise KitError(f"--server {self._url}: GET {path} failed: {cause}") from cause
        return content if isinstance(content, dict) else {}

    def versions(self) -> dict[str, str]:
        return {"vllm": self._version}

    def load(self, case: Case) -> None:
        if case.torch_compile or not case.use_cache:
            raise CannotLoad(
                "a server compiles and caches as it was started: --torch-compile and --use-cache are not its"
            )
        if case.model not in self._served:
            raise CannotLoad(f"the server serves {', '.join(self._served) or 'nothing'}, not {case.model}")

    def unload(self) -> None:
        """The server goes on."""

    def generate(self, case: Case, run: int) -> Generated:
        with ThreadPoolExecutor(max_workers=case.batch) as pool:
            answers = list(pool.map(lambda sequence: self._request(case, run, sequence), range(case.batch)))
        tokens = sum(count for count, _ in answers)
        if tokens != case.generated_tokens:
            raise CaseRefused(
                f"the server made {tokens} of {case.generated_tokens} tokens: it takes no ignore_eos, or less context"
            )
        return Generated(tokens, tuple(gap for _, gaps in answers for gap in gaps))

    def _request(self, case: Case, run: int, sequence: int) -> tuple[int, list[float]]:
        """Output tokens, and the milliseconds between them."""
        body = {
            "model": case.model,
            "prompt": prompt_tokens(run, sequence, case.input_tokens),
            "max_tokens": case.output_tokens,
            "temperature": 0,
            "ignore_eos": True,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        request = urllib.request.Request(
            f"{self._url}/v1/completions", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        tokens, arrivals = 0, []
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
                for event in _events(response):
                    if event.get("choices"):
                        arrivals.append(time.perf_counter())
                    usage = event.get("usage")
                    if isinstance(usage, dict):
                        tokens = int(usage.get("completion_tokens", tokens))
        except urllib.error.HTTPError as error:
            said = error.read(300).decode("utf-8", "replace")
            raise CaseRefused(f"the server answered {error.code}: {said}") from error
        except OSError as error:
            raise CaseRefused(f"the server did not answer: {error}") from error
        return tokens, [MS_PER_S * (later - earlier) for earlier, later in zip(arrivals, arrivals[1:])]


def _events(response: Any) -> Iterator[dict[str, Any]]:
    """The JSON of server-sent events, up to the end mark."""
    for line in response:
        text = line.decode("utf-8").strip()
        if not text.startswith("data:"):
            continue
        data = text[len("data:") :].strip()
        if data == "[DONE]":
            return
        event = json.loads(data)
        if isinstance(event, dict):
            yield event
