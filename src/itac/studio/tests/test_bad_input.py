"""What can't be ends in a plain sentence with what to do, and in nothing lost."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from itac.campaign.models import Person
from itac.core import clock
from itac.library.models import Picture
from itac.publishing import approving
from itac.publishing.asking import link_for
from itac.publishing.models import ApprovalRequest, Decision, Delivery, Post
from itac.publishing.tests.factories import Scene

Login = Callable[[Person], Client]


def huge(width: int, height: int) -> SimpleUploadedFile:
    """A PNG of one colour: few bytes, and many pixels for whoever opens it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer, packed = zlib.compressobj(9), io.BytesIO()
    for _row in range(height):
        packed.write(packer.compress(bytes(width // 8 + 2)))
    packed.write(packer.flush())
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed.getvalue()) + chunk(b"IEND", b"")
    return SimpleUploadedFile("poster.png", data, "image/png")


@pytest.mark.parametrize(("width", "height"), [(10_001, 10_000), (20_000, 10_000)])
def test_a_picture_of_a_hundred_megapixels_is_refused_with_the_limit_and_nothing_typed_is_lost(
    width: int, height: int, scene: Scene, login: Login
) -> None:
    fields = {"title": "A poster", "credit": "Own work", "licence": "CC BY 4.0"}

    answer = login(scene.north_editor).post(
        "/studio/images/add/", {**fields, "file": huge(width, height)}, headers={"accept-language": "en"}
    )

    page = answer.content.decode()
    assert (answer.status_code, Picture.objects.count()) == (200, 0)
    assert "This picture is larger than can be kept: at most 100 million points" in page
    assert 'value="A poster"' in page
    assert 'value="Own work"' in page


@pytest.fixture
def asked(scene: Scene) -> ApprovalRequest:
    """A question to both organisations."""
    post = scene.post("Half stay near.", at=clock.now() + timedelta(hours=5), approved=False)
    return approving.ask(scene.north_editor, post, now=clock.now())


def answer_of(request: ApprovalRequest, scene: Scene) -> dict[str, str]:
    return {
        "request": str(request.pk),
        "seal": request.seal,
        "verdict": "approve",
        "organisation": str(scene.south.pk),
    }


@pytest.mark.parametrize("gone", ["deleted", "taken back"])
def test_a_post_that_is_gone_while_its_approver_reads_it_is_said_to_be_and_nothing_is_decided(
    gone: str, asked: ApprovalRequest, scene: Scene, login: Login
) -> None:
    reader, address = login(scene.south_approver), reverse("studio_approve", args=[asked.post_id])
    by_mail = "/" + link_for(scene.south_approver).split("/", 3)[3]
    typed = {f"verdict-{asked.pk}": "approve", f"seal-{asked.pk}": asked.seal, f"for-{asked.pk}": str(scene.south.pk)}
    assert "Half stay near." in Client().get(by_mail).content.decode()
    if gone == "deleted":
        Delivery.objects.filter(variant__post=asked.post_id).delete()
        Post.objects.get(pk=asked.post_id).delete()
    else:
        approving.withdraw_request(scene.north_editor, asked.post, now=clock.now())

    in_the_studio = reader.post(address, answer_of(asked, scene), follow=True)
    code = Client().post(by_mail, {**typed, "step": "code"})
    late = Client().post(by_mail, {**typed, "step": "decide", "code": "123456"})

    assert not Decision.objects.exists()
    assert in_the_studio.status_code == 404
    for page in (code, late):
        assert page.status_code == 422
        assert "Nothing waits for your answer now." in page.content.decode()


@pytest.mark.parametrize("minutes", [0, -5])
def test_a_deadline_in_the_past_is_said_beside_its_field_and_nobody_is_asked(
    minutes: int, scene: Scene, login: Login
) -> None:
    post = scene.post(at=clock.now() + timedelta(hours=5), approved=False)
    moment = f"{clock.now() + timedelta(minutes=minutes):%Y-%m-%dT%H:%M}"

    answer = login(scene.north_editor).post(reverse("studio_ask", args=[post.pk]), {"deadline": moment})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Nobody can answer until a time that is over. Choose a later one." in page
    assert 'href="#id_deadline"' in page
    assert f'value="{moment}"' in page
    assert not ApprovalRequest.objects.exists()


@pytest.mark.parametrize("digits", [30, 5_000])
def test_a_number_that_no_row_can_have_is_nobodys(digits: int, scene: Scene, login: Login) -> None:
    number, browser = "9" * digits, login(scene.coordinator)
    pages = ("studio_posts", "studio_deliveries", "studio_calendar", "studio_calendar_feed")
    read = [browser.get(reverse(name), {"channel": number, "organisation": number}).status_code for name in pages]
    said = {
        "studio_held": {"do": "drop", "chosen": number},
        "studio_pause": {"do": "pause", "channel": number},
        "studio_sessions": {"end": number},
        "studio_deputies": {"end": number},
        "studio_tokens": {"revoke": number},
        "studio_post_new": {"source_rows": number, f"picture_{number}": "on"},
        "studio_photo": {"post": number},
    }

    answers = {name: browser.post(reverse(name), facts).status_code for name, facts in said.items()}

    assert read[:3] == [200, 200, 200]
    assert {name: status for name, status in answers.items() if status >= 500} == {}
    assert read[3] < 500
