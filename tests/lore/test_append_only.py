"""The database itself refuses to change a revision, or a line of the log."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from lore.changing import note
from lore.editing import redact, save_revision
from lore.models import Change, ChangeKind, Page, Revision
from lore.prose import Prose
from tests.factories import make_claim, make_fan, make_page

pytestmark = pytest.mark.django_db

TEXTS = ["title", "lead", "hatnote", "facts", "body", "comment"]


@pytest.fixture
def other(db) -> Page:
    return make_page("other")


@pytest.fixture
def revision(db, editor) -> Revision:
    page = make_page("ruska-roma", editor=editor, comment="First", hatnote="Hatnote", facts="Kind: school", body="Text")
    prose = Prose("Ruska Roma", "A lead.", "More text", "Hatnote", "Kind: school")
    return save_revision(page, prose, editor=editor, comment="Second", credited_to=make_fan(username="helper"))


@pytest.fixture
def change(revision, editor) -> Change:
    claims = {"claim": make_claim("A1", page=revision.page), "newer": make_claim("A2", page=revision.page)}
    statuses = {"old_status": "rumour", "new_status": "confirmed"}
    credit = {"credited_to": make_fan(username="second")}
    return note(ChangeKind.CLAIM_STATUS, revision.page, editor, "Somebody said so", **claims, **statuses, **credit)


def refused(row: Revision | Change, **values: object) -> bool:
    """By way of the ORM and by way of bare SQL."""
    rows = type(row).objects.filter(pk=row.pk)
    column = type(row)._meta.get_field(next(iter(values))).column
    statement = f"UPDATE {type(row)._meta.db_table} SET {column} = %s WHERE id = %s"
    return all([_fails(lambda: rows.update(**values)), _fails(lambda: _run(statement, [*values.values(), row.pk]))])


def _run(statement: str, values: list) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _fails(act) -> bool:
    try:
        with transaction.atomic():
            act()
    except IntegrityError:
        return True
    return False


class TestRevision:
    @pytest.mark.parametrize("column", TEXTS)
    @pytest.mark.parametrize("words", ["Other words", ""])
    def test_words_are_never_changed(self, revision, column, words):
        assert refused(revision, **{column: words})

    def test_nor_what_they_give_away(self, revision):
        assert refused(revision, scope=4)

    def test_nor_their_number_page_and_hour(self, revision, other):
        assert refused(revision, number=99)
        assert refused(revision, page_id=other.pk)
        assert refused(revision, created_at=timezone.now())

    def test_nor_by_saving_it(self, revision):
        revision.body = "Other words"
        assert _fails(revision.save)

    def test_nobody_else_is_named_as_its_writer(self, revision, fan, other):
        assert refused(revision, editor_id=fan.pk)
        assert refused(revision, credited_to_id=fan.pk)
        assert refused(revision, based_on_id=other.current_id)

    def test_names_go_with_their_accounts(self, revision):
        revision.editor.delete()
        revision.credited_to.delete()
        revision.refresh_from_db()
        assert (revision.editor, revision.credited_to) == (None, None)

    def test_what_is_derived_may_be_made_anew(self, revision):
        Revision.objects.filter(pk=revision.pk).update(compiled=revision.compiled | {"body": []})
        revision.refresh_from_db()
        assert revision.compiled["body"] == []

    def test_redaction_is_the_one_way_and_is_logged(self, revision, editor):
        redact(revision, Prose("Ruska Roma", "A lead.", "[taken out]"), editor=editor, reason="A private address")
        revision.refresh_from_db()
        assert (revision.body, revision.hatnote, revision.comment) == ("[taken out]", "", "")
        assert revision.redacted_at
        assert revision.change.reason == ""
        log = Change.objects.filter(kind=ChangeKind.REDACTED).get()
        assert (log.page, log.actor) == (revision.page, editor)

    def test_once_redacted_it_is_as_fast_as_before_and_stays_redacted(self, revision, editor):
        redact(revision, Prose("Ruska Roma", "A lead."), editor=editor, reason="A private address")
        assert refused(revision, body="The old words")
        assert refused(revision, redacted_at=None)

    def test_is_redacted_twice_where_once_was_not_enough(self, revision, editor):
        for body in ("less", "nothing"):
            redact(revision, Prose("Ruska Roma", "A lead.", body), editor=editor, reason="A private address")
        revision.refresh_from_db()
        assert revision.body == "nothing"


class TestChange:
    @pytest.mark.parametrize(
        "values",
        [
            {"kind": "created"},
            {"old_status": "opinion"},
            {"new_status": "opinion"},
            {"scope": 4},
            {"reason": "Other words"},
            {"happened_at": timezone.now()},
        ],
    )
    def test_is_never_changed(self, change, values):
        assert refused(change, **values)

    def test_nor_what_it_is_about(self, change, other, fan):
        assert refused(change, page_id=other.pk)
        assert refused(change, revision_id=other.current_id)
        assert refused(change, claim_id=change.newer_id)
        assert refused(change, newer_id=change.claim_id)
        assert refused(change, actor_id=fan.pk)
        assert refused(change, credited_to_id=fan.pk)

    def test_its_reason_may_only_be_emptied(self, change):
        Change.objects.filter(pk=change.pk).update(reason="")
        change.refresh_from_db()
        assert change.reason == ""
        assert refused(change, reason="Somebody said so")

    def test_names_go_with_their_accounts(self, change):
        change.actor.delete()
        change.credited_to.delete()
        change.refresh_from_db()
        assert (change.actor, change.credited_to) == (None, None)


class TestReplacing:
    """SQLite deletes what a REPLACE finds in its way without asking; PostgreSQL has ON CONFLICT, as SQLite has too."""

    @pytest.fixture(params=["revision", "change"])
    def row(self, request) -> Revision | Change:
        return request.getfixturevalue(request.param)

    def copied(self, row, keeping, ending="", verb="INSERT"):
        """A statement that writes the row once more, `keeping` some of its values and making others up."""
        columns = [field.column for field in type(row)._meta.concrete_fields]
        table, made_up = type(row)._meta.db_table, {"id": "id + 1000", "number": "number + 1000", "revision_id": "NULL"}
        values = [made_up.get(name, name) if name not in keeping else name for name in columns]
        source = f"SELECT {', '.join(values)} FROM {table} WHERE id = %s {ending}"
        return f"{verb} INTO {table} ({', '.join(columns)}) {source}"

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no REPLACE")
    @pytest.mark.parametrize("keeping", [{"id"}, {"number", "revision_id"}])
    def test_a_row_is_never_replaced(self, row, keeping):
        if isinstance(row, Change):
            row = Change.objects.exclude(revision=None).first()
        assert _fails(lambda: _run(self.copied(row, keeping, verb="REPLACE"), [row.pk]))
        assert _fails(lambda: _run(self.copied(row, keeping, verb="INSERT OR REPLACE"), [row.pk]))
        assert type(row).objects.filter(pk=row.pk).exists()

    def test_nor_by_way_of_a_conflict(self, row):
        text = "title" if isinstance(row, Revision) else "kind"
        ending = f"ON CONFLICT (id) DO UPDATE SET {text} = 'other'"
        if connection.vendor == "sqlite":
            ending = f"AND true {ending}"
        assert _fails(lambda: _run(self.copied(row, {"id"}, ending), [row.pk]))

    def test_what_is_new_comes_in(self, row):
        _run(self.copied(row, set()), [row.pk])
        assert type(row).objects.filter(pk=row.pk + 1000).exists()


def test_all_of_it_goes_with_its_page(revision, change):
    """Only the admin's and the tests' way: on the site a page is never deleted so."""
    Page.objects.filter(pk=revision.page_id).update(current=None)
    revision.page.delete()
    assert not Revision.objects.filter(pk=revision.pk).exists()
    assert not Change.objects.filter(pk=change.pk).exists()
