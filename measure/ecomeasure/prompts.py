"""Fixed prompt tokens: the same in every session, and no two prompts of a session alike."""

from __future__ import annotations

import random

#: Ids that every vocabulary of today's models has and that mean no special token.
FIRST_ID, LAST_ID = 1000, 20000


def prompt_tokens(run: int, sequence: int, length: int) -> list[int]:
    """A server caches prefixes: a prompt that came before would cost no prefill, so run and sequence seed it."""
    generator = random.Random(f"{run}/{sequence}")
    return [generator.randrange(FIRST_ID, LAST_ID) for _ in range(length)]
