"""Every code that networks use has its sentence."""

from __future__ import annotations

import ast
from pathlib import Path

from django.utils.translation import override

from itac.networks import answers, codes

ROOM = Path(codes.__file__).parent


NAMES = ("code", "by_status", "PASSING")
CALLS = ("ConnectionRefused", "Unanswered", "sentence")


def _used() -> set[str]:
    """The literal codes in the room's code: `code="…"`, a table of them, and `ConnectionRefused("…")`."""
    found = {row.code for table in answers.TABLES.values() for row in table if row.code}
    for file in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            found |= {text for place in _places(node) for text in _texts(place)}
    return found


def _places(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.keyword) and node.arg == "code":
        return [node.value]
    if isinstance(node, ast.Assign) and any(getattr(target, "id", "") in NAMES for target in node.targets):
        return [node.value]
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS:
        return node.args[:1]
    return []


def _texts(node: ast.expr) -> set[str]:
    parts: list[ast.expr] = [node]
    if isinstance(node, ast.IfExp):
        parts = [node.body, node.orelse]
    elif isinstance(node, ast.Dict):
        parts = node.values
    elif isinstance(node, ast.Tuple):
        parts = node.elts
    values = [part.value for part in parts if isinstance(part, ast.Constant)]
    return {value for value in values if isinstance(value, str) and value}


def test_every_code_in_use_has_a_sentence_and_every_sentence_a_use() -> None:
    assert _used() == set(codes.CODES)


def test_sentences_say_what_is_safe_and_are_plain() -> None:
    with override("en"):
        for code in codes.CODES:
            said = codes.sentence(code)
            assert said.endswith("."), code
            assert "!" not in said
            assert code not in said or "_" not in code


def test_unknown_code_still_gets_a_sentence() -> None:
    assert codes.sentence("never_heard_of").endswith(".")
