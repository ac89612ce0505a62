"""The document holds: nothing that a program can send makes the server fail, or answer otherwise than it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import override_settings
from hypothesis import HealthCheck, Phase, settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as openapi_checks

from itac.api.tests.programs import Programs

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
EXAMPLES = 20
CHECKS = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.negative_data_rejection,
    openapi_checks.unsupported_method,
]


@pytest.fixture
def answering(programs: Programs) -> Iterator[Programs]:
    """With rows to hit, in the test's own transaction: no request of many ends its connection."""
    programs.two_sides()
    programs.what_is_out()
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield programs
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.slow
@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,  # the same in each run: what fails today fails tomorrow
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_answer_is_outside_the_document(case: schemathesis.Case, answering: Programs) -> None:
    side = answering.mine
    real = {
        "post_id": side.out.pk if case.operation.path.endswith(("/correction", "/withdrawal")) else side.asked.pk,
        "delivery_id": side.awaiting.pk if case.operation.path.endswith("/proof") else side.delivery.pk,
        "picture_id": side.picture.pk,
        "righting_id": side.righting.pk,
    }
    known: dict[str, Any] = {
        # Most numbers name nothing; every second one is made to name a row.
        name: real[name]
        for name, value in (case.path_parameters or {}).items()
        if isinstance(value, int) and value % 2 == 0
    }
    case.path_parameters = {**(case.path_parameters or {}), **known}
    if "If-Match" in (case.headers or {}):
        case.headers["If-Match"] = "*"

    with override_settings(API_PER_MINUTE=1_000_000):
        case.call_and_validate(checks=CHECKS, headers={"Authorization": f"Bearer {answering.program().text}"})
