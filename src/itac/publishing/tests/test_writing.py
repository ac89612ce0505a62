"""Saving a working copy from a page that knows itself: once begun, never overwritten unseen, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections

from itac.core import clock
from itac.publishing.accompanying import company_of, take_seat
from itac.publishing.errors import NotAllowed, StaleCopy
from itac.publishing.models import Post, Writer
from itac.publishing.tests.factories import Scene
from itac.publishing.writing import Draft, Seat, begin_post, save_working_copy, working_draft
from tools.databases import Database

TOGETHER = 6


def all_at_once(deed: object) -> list[object]:
    """What each of several threads got that did the same at the same moment; an error counts as an answer."""
    gate = Barrier(TOGETHER)

    def do(number: int) -> object:
        gate.wait()
        try:
            return deed(number)  # type: ignore[operator]
        except StaleCopy as error:
            return type(error)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(TOGETHER) as pool:
        return list(pool.map(do, range(TOGETHER)))


def test_one_page_that_begins_in_several_calls_at_once_begins_one_post(each_database: Database) -> None:
    scene = Scene(clock.now())

    def begin(number: int) -> object:
        seat, draft = Seat(key="one-page", turn=number), Draft(text={"en": f"Try {number}"})
        return begin_post(scene.north_editor, organisation=scene.north, draft=draft, now=scene.now, seat=seat).pk

    assert set(all_at_once(begin)) == {Post.objects.get().pk}


def test_several_people_who_begin_posts_of_one_title_at_once_get_one_each(each_database: Database) -> None:
    scene = Scene(clock.now())

    def begin(number: int) -> object:
        draft = Draft(title={"en": "Welcome"}, text={"en": f"Words {number}"})
        return begin_post(scene.north_editor, organisation=scene.north, draft=draft, now=scene.now).pk

    assert len(set(all_at_once(begin))) == TOGETHER
    assert set(Post.objects.values_list("slug", flat=True)) == {"welcome", *(f"welcome-{n}" for n in range(2, 7))}


def test_of_several_pages_that_save_the_same_version_at_once_one_is_kept_and_the_others_are_told(
    each_database: Database,
) -> None:
    scene = Scene(clock.now())
    post = begin_post(scene.north_editor, organisation=scene.north, draft=Draft(), now=scene.now)

    def save(number: int) -> object:
        seat, draft = Seat(key=f"page {number}", turn=1), Draft(text={"en": f"Page {number}"})
        return save_working_copy(scene.north_editor, post, draft, version=1, now=scene.now, seat=seat)

    answers = all_at_once(save)
    assert sorted(map(str, answers)) == sorted(["2", *[str(StaleCopy)] * (TOGETHER - 1)])
    assert working_draft(post)[0].text["en"] == f"Page {answers.index(2)}"


def test_a_seat_taken_in_several_calls_at_once_is_one_row_and_only_for_who_may_write(each_database: Database) -> None:
    scene = Scene(clock.now())
    post = begin_post(scene.north_editor, organisation=scene.north, draft=Draft(), now=scene.now)

    all_at_once(lambda _number: take_seat(scene.north_editor, post, seat="one-page", now=scene.now))

    assert Writer.objects.count() == 1
    with pytest.raises(NotAllowed):
        take_seat(scene.south_editor, post, seat="another", now=scene.now)
    assert company_of(scene.coordinator, post, now=scene.now) == [scene.north_editor]
    assert company_of(scene.north_editor, post, now=scene.now) == []
    assert company_of(scene.coordinator, post, now=scene.now + timedelta(minutes=1)) == []
