"""`itac channel` and the verbs below it, against a Mastodon API on loopback."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from itac.core import clock
from itac.networks import connecting
from itac.networks.models import Channel, Health
from itac.networks.protocol import ConnectionRefused
from itac.networks.tests import factories
from tests.servers.mastodon import MastodonServer, token_of
from tests.servers.proxy import Proxy

pytestmark = pytest.mark.django_db
ASK = "/api/v1/accounts/verify_credentials"


@pytest.fixture
def proxy(mastodon: MastodonServer, proxy_for: Callable[..., Proxy]) -> Proxy:
    return proxy_for(mastodon)


@pytest.fixture
def connected(mastodon: MastodonServer, proxy: Proxy) -> Channel:
    return connecting.add_channel(
        "mastodon", name="ITAC global", address=proxy.url, secret={"access_token": mastodon.token}, now=clock.now()
    )


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("channel", *words, stdout=out)
    return out.getvalue()


def test_adding_proves_and_stores(connected: Channel) -> None:
    stored = Channel.objects.get(slug="itac-global")

    assert (stored.handle, stored.health, stored.limits["text_max"]) == ("@itac@127.0.0.1", Health.GOOD, 500)


def test_adding_what_does_not_work_stores_nothing(mastodon: MastodonServer) -> None:
    with pytest.raises(ConnectionRefused) as refused:
        connecting.add_channel(
            "mastodon", name="X", address=mastodon.url, secret={"access_token": "wrong"}, now=clock.now()
        )

    assert refused.value.code == "token_refused"
    assert not Channel.objects.exists()


def test_adding_asks_for_what_is_missing(connected: Channel, mastodon: MastodonServer) -> None:
    with pytest.raises(ValidationError):
        connecting.add_channel("mastodon", name="Y", secret={"access_token": "x"}, now=clock.now())
    with pytest.raises(ConnectionRefused):
        connecting.add_channel("mastodon", name="Z", address=mastodon.url, now=clock.now())
    with pytest.raises(ValidationError):
        connecting.add_channel(
            "mastodon",
            name="ITAC global",
            address=mastodon.url,
            secret={"access_token": mastodon.token},
            now=clock.now(),
        )


def test_refusal_is_stored_and_a_broken_line_is_not_a_dead_token(connected: Channel, proxy: Proxy) -> None:
    proxy.drop_before("GET", ASK)
    proxy.status(401, "GET", ASK, body="{}")
    seen = []

    for _ in range(3):
        try:
            connecting.test_channel(connected, now=factories.NOON)
        except ConnectionRefused as refused:
            seen.append(refused.code)
        stored = Channel.objects.get()
        seen.append(f"{stored.health} {stored.health_code}".strip())

    assert seen == [
        "server_silent",
        "good server_silent",
        "token_refused",
        "needs_person token_refused",
        "good",
    ]


def test_new_secret_must_be_of_the_same_account(connected: Channel) -> None:
    with pytest.raises(ConnectionRefused) as refused:
        connecting.reconnect(connected, secret={"access_token": token_of("second")}, now=clock.now())

    assert refused.value.code == "account_changed"
    assert Channel.objects.get().secret["access_token"] == token_of("itac")


def test_command_adds_tests_and_lists_without_showing_a_secret(
    mastodon: MastodonServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps({"access_token": mastodon.token})))

    added = run("add", "mastodon", "--name", "ITAC", "--address", mastodon.url, "--language", "es", "--secret-stdin")
    tested, listed = run("test", "itac"), run("list")

    assert Channel.objects.get().languages == ["es"]
    assert added == "itac: connected as @itac@127.0.0.1.\n"
    assert "text max" in tested
    assert [line.split()[0] for line in listed.splitlines()] == ["NAME", "itac"]
    assert mastodon.token not in added + tested + listed


def test_command_takes_the_secret_from_the_environment(
    mastodon: MastodonServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHANNEL_ACCESS_TOKEN", mastodon.token)

    run("add", "mastodon", "--name", "ITAC", "--address", mastodon.url)

    assert Channel.objects.get().health == Health.GOOD


def test_command_adds_channels_that_need_no_account() -> None:
    run("add", "website", "--name", "Site")
    run("add", "by_hand", "--name", "Instagram", "--handle", "@itac")

    assert [line.split()[1] for line in run("list").splitlines()[1:]] == ["by_hand", "website"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "myspace", "--name", "X"], "myspace"),
        (["add", "website", "--name", "X", "--organisation", "nobody"], "nobody"),
        (["add", "mastodon", "--name", "X", "--address", "https://m.example"], "CHANNEL_ACCESS_TOKEN"),
        (["add", "bluesky", "--name", "X"], "Name the account"),
        (["add", "mastodon", "--name", "X", "--address", "http://127.0.0.1:1"], "No channel was added."),
        (["test", "nothing"], "nothing"),
    ],
)
def test_command_fails_with_one_clear_line(words: list[str], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    monkeypatch.setenv("CHANNEL_APP_PASSWORD", "x")
    if "http://127.0.0.1:1" in words:
        monkeypatch.setenv("CHANNEL_ACCESS_TOKEN", "x")
    with pytest.raises(CommandError) as error:
        run(*words)

    assert len(str(error.value).splitlines()) == 1
    assert said in str(error.value)


def test_command_turns_keys(connected: Channel, settings: object) -> None:
    assert run("rotate-keys").startswith("1 channels")
    assert Channel.objects.get().secret["access_token"] == token_of("itac")
