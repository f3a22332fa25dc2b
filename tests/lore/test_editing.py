"""Saving pages: revisions, conflicts, addresses, and the links that follow."""

import pytest
from django.core.exceptions import ValidationError

from lore.addressing import claim_address, rename, set_aliases
from lore.canon import RESERVED_SLUGS
from lore.editing import Conflict, create_page, save_revision
from lore.markup import MarkupError
from lore.models import Address, Page, PageLink, Revision
from lore.prose import Prose
from tests.factories import make_page

pytestmark = pytest.mark.django_db


def save(page, *, based_on=None, editor=None, comment="", **prose):
    prose = {"title": page.title, "lead": "A lead."} | prose
    return save_revision(page, Prose(**prose), editor=editor, comment=comment, based_on=based_on)


def lead_of(page):
    return Page.objects.get(pk=page.pk).current.compiled["lead"]["html"]


def addresses(page):
    return set(page.addresses.values_list("slug", flat=True))


class TestRevisions:
    def test_are_numbered_from_one_for_each_page(self):
        one, other = make_page("one"), make_page("other")
        assert [save(one).number, save(other).number, save(one).number] == [2, 2, 3]

    def test_say_who_why_and_what_they_are_based_on(self, editor):
        page = make_page()
        first = page.current
        second = save(page, editor=editor, comment="A reason")
        assert (second.editor, second.comment, second.based_on) == (editor, "A reason", first)

    def test_the_last_one_is_what_the_page_says(self):
        page = make_page(title="Old", lead="Old lead.")
        save(page, title="New", lead="New >!secret!< lead.")
        page.refresh_from_db()
        assert (page.title, page.current.number) == ("New", 2)
        assert page.summary == "New secret lead."

    def test_earlier_ones_stay_as_they_were(self):
        page = make_page(lead="First words.")
        save(page, lead="Second words.")
        assert list(page.revisions.values_list("number", "lead")) == [(2, "Second words."), (1, "First words.")]

    def test_the_summary_leaves_out_what_gives_a_work_away(self, three):
        page = make_page(lead="Safe, >!chapter-3: not safe!<.")
        assert page.summary == "Safe, …."


class TestConflict:
    def test_a_save_on_the_current_revision_goes_through(self):
        page = make_page()
        assert save(page, based_on=page.current).number == 2

    def test_a_save_on_an_older_one_is_refused(self):
        page = make_page()
        first = page.current
        save(page, lead="Theirs.")
        with pytest.raises(Conflict):
            save(page, lead="Mine.", based_on=first)
        assert lead_of(page) == "Theirs."
        assert page.revisions.count() == 2

    def test_a_stale_page_in_hand_does_not_hide_it(self):
        in_hand = Page.objects.get(pk=make_page().pk)
        save(Page.objects.get(), lead="Theirs.")
        with pytest.raises(Conflict):
            save(in_hand, based_on=in_hand.current)


class TestBadProse:
    @pytest.mark.parametrize(
        "bad",
        [
            {"body": "::: gives-away chapter-99\nx\n:::"},
            {"body": "::: gives-away chapter-3\nnever closed"},
            {"facts": "No colon here"},
            {"facts": "Empty:"},
            {"title": "t" * 121},
            {"title": ""},
            {"hatnote": "h" * 301},
        ],
        ids=lambda bad: f"{next(iter(bad))}-{len(next(iter(bad.values())))}",
    )
    def test_is_refused_and_nothing_is_saved(self, bad, three):
        page = make_page()
        with pytest.raises(ValidationError):
            save(page, **bad)
        assert page.revisions.count() == 1

    def test_names_the_line(self, three):
        with pytest.raises(MarkupError) as problem:
            save(make_page(), body="fine\n\n::: gives-away chapter-99\nx\n:::")
        assert "3" in str(problem.value)

    def test_no_page_is_left_behind_by_a_failed_creation(self):
        with pytest.raises(ValidationError):
            make_page(body=":::")
        assert not Page.objects.exists()
        assert not Address.objects.exists()


class TestAddresses:
    def test_a_renamed_page_keeps_its_old_address(self):
        page = make_page("old")
        rename(page, "newer")
        page.refresh_from_db()
        assert page.slug == "newer"
        assert addresses(page) == {"old", "newer"}

    def test_it_may_go_back(self):
        page = make_page("old")
        rename(page, "newer")
        rename(page, "old")
        assert Page.objects.get().slug == "old"

    def test_nobody_else_gets_the_old_address(self):
        rename(make_page("old"), "newer")
        with pytest.raises(ValidationError):
            make_page("old")

    def test_a_page_cannot_take_another_pages_address(self):
        make_page("taken")
        page = make_page("mine")
        with pytest.raises(ValidationError):
            rename(page, "taken")
        assert Page.objects.get(pk=page.pk).slug == "mine"

    @pytest.mark.parametrize("slug", [*sorted(RESERVED_SLUGS), "page-7", "page-x", "", "a b", "é", "a/b", "s" * 81])
    def test_these_are_refused(self, slug):
        with pytest.raises(ValidationError):
            make_page(slug, title="T")
        assert not Page.objects.exists()

    def test_every_word_that_has_a_view_under_lore_is_reserved(self):
        assert {"timeline", "faq", "pictures", "links", "edit", "history"} <= RESERVED_SLUGS


class TestAliases:
    def test_lead_here(self):
        page = make_page("bowery-king")
        set_aliases(page, ["The King", "Der König"])
        assert set(page.addresses.values_list("slug", "name")) == {
            ("bowery-king", ""),
            ("the-king", "The King"),
            ("der-konig", "Der König"),
        }

    def test_are_never_a_slug(self):
        page = make_page("ruska-roma")
        set_aliases(page, ["Ruska Roma", "RUSKA  ROMA"])
        assert not page.addresses.exclude(name="").exists()

    def test_become_no_alias_when_they_become_the_slug(self):
        page = make_page("old")
        set_aliases(page, ["New name"])
        rename(page, "new-name")
        assert not page.addresses.exclude(name="").exists()

    @pytest.mark.parametrize("name", ["Taken", "Also taken", "Timeline", "Page 7", "…", "n" * 81])
    def test_these_are_refused(self, name):
        set_aliases(make_page("taken"), ["Also taken"])
        page = make_page("mine")
        if name == "…":
            set_aliases(page, [name])
        else:
            with pytest.raises(ValidationError):
                set_aliases(page, ["Fine", name])
        assert addresses(page) == {"mine"}

    def test_taken_off_the_list_still_lead_here_unnamed(self):
        page = make_page("mine")
        set_aliases(page, ["One", "Two"])
        set_aliases(page, ["Two"])
        assert addresses(page) == {"mine", "one", "two"}
        assert [row.name for row in page.addresses.exclude(name="")] == ["Two"]

    def test_may_change_their_spelling(self):
        page = make_page("mine")
        set_aliases(page, ["the one"])
        set_aliases(page, ["The One"])
        assert page.addresses.exclude(name="").get().name == "The One"

    def test_claiming_an_address_twice_is_once(self):
        page = make_page("mine")
        assert claim_address(page, "other") == claim_address(page, "other")


class TestLinks:
    def links(self, page):
        return set(page.links.values_list("slug", "scope", "target__slug"))

    def test_carry_the_scope_of_where_they_stand(self, three, four):
        page = make_page(
            lead="[[Open]]",
            body=(
                "[[Open]]\n\n::: gives-away chapter-3\n[[Shut]] >!chapter-4: [[Deep]]!<\n:::\n\n>!chapter-4: [[Open]]!<"
            ),
        )
        assert self.links(page) == {
            ("open", 0, None),
            ("shut", three.mask, None),
            ("deep", three.mask | four.mask, None),
            ("open", four.mask, None),
        }

    def test_stand_in_facts_and_hatnotes_too(self):
        page = make_page(facts="Home: [[Rome]]", hatnote="Not [[Roma]].")
        assert {slug for slug, *_ in self.links(page)} == {"rome", "roma"}

    def test_follow_the_text(self):
        page = make_page(lead="[[One]]")
        save(page, lead="[[Two]]")
        assert self.links(page) == {("two", 0, None)}

    def test_red_ones_look_it(self):
        assert 'class="wanted"' in lead_of(make_page(lead="[[Not yet]]"))

    def test_red_ones_turn_live_when_the_page_appears(self):
        page = make_page(lead="[[Not yet]]")
        target = make_page("not-yet")
        assert lead_of(page) == '<a href="/lore/not-yet/">Not yet</a>'
        assert PageLink.objects.get(source=page).target == target
        assert page.revisions.count() == 1

    def test_and_when_it_appears_as_an_alias(self):
        page, target = make_page(lead="[[Not yet]]"), make_page("other")
        set_aliases(target, ["Not yet"])
        assert lead_of(page) == '<a href="/lore/other/">Not yet</a>'
        assert PageLink.objects.get(source=page).target == target

    def test_and_when_a_page_is_renamed_to_it(self):
        page, target = make_page(lead="[[Not yet]]"), make_page("other")
        rename(target, "not-yet")
        assert lead_of(page) == '<a href="/lore/not-yet/">Not yet</a>'

    def test_stay_red_until_the_page_is_published(self):
        page = make_page(lead="[[Not yet]]")
        target = make_page("not-yet", is_published=False)
        assert 'class="wanted"' in lead_of(page)
        self.publish(target, True)
        assert "wanted" not in lead_of(page)
        assert PageLink.objects.get(source=page).target == target

    def test_turn_red_when_it_is_taken_back(self):
        target = make_page("not-yet")
        page = make_page(lead="[[Not yet]]")
        self.publish(target, False)
        assert 'class="wanted"' in lead_of(page)
        assert PageLink.objects.get(source=page).target is None

    def publish(self, page, is_published):
        page.is_published = is_published
        page.save()
        save(page)

    def test_to_a_scoped_page_keep_the_name_that_was_written(self, three):
        target = make_page("telling-slug", scope=three.mask)
        set_aliases(target, ["The heroine"])
        assert lead_of(make_page(lead="[[The heroine]]")) == '<a href="/lore/the-heroine/">The heroine</a>'


def test_a_page_and_its_first_revision_come_together(editor):
    page = create_page(Prose("T", "L"), slug="t", kind="topic", editor=editor, comment="Begun")
    assert page.current == Revision.objects.get()
    assert (page.current.editor, page.current.comment) == (editor, "Begun")
