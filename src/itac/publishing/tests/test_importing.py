"""A plan in a spreadsheet becomes drafts: all or none, each wrong cell named; and comes out again as it went in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone, translation
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from itac.campaign.models import AuditEntry, Person
from itac.core.walltime import WallTime, WallTimeError, resolve
from itac.publishing import importing, planning, tables, writing
from itac.publishing.errors import MovedMeanwhile, NotAllowed, Unfit
from itac.publishing.exporting import export_plan
from itac.publishing.importing import Row, import_plan, keep_plan, read_plan
from itac.publishing.models import Delivery, PlanFile, Post, PostKind, Trigger, WorkingCopy
from itac.publishing.plan_columns import KINDS
from itac.publishing.tests.factories import Scene, organisation, person, picture
from itac.publishing.writing import Draft, DraftPicture, DraftVariant, begin_post, working_draft
from tools.databases import Database

NOW = datetime(2026, 12, 18, 8, tzinfo=UTC)


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene(NOW)


def kept(actor: Person, *rows: str, zone: str = "UTC") -> PlanFile:
    """A plan of these lines, kept as if it had been uploaded."""
    return keep_plan(actor, "plan.csv", tables.read("\n".join(rows).encode(), name="plan.csv"), zone=zone, now=NOW)


def faults(rows: list[Row]) -> list[tuple[int, str, str]]:
    return [(row.number, fault.letter, fault.message) for row in rows for fault in row.faults]


def wrong(scene: Scene, head: str, row: str, actor: Person | None = None) -> str:
    """The one sentence that is said of that row."""
    who = actor or scene.north_editor
    [(_number, _letter, message)] = faults(read_plan(who, kept(who, f"title en,{head}", f"Words,{row}"), now=NOW))
    return message


def columns(actor: Person, head: str) -> str:
    with pytest.raises(Unfit) as found:
        read_plan(actor, kept(actor, head, ",".join("x" for _each in head.split(","))), now=NOW)
    return " ".join(str(problem.message) for problem in found.value.problems)


def test_rows_become_drafts_of_ones_organisation_on_the_calendar_and_nothing_leaves(scene: Scene) -> None:
    file = kept(
        scene.north_editor,
        "title en;text en;text es;day;time;time zone;channels;kind",
        "Close to home;More than half.;Más de la mitad.;2026-12-20;18:00;America/Bogota;website (en, es);figure",
        ";;;;;;;",
        "Later;No time yet.;;;;;website;",
    )

    made = import_plan(scene.north_editor, file, now=NOW)

    first, second = Post.objects.order_by("pk")
    assert [post.pk for post in made] == [first.pk, second.pk]
    draft, version = working_draft(first)
    assert (first.organisation, first.submitted_at, version) == (scene.north, None, 1)
    assert (draft.text, draft.kind) == ({"en": "More than half.", "es": "Más de la mitad."}, "figure")
    assert [(each.channel_id, each.language) for each in draft.variants] == [
        (scene.website.pk, "en"),
        (scene.website.pk, "es"),
    ]
    assert first.planned_at == datetime(2026, 12, 20, 23, tzinfo=UTC)
    assert (first.planned_wall, first.planned_zone) == ("2026-12-20T18:00", "America/Bogota")
    assert (second.planned_at, working_draft(second)[0].variants[0].language) == (None, "en")
    assert Delivery.objects.count() == 0


def test_one_wrong_row_and_nothing_is_made(scene: Scene) -> None:
    file = kept(scene.north_editor, "title en,kind", "One,story", "Two,poem")

    with pytest.raises(Unfit, match="“poem” is no kind of post"):
        import_plan(scene.north_editor, file, now=NOW)

    assert Post.objects.count() == 0
    file.refresh_from_db()
    assert file.done_at is None
    assert len(file.cells) == 3


def test_every_wrong_cell_is_named_by_its_row_and_column(scene: Scene) -> None:
    file = kept(
        scene.north_editor,
        "title en,day,time,time zone,channels,link",
        "Good,2026-12-20,18:00,Bogota,website,",
        "Bad,18/12/2026,6pm,Mars,radio,not an address",
    )

    found = faults(read_plan(scene.north_editor, file, now=NOW))

    assert [(number, letter) for number, letter, _message in found] == [(3, letter) for letter in "BCDEF"]
    assert found[3][2] == "There is no channel “radio”. Write them as website (en, es); the channels are: website."
    assert found[0][2] == "Write the day as year, month, day: 2026-12-18."


def test_times_that_dont_exist_come_twice_or_are_over_are_explained(scene: Scene) -> None:
    head = "day,time,time zone,first or second"

    assert "go from 01:59 straight to 03:00" in wrong(scene, head, "2027-03-14,02:30,America/New_York,")
    assert "Write first or second into the column “first or second”" in wrong(
        scene, head, "2027-11-07,01:30,America/New_York,"
    )
    assert wrong(scene, head, "2026-12-17,18:00,UTC,").startswith("This time is over.")
    assert wrong(scene, head, "2026-13-40,18:00,UTC,").startswith("There is no such day")
    assert wrong(scene, head, "2026-12-20,,UTC,") == "Write the time too: 18:00."
    [row] = read_plan(
        scene.north_editor,
        kept(scene.north_editor, f"title en,{head}", "Words,2027-11-07,01:30,America/New_York,second"),
        now=NOW,
    )
    assert row.at is not None
    assert row.at.instant() == datetime(2027, 11, 7, 6, 30, tzinfo=UTC)


def test_a_row_without_a_zone_is_on_the_clock_that_was_chosen(scene: Scene) -> None:
    file = kept(scene.north_editor, "title en,day,time", "Words,2026-12-20,18:00", zone="Europe/Madrid")

    [post] = import_plan(scene.north_editor, file, now=NOW)

    assert (post.planned_zone, post.planned_at) == ("Europe/Madrid", datetime(2026, 12, 20, 17, tzinfo=UTC))


def test_what_a_cell_may_not_hold_is_said_with_what_to_do(scene: Scene) -> None:
    said = {
        ("organisation", "south-youth"): "You write for no organisation “south-youth”. Write one of: north-city.",
        ("organisation", "nowhere"): "You write for no organisation “nowhere”. Write one of: north-city.",
        ("when this happens", "The end"): "No post can wait for “The end”. What can be waited for: none at present.",
        ("first written in", "klingon"): "“klingon” is no language. Write its code, such as es.",
        ("text xx", "Words"): "There is no language “xx”. Write its code, such as es, at the end of the column's name.",
        ("channels", "website (xx)"): "website doesn't take the language “xx”. Write another, or leave it out.",
        ("channels", "website (en); website (en)"): "A channel and language stand here twice. Take one out.",
        ("text es for website", "Hola"): "“channels” doesn't name website (es). Name it there, or empty this cell.",
        ("picture 1", "77"): (
            "There is no picture “77” that you may use. Write its number, which stands in its address under Pictures."
        ),
        ("picture 1 words en", "A"): "There are words for a picture here, and no picture. Write its number.",
        ("source 1 address", "ftp://example.org"): "Write the whole address, such as https://example.org/page.",
        ("title es", "a" * 201): "This is 201 characters long; 200 are the most. Shorten it.",
    }

    assert {cell: wrong(scene, *cell) for cell in said} == said
    [(_row, _letter, none)] = faults(
        read_plan(scene.north_editor, kept(scene.north_editor, "title en,kind", ",story"), now=NOW)
    )
    assert none == "This row has no words. Write a title and a text, or take the row out."


def test_a_picture_of_others_looks_like_one_that_isnt_there(scene: Scene) -> None:
    theirs = picture("Theirs", owner=scene.south)

    assert wrong(scene, "picture 1", str(theirs.pk)).startswith(f"There is no picture “{theirs.pk}” that you may use.")


def test_a_strange_column_ends_in_a_plain_sentence(scene: Scene) -> None:
    editor = scene.north_editor

    assert columns(editor, "title en,tiitle es") == "The column “tiitle es” isn't known. Did you mean “title es”?"
    assert "The column “budget” isn't known." in columns(editor, "title en,budget")
    assert columns(editor, "title en,Título EN") == "The column “Título EN” stands there twice. Take one out."
    assert columns(editor, "day,time").startswith("There is no column with words.")
    assert (
        columns(editor, "title en,")
        == "A column without a name holds something. Name it in the first row, or take it out."
    )
    assert columns(editor, "title en,text en for radio").startswith("There is no channel “radio”.")
    with pytest.raises(Unfit, match="no posts below"):
        read_plan(editor, kept(editor, "title en"), now=NOW)


def test_who_writes_for_nobody_imports_nothing_and_nobody_imports_anothers_file(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        kept(scene.north_approver, "title en", "Words")
    file = kept(scene.north_editor, "title en", "Words")
    for other in (scene.south_editor, scene.coordinator):
        with pytest.raises(NotAllowed):
            import_plan(other, file, now=NOW)
    assert Post.objects.count() == 0


def test_a_coordinator_without_a_name_speaks_for_the_campaign_and_an_editor_of_two_must_say_for_whom(
    scene: Scene,
) -> None:
    both = person("Both", editor=scene.north)
    both.roles.create(organisation=scene.south, duty="editor")

    [campaign] = import_plan(scene.coordinator, kept(scene.coordinator, "title en", "Words"), now=NOW)
    message = wrong(scene, "kind", "story", Person.objects.get(pk=both.pk))

    assert campaign.organisation is None
    assert message == "Say which organisation speaks. Write one of: north-city, south-youth."


def test_notes_say_what_will_stand_in_the_way_of_approval(scene: Scene) -> None:
    wall = scene.channel("wall", network="by_hand", person=scene.north_editor, limits={"text_max": 10})

    [row] = read_plan(
        scene.north_editor, kept(scene.north_editor, "text en,channels", f"{'a' * 14},{wall.slug}"), now=NOW
    )

    assert not row.faults
    assert row.notes == ["The text for Wall is 4 characters too long (limit 10). Shorten it."]


def test_the_same_words_twice_are_warned_of_within_the_file_and_beside_what_is_planned(scene: Scene) -> None:
    post = scene.post("Close to home.", title="Planned", at=NOW + timedelta(days=1), approved=False)
    lines = ("text en,channels", "close to HOME,website", "Another,website", "another!,website", "close to home,")

    first, second, third, fourth = read_plan(scene.north_editor, kept(scene.north_editor, *lines), now=NOW)

    assert [(each.post.pk, each.at) for each in first.repeats] == [(post.pk, NOW + timedelta(days=1))]
    assert (second.repeats, second.twins) == ([], [])
    assert third.twins == [(3, "Website")]
    assert (fourth.repeats, fourth.twins, first.faults) == ([], [], ())


def test_a_file_imported_a_second_time_is_warned_of_row_by_row(scene: Scene) -> None:
    lines = ("text en,channels,day,time", "One,website,2026-12-20,18:00", "Two,website,2026-12-21,18:00")
    import_plan(scene.north_editor, kept(scene.north_editor, *lines), now=NOW)

    again = read_plan(scene.north_editor, kept(scene.north_editor, *lines), now=NOW)

    assert [len(row.repeats) for row in again] == [1, 1]


def test_a_plan_is_read_with_as_many_queries_however_long_it_is(scene: Scene, django_assert_num_queries: Any) -> None:
    street = picture("A street", owner=scene.north)
    lines = [f"Words {number},website,2026-12-20,18:00,{street.pk}" for number in range(60)]
    head = "text en,channels,day,time,picture 1"
    few, many = (kept(scene.north_editor, head, *some) for some in (lines[:3], lines))
    import_plan(scene.north_editor, kept(scene.north_editor, head, *lines), now=NOW)
    editor = Person.objects.get(pk=scene.north_editor.pk)
    editor.roles_now()
    with transaction.atomic(), django_assert_num_queries(_queries(lambda: read_plan(editor, few, now=NOW))):
        read_plan(editor, many, now=NOW)


def _queries(do: Any) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as caught:
        do()
    return len(caught)


def test_a_plan_is_imported_with_as_many_queries_however_long_it_is_and_leaves_what_each_post_alone_would(
    scene: Scene, django_assert_max_num_queries: Any
) -> None:
    trigger = Trigger.objects.create(name="The report is public")
    head = "title en,text en,day,time,when this happens,channels"
    row = "Close to home,More than half.,2026-12-20,18:00,,website (en)"
    waiting = "Close to home,Another half.,,,The report is public,website (en)"
    file = kept(scene.north_editor, head, row, waiting, *[row] * 30)

    with django_assert_max_num_queries(30):
        many = import_plan(scene.north_editor, file, now=NOW)

    draft = working_draft(many[0])[0]
    alone = [begin_post(scene.north_editor, organisation=scene.north, draft=draft, now=NOW) for _each in range(2)]
    planning.plan(scene.north_editor, alone[0], at=WallTime.parse("2026-12-20T18:00", "UTC"), now=NOW)
    planning.plan_for_trigger(scene.north_editor, alone[1], trigger, now=NOW)

    def left_by(post: Post) -> list[Any]:
        post = Post.objects.get(pk=post.pk)
        lines = AuditEntry.objects.about(post).order_by("pk").values_list("kind", "actor", "organisation", "facts")
        words = list(post.wordings.values_list("channel", "digest"))
        copy = WorkingCopy.objects.filter(post=post).values_list("version", "saved_by", "saved_at").get()
        time = (post.planned_wall, post.planned_zone, post.planned_at, post.trigger)
        return [str(post), time, copy, len(words), [line for line in lines if line[0] != "post_imported"]]

    assert [left_by(post) for post in many[:2]] == [left_by(post) for post in alone]
    assert [post.slug for post in many[:3]] == ["close-to-home", "close-to-home-2", "close-to-home-3"]
    assert [post.slug for post in alone] == ["close-to-home-33", "close-to-home-34"]


def test_old_files_are_forgotten_and_of_one_person_only_the_newest_are_kept(scene: Scene) -> None:
    for number in range(12):
        kept(scene.north_editor, "title en", f"Words {number}")
    assert next(file.cells[1] for file in PlanFile.objects.order_by("pk")) == ["Words 2"]

    importing.forget_old(NOW + timedelta(days=7, seconds=1))

    assert PlanFile.objects.count() == 0


# -- there and back -------------------------------------------------------------------------------

words = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=40
)
lines = words.map(str.strip).filter(bool)
texts = st.lists(words | st.sampled_from(["=1+1", "'=1", "@north", "- one", "\n"]), min_size=1, max_size=3).map(
    "\n".join
)
zones = st.sampled_from(["UTC", "America/Bogota", "America/New_York", "Europe/Madrid", "Australia/Lord_Howe"])
NIGHTS = ["2027-03-14T02:30", "2027-11-07T01:30", "2027-10-31T02:30", "2027-04-04T01:45"]
walls = st.datetimes(datetime(2027, 1, 1), datetime(2030, 1, 1)).map(
    lambda at: f"{at:%Y-%m-%dT%H:%M}"
) | st.sampled_from(NIGHTS)


@st.composite
def times(draw: Any) -> WallTime:
    wall, zone = draw(walls), draw(zones)
    try:
        return resolve(wall, zone, which=draw(st.sampled_from(["first", "second"])))
    except WallTimeError:
        return WallTime.parse("2027-06-01T12:00", zone)


def localised(values: Any) -> Any:
    return st.dictionaries(st.sampled_from(["en", "es", "ar", "qu"]), values, min_size=1, max_size=3)


address = st.just("") | st.just("https://example.org/a?b=c&d=é")
sources = st.fixed_dictionaries(
    {"title": lines, "publisher": lines | st.just(""), "address": address, "figure": lines | st.just("")}
)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["en", "es"])
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(data=st.data())
def test_what_is_exported_is_imported_as_equal_posts(scene: Scene, form: str, language: str, data: Any) -> None:
    with transaction.atomic(), translation.override(language):
        before = [_some_post(scene, data) for _number in range(data.draw(st.integers(1, 3)))]
        rows = export_plan(scene.coordinator, Post.objects.all(), language=language)
        table = tables.read(tables.FORMS[form][1](rows), name=f"plan.{form}")
        file = keep_plan(scene.coordinator, "plan", table, zone="UTC", now=NOW)

        made = import_plan(scene.coordinator, file, now=NOW)

        assert [_told(post) for post in made] == [_told(post) for post in sorted(before, key=_order)]
        transaction.set_rollback(True)


def _order(post: Post) -> tuple[bool, Any, int]:
    return post.planned_at is None, post.planned_at or 0, post.pk


def _some_post(scene: Scene, data: Any) -> Post:
    draw = data.draw
    places = draw(st.lists(st.tuples(st.just(scene.website.pk), st.sampled_from(["en", "es", "ar"])), unique=True))
    street = draw(
        st.lists(st.builds(DraftPicture, picture_id=st.just(_street(scene)), alt=localised(lines)), max_size=1)
    )
    draft = Draft(
        title=draw(localised(lines)),
        text=draw(localised(texts.filter(str.strip))),
        original=draw(st.sampled_from(["en", "es", "ar"])),
        kind=draw(st.sampled_from(PostKind.values)),
        variants=[
            DraftVariant(
                channel_id=channel,
                language=code,
                text=draw(st.just("") | texts.filter(str.strip)),
                options=draw(st.sampled_from([{}, {"visibility": "unlisted"}])),
            )
            for channel, code in places
        ],
        pictures=street,
        link_address=draw(address),
        link_title=draw(localised(lines)),
        link_description=draw(localised(lines)),
        sources=draw(st.lists(sources, max_size=2)),
    )
    post = begin_post(scene.coordinator, organisation=draw(st.sampled_from([None, scene.north])), draft=draft, now=NOW)
    when = draw(st.sampled_from(["never", "at", "event"]))
    if when == "at":
        planning.plan(scene.coordinator, post, at=draw(times()), now=NOW)
    elif when == "event":
        event, _new = Trigger.objects.get_or_create(name="The resolution, “at last”, is adopted")
        planning.plan_for_trigger(scene.coordinator, post, event, now=NOW)
    if draw(st.booleans()):
        writing.submit_working_copy(scene.coordinator, post, now=NOW)
    return Post.objects.get(pk=post.pk)


def _street(scene: Scene) -> int:
    from itac.library.models import Picture

    found = Picture.objects.first() or picture("A street", owner=scene.north)
    return int(found.pk)


def _told(post: Post) -> Any:
    draft, _version = working_draft(Post.objects.get(pk=post.pk))
    when = (post.planned_wall, post.planned_zone, post.planned_fold, post.planned_at, post.trigger_id)
    return draft.as_json(), post.organisation_id, when


def test_every_kind_of_post_has_its_word() -> None:
    assert set(KINDS) == set(PostKind.values)


def test_an_export_holds_what_its_reader_may_read_and_nothing_else(scene: Scene) -> None:
    begin_post(
        scene.north_editor,
        organisation=scene.north,
        draft=Draft(title={"en": "T"}, text={"en": "Still secret"}),
        now=NOW,
    )
    scene.post("Public soon", title="Submitted", at=NOW + timedelta(days=1), approved=False)

    def told(who: Person) -> str:
        return str(export_plan(who, Post.objects.all(), language="en"))

    assert "Still secret" in told(scene.north_editor)
    assert "Public soon" in told(scene.north_approver)
    assert "Still secret" not in told(scene.north_approver)
    assert "Public soon" not in told(scene.south_editor)
    assert "Submitted" not in told(person("West", editor=organisation("West Union")))


def test_an_export_takes_as_many_queries_however_many_posts_there_are(
    scene: Scene, django_assert_num_queries: Any
) -> None:
    def add(number: int) -> None:
        for _each in range(number):
            scene.post(at=NOW + timedelta(days=1), approved=False, pictures=(picture(owner=scene.north),))

    add(2)
    few = _queries(lambda: export_plan(scene.coordinator, Post.objects.all(), language="en"))
    add(4)
    with django_assert_num_queries(few):
        export_plan(scene.coordinator, Post.objects.all(), language="en")


# -- both databases -------------------------------------------------------------------------------


@pytest.fixture
def anywhere(each_database: Database) -> Iterator[Scene]:
    with timezone.override("UTC"):
        yield Scene(NOW)


def test_a_plan_is_imported_once_on_either_database_whoever_presses_how_often(anywhere: Scene) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    file = kept(
        anywhere.north_editor, "text en,channels,day,time", *(f"T{n},website,2027-01-01,10:00" for n in range(20))
    )

    def press(_number: int) -> int:
        try:
            mine = PlanFile.objects.get(pk=file.pk)
            return len(import_plan(Person.objects.get(pk=anywhere.north_editor.pk), mine, now=NOW))
        except (MovedMeanwhile, Unfit):
            return 0
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        pressed = sorted(pool.map(press, range(4)))

    assert pressed == [0, 0, 0, 20]
    assert (Post.objects.count(), WorkingCopy.objects.count()) == (20, 20)
