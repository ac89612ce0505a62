"""The docs say what there is, and their examples run."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from itac.api.problems import PROBLEMS
from itac.api.rules import RULES
from itac.api.tests.programs import Programs
from itac.api.tests.test_sweep import jpeg
from itac.campaign.models import Scope
from itac.publishing.models import DeliveryMove, Post, State

DOCS = Path(__file__).resolve().parents[4] / "docs"
REFERENCE = (DOCS / "reference/api.md").read_text(encoding="utf-8")
HOW_TO = (DOCS / "how-to/use-the-api.md").read_text(encoding="utf-8")


def test_the_reference_names_every_operation_scope_and_problem() -> None:
    operations = set(re.findall(r"^\| ([A-Z]+) \| `([^`]+)` \| `?([\w:]+)`? \|", REFERENCE, re.MULTILINE))
    problems = set(re.findall(r"^\| `([\w-]+)` \| (\d+) \|", REFERENCE, re.MULTILINE))

    assert operations == {
        (rule.method, rule.path.replace("{int:", "{"), str(rule.scope or "any")) for rule in RULES.values()
    }
    assert problems == {(name, str(status)) for name, (status, _title, _detail) in PROBLEMS.items()}
    assert [scope for scope in Scope.values if f"| `{scope}` |" not in REFERENCE] == []


@pytest.mark.django_db(transaction=True)
def test_the_examples_of_the_how_to_run_as_they_stand(programs: Programs, live_server: Any, tmp_path: Path) -> None:
    (tmp_path / "street.jpg").write_bytes(jpeg().read())
    script = "\n".join(re.findall(r"^```sh\n(.*?)^```$", HOW_TO, re.MULTILINE | re.DOTALL))
    when = programs.now + timedelta(days=2)
    names = {
        "SITE": live_server.url,
        "TOKEN": programs.program().text,
        "CHANNEL": str(programs.website.pk),
        "WHEN": f"{when:%Y-%m-%dT%H:%M}",
    }

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        env={**os.environ, **names},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    post = Post.objects.get()
    assert str(post.text).endswith("So do ours.")
    assert (post.planned_wall, post.planned_zone, post.media.count()) == (names["WHEN"], "America/Bogota", 1)
    assert post.requests.get(voided_at=None).asked_by.name == "Newsroom"  # type: ignore[union-attr]
    assert list(DeliveryMove.objects.order_by("pk").values_list("after", flat=True)) == [State.HELD, State.CANCELLED]
