"""Every operation, with every token: what its rule states is what happens, and "not yours" looks like "not there"."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, path
from PIL import Image

from itac.api import urls
from itac.api.doors import door
from itac.api.rules import BY_ROUTE, OPEN_ROUTE, PREFIX, RULES, Rule
from itac.api.tests.programs import ALL, Program, Programs, Side
from itac.campaign.models import ApiToken, Scope
from itac.campaign.tokens import revoke_token
from itac.publishing.models import ApprovalRequest, Decision, Delivery, Post, Righting, WorkingCopy

ABSENT = 999_999


def jpeg() -> io.BytesIO:
    """A small picture to upload."""
    file = io.BytesIO()
    Image.new("RGB", (80, 60), (20, 90, 140)).save(file, format="JPEG")
    file.seek(0)
    file.name = "street.jpg"
    return file


FORMS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "add_picture": lambda: {"file": jpeg(), "title": "A street", "credit": "Own work", "licence": "CC BY 4.0"},
    "prove_delivery": lambda: {"screenshot": jpeg()},
}
# What each operation is sent: about which row of a side, and with which content.
Case = tuple[Callable[[Side], int] | None, Callable[[Programs, Side], Any]]
NOTHING: Callable[[Programs, Side], Any] = lambda programs, side: None  # noqa: E731
CASES: Mapping[str, Case] = {
    "read_token": (None, NOTHING),
    "list_posts": (None, NOTHING),
    "begin_post": (None, lambda programs, side: programs.content()),
    "read_post": (lambda side: side.draft.pk, NOTHING),
    "save_draft": (lambda side: side.draft.pk, lambda programs, side: programs.content()),
    "discard_draft": (lambda side: side.asked.pk, NOTHING),
    "submit_draft": (lambda side: side.draft.pk, NOTHING),
    "plan_post": (lambda side: side.asked.pk, lambda programs, side: programs.plan(4)),
    "read_approval": (lambda side: side.asked.pk, NOTHING),
    "ask_approval": (lambda side: side.asked.pk, lambda programs, side: {}),
    "withdraw_approval": (lambda side: side.asked.pk, NOTHING),
    "decide": (lambda side: side.asked.pk, lambda programs, side: {"verdict": "approve", "seal": side.request.seal}),
    "list_pictures": (None, NOTHING),
    "add_picture": (None, NOTHING),
    "read_picture": (lambda side: side.picture.pk, NOTHING),
    "list_deliveries": (None, NOTHING),
    "read_delivery": (lambda side: side.delivery.pk, NOTHING),
    "act_on_delivery": (lambda side: side.delivery.pk, lambda programs, side: {"action": "hold"}),
    "prove_delivery": (lambda side: side.awaiting.pk, NOTHING),
    "correct_post": (lambda side: side.out.pk, lambda programs, side: {"note": "The year was wrong."}),
    "withdraw_post": (lambda side: side.out.pk, lambda programs, side: {"note": "The year was wrong."}),
    "list_rightings": (None, NOTHING),
    "read_righting": (lambda side: side.righting.pk, NOTHING),
    "act_on_righting": (lambda side: side.righting.pk, lambda programs, side: {"action": "leave"}),
    "list_channels": (None, NOTHING),
    "list_slots": (None, NOTHING),
}


def send(programs: Programs, program: Program, name: str, side: Side, *, absent: bool = False) -> Any:
    """One request about a side's row (or one that isn't there), whose effect is undone."""
    rule, (row, content) = RULES[name], CASES[name]
    address = rule.path
    if row is not None:
        start, _brace, rest = address.partition("{")
        address = f"{start}{ABSENT if absent else row(side)}{rest.partition('}')[2]}"
    if name == "list_slots":
        stretch = (programs.now, programs.now + timedelta(days=1))
        address += "?start={:%Y-%m-%dT%H:%M:%SZ}&end={:%Y-%m-%dT%H:%M:%SZ}".format(*stretch)
    headers = {"If_Match": "*"} if rule.if_match else {}
    with transaction.atomic():
        if rule.body == "multipart":
            response = program.form(address, FORMS[name]())
        else:
            response = program.ask(rule.method, address, content(programs, side), **headers)
        transaction.set_rollback(True)
    return response


def rows() -> dict[str, list[Any]]:
    """What an operation could change."""
    models = (Post, WorkingCopy, ApprovalRequest, Decision, Delivery, Righting)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_every_operation_has_a_stated_rule_and_a_case_in_this_sweep() -> None:
    document = urls.api.get_openapi_schema(path_prefix=PREFIX)
    told = {details["operationId"] for methods in document["paths"].values() for details in methods.values()}
    routed = {entry.name for entry in urls.patterns if isinstance(entry, URLPattern)}

    assert told == set(RULES) == set(CASES)
    assert len(BY_ROUTE) == len(RULES)
    for methods in document["paths"].values():
        for each in methods.values():
            named = {item["name"] for item in each["parameters"] if item["in"] == "query"}
            assert named == set(RULES[each["operationId"]].query), each["operationId"]
            form = each.get("requestBody", {}).get("content", {}).get("multipart/form-data", {}).get("schema", {})
            assert set(form.get("properties", {})) == set(RULES[each["operationId"]].fields), each["operationId"]
            assert not [item for item in each["parameters"] if isinstance(item.get("examples"), list)]
    assert routed == {*RULES, "openapi-json", "api-root", "missing"}


def test_an_address_without_a_rule_is_not_there_even_for_who_may_everything(programs: Programs, settings: Any) -> None:
    forgotten = path("forgotten", door(lambda request: pytest.fail("It was opened.")), name="forgotten")
    urls.patterns.insert(0, forgotten)
    try:
        response = programs.program().get("/forgotten")
    finally:
        urls.patterns.remove(forgotten)

    assert response.status_code == 404


def test_each_scope_opens_its_operations_and_no_others_on_ones_own_rows_and_no_others(programs: Programs) -> None:
    programs.two_sides()
    programs.what_is_out()
    before, faults = rows(), []

    for scope in Scope.values:
        program = programs.program(scopes=[scope])
        for name, rule in RULES.items():
            is_open = rule.scope in (None, scope)
            own = send(programs, program, name, programs.mine)
            if own.status_code != (rule.gives if is_open else 403):
                faults.append(f"{scope}: {name} of one's own answers {own.status_code} {own.content!r}")
            if b"aguar" in own.content:
                faults.append(f"{scope}: {name} tells of others")
            if CASES[name][0] is None:
                continue
            foreign = send(programs, program, name, programs.theirs)
            nothing = send(programs, program, name, programs.mine, absent=True)
            if foreign.status_code != (404 if is_open else 403) or foreign.content != nothing.content:
                faults.append(f"{scope}: {name} of others answers {foreign.status_code} {foreign.content!r}")

    assert faults == []
    assert rows() == before


def test_whoever_is_asked_reads_and_answers_but_changes_nothing(programs: Programs) -> None:
    programs.two_sides()
    programs.what_is_out()
    south = programs.program(programs.south)

    answers = {name: send(programs, south, name, programs.mine).status_code for name, case in CASES.items() if case[0]}

    assert {name for name, status in answers.items() if status == 404} == {
        "read_post",  # the draft, which nobody was asked about
        "save_draft",
        "discard_draft",
        "submit_draft",
        "plan_post",
        "ask_approval",
        "withdraw_approval",
        "read_picture",
        "act_on_delivery",
        "prove_delivery",
        "correct_post",
        "withdraw_post",
        "read_righting",
        "act_on_righting",
    }
    assert (answers["read_approval"], answers["decide"], answers["read_delivery"]) == (200, 201, 200)


@pytest.mark.parametrize("why", ["none", "unknown", "revoked", "over", "basic", "in the address"])
def test_without_a_good_token_nothing_is_told_and_nothing_done(why: str, programs: Programs) -> None:
    programs.two_sides()
    programs.what_is_out()
    program = programs.program()
    before = rows()
    text = program.text
    if why == "revoked":
        revoke_token(programs.coordinator, ApiToken.objects.get(), now=programs.now)
    if why == "over":
        past = programs.now - timedelta(days=1)
        ApiToken.objects.update(made_at=past - timedelta(days=1), expires_at=past)
    program.text = (
        "" if why in {"none", "basic", "in the address"} else "itac_" + "x" * 43 if why == "unknown" else text
    )
    if why == "in the address":
        program.client.defaults["QUERY_STRING"] = f"token={text}&access_token={text}"
    if why == "basic":
        program.client.defaults["HTTP_AUTHORIZATION"] = f"Basic {text}"

    answers = {name: send(programs, program, name, programs.mine) for name in RULES}

    assert {answer.status_code for answer in answers.values()} == {401}
    assert {answer["WWW-Authenticate"] for answer in answers.values()} == {'Bearer realm="itac"'}
    assert {answer.json()["type"] for answer in answers.values()} == {"urn:itac:problem:no-token"}
    assert rows() == before


def test_a_person_who_is_logged_in_is_no_program(programs: Programs) -> None:
    visitor = Program()
    visitor.client.force_login(programs.coordinator)

    assert visitor.get("/posts").status_code == 401


def test_no_answer_sets_a_cookie_or_lets_another_site_read_it(programs: Programs) -> None:
    program = programs.program()

    for response in (program.get("/posts", Origin="https://example.org"), program.ask("OPTIONS", "/posts")):
        assert not response.cookies
        assert not [name for name in response.headers if name.lower().startswith("access-control")]


def test_every_method_that_an_address_lacks_is_refused_with_those_it_has(programs: Programs) -> None:
    program = programs.program()
    by_path: dict[str, set[str]] = {}
    for rule in RULES.values():
        by_path.setdefault(rule.path, set()).add(rule.method)

    for address, methods in by_path.items():
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} - methods:
            response = program.ask(method, _filled(address))
            assert response.status_code == 405, (method, address)
            assert set(response["Allow"].split(", ")) - {"HEAD"} == methods


def test_a_glance_at_the_head_of_what_can_be_read_is_answered_without_a_body(programs: Programs) -> None:
    programs.two_sides()
    program = programs.program()

    response = program.ask("HEAD", f"/posts/{programs.mine.draft.pk}")

    assert (response.status_code, response.content) == (200, b"")
    assert response["ETag"] == program.get(f"/posts/{programs.mine.draft.pk}")["ETag"]


def test_the_document_is_read_without_a_token_and_names_each_scope(programs: Programs) -> None:
    response = Program().get("/openapi.json")

    operations = [each for methods in response.json()["paths"].values() for each in methods.values()]
    scoped: list[Rule] = [RULES[each["operationId"]] for each in operations]
    assert response.status_code == 200
    assert all(
        f"`{rule.scope}`" in each["description"] for each, rule in zip(operations, scoped, strict=True) if rule.scope
    )
    assert f"/{OPEN_ROUTE}" == "/api/v1/openapi.json"
    assert set(ALL) == {rule.scope for rule in RULES.values() if rule.scope}


def _filled(address: str) -> str:
    start, brace, rest = address.partition("{")
    return f"{start}1{rest.partition('}')[2]}" if brace else address
