"""What is sent: JSON as inference services take it, the same bytes in every run."""

import json
import random

ANSWER = json.dumps(
    {
        "model": "triage-2",
        "outputs": [{"label": "viral", "score": 0.8125}, {"label": "bacterial", "score": 0.1503}],
        "usage": {"inputTokens": 81, "outputTokens": 2},
        "tookMillis": 3.75,
        "version": "2.1",
    },
    separators=(",", ":"),
).ljust(200)

_WORDS = "the patient has had fever and cough for three days with a mild headache since yesterday evening".split()


def _text(size, chance):
    words = []
    while sum(map(len, words)) + len(words) < size:
        words.append(chance.choice(_WORDS))
    return " ".join(words)[:size].ljust(size, ".")


def text_of(value):
    return json.dumps(value, separators=(",", ":"))


def small():
    """512 bytes: a few values and a text."""
    chance = random.Random(1)
    body = {"model": "triage-2", "age": 42, "features": [round(chance.random(), 4) for _ in range(16)], "text": ""}
    body["text"] = _text(512 - len(text_of(body)), chance)
    return text_of(body)


def large():
    """32 KB: half of it texts, half numbers."""
    chance = random.Random(2)
    body = {
        "model": "triage-2",
        "age": 42,
        "messages": [{"role": "user", "content": _text(1980, chance)} for _ in range(8)],
        "features": [],
        "text": "",
    }
    while len(text_of(body)) < 32_600:
        body["features"] += [round(chance.uniform(-1, 1), 6) for _ in range(8)]
    body["text"] = _text(32_768 - len(text_of(body)), chance)
    return text_of(body)


SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["model", "features", "text"],
    "additionalProperties": False,
    "properties": {
        "model": {"type": "string", "enum": ["triage-1", "triage-2"]},
        "age": {"type": "integer", "minimum": 0, "maximum": 130},
        "features": {"type": "array", "items": {"type": "number", "minimum": -1, "maximum": 1}, "maxItems": 10_000},
        "messages": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["role", "content"],
                "properties": {"role": {"enum": ["user", "system"]}, "content": {"type": "string", "maxLength": 4096}},
            },
        },
        "text": {"type": "string", "maxLength": 2048},
    },
}


def megabyte():
    """An answer of 1 MB."""
    chance = random.Random(3)
    head = '{"model":"triage-2","embedding":['
    numbers = []
    size = len(head) + 2
    while size < (1 << 20) - 16:
        number = f"{chance.uniform(-1, 1):.6f}"
        numbers.append(number)
        size += len(number) + 1
    return (head + ",".join(numbers) + "]").ljust((1 << 20) - 1) + "}"
