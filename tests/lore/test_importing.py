"""The seeded archive: every fact of the sheet, and imports that leave what people changed."""

from collections import Counter
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from lore.addressing import rename
from lore.claiming import supersede
from lore.editing import delete_page, save_revision
from lore.importing import import_lore
from lore.models import Change, Claim, Event, Page, Question, Tie, Work
from lore.prose import Prose
from lore.reading import read
from lore.seeding import Verdict
from lore.spoilers import Viewer, whole_scope
from lore.tasks import lay_out_ties
from tests.factories import make_claim, make_work
from tests.lore.seeds import change, page_of

# The sheet: id, status, and the works that it gives away.
FACTS = """
A1 confirmed · A2 confirmed · A3 opinion · A4 reported
B1 confirmed · B2 reported chapter-3
C1 confirmed chapter-3 · C2 reported chapter-3 · C3 opinion · C4 reported
D1 confirmed · D2 reported · D3 confirmed · D4 opinion
E1 confirmed · E2 reported · E3 rumour · E4 rumour · E5 confirmed
F1 reported · F2 reported · F3 reported · F4 reported
G1 confirmed · G2 confirmed · G3 confirmed · G4 confirmed · G5 confirmed · G6 confirmed · G7 confirmed · G8 confirmed
H1 reported · H2 opinion · H3 reported
I1 reported · I2 reported · I3 opinion
J1 reported · J2 reported · J3 reported
K1 opinion · K2 opinion
L1 confirmed · L2 rumour · L3 speculation · L4 speculation
M1 speculation chapter-4 · M2 speculation · M3 reported
N1 confirmed · N2 confirmed · N3 reported · N4 opinion
O1 opinion · O2 opinion · O3 opinion
"""
SHEET = [tuple(fact.split()) for fact in FACTS.replace("\n", "·").split("·") if fact.strip()]
SUBJECTS = """
ballerina rooney john-wick the-director winston the-bowery-king ruska-roma high-table chapter-3 chapter-4
the-continental ana-de-armas keanu-reeves anjelica-huston gabriel-byrne catalina-sandino-moreno norman-reedus
ian-mcshane laurence-fishburne len-wiseman shay-hatten timeline-placement origin plot themes action-and-stunts
fighting-style visuals character-arc differences-from-john-wick wider-universe what-fans-hope-for
release-and-production why-watch
""".split()
LEADS_TO = {
    "bowery-king": "the-bowery-king",
    "the-ballerina": "rooney",
    "the-high-table": "high-table",
    "the-ruska-roma": "ruska-roma",
    "continental": "the-continental",
    "parabellum": "chapter-3",
}


class TestFacts:
    @pytest.mark.parametrize("fact", SHEET, ids=lambda fact: fact[0])
    def test_each_is_a_claim_with_its_status_source_and_reach(self, seeded, fact):
        key, status, *reach = fact
        claim = Claim.objects.select_related("page").get(key=key)
        assert (claim.status, claim.scope) == (status, Work.objects.mask(reach))
        assert whole_scope(claim) == claim.scope
        assert [source.key for source in claim.sources.all()] == ["article"]
        assert (claim.as_of.isoformat(), claim.precision) == ("2025-06-01", "month")

    def test_there_are_no_others(self, seeded):
        assert set(Claim.objects.values_list("key", flat=True)) == {key for key, *_ in SHEET}

    def test_each_stands_on_its_home_page_for_those_who_may_see_it(self, seeded, having_seen):
        client = having_seen("chapter-3", "chapter-4")
        for claim in Claim.objects.select_related("page"):
            page = client.get(claim.page.get_absolute_url()).text
            assert f'id="claim-{claim.key}" data-status="{claim.status}"' in page, claim

    def test_a_newcomer_gets_a_shield_for_what_reaches_further(self, seeded, guest):
        for claim in Claim.objects.exclude(scope=0).select_related("page"):
            page = guest.get(claim.page.get_absolute_url()).text
            assert f'id="claim-{claim.key}"' in page, claim
            assert f'id="claim-{claim.key}" data-status' not in page, claim
            assert claim.compiled["text"] not in page

    def test_what_fits_two_pages_is_shown_on_both(self, seeded, guest):
        for key, slugs in {"D3": ["rooney", "ana-de-armas"], "G1": ["ana-de-armas", "ballerina"]}.items():
            for slug in slugs:
                assert f'id="claim-{key}"' in guest.get(f"/lore/{slug}/").text, (key, slug)


class TestPages:
    @pytest.mark.parametrize("slug", SUBJECTS)
    def test_every_subject_has_one(self, seeded, guest, slug):
        answer = guest.get(f"/lore/{slug}/")
        page = page_of(slug)
        assert answer.status_code == 200
        assert f"<h1>{page.title}</h1>" in answer.text
        assert "As of June 2025" in answer.text
        assert page.current.lead
        assert page.current.body

    @pytest.mark.parametrize("alias", LEADS_TO)
    def test_aliases_lead_to_them(self, seeded, guest, alias):
        answer = guest.get(f"/lore/{alias}/")
        assert (answer.status_code, answer["Location"]) == (301, f"/lore/{LEADS_TO[alias]}/")

    @pytest.mark.parametrize("slug", ["about", "rules", "privacy"])
    def test_the_house_has_its_own(self, seeded, guest, slug):
        assert guest.get(f"/{slug}/").status_code == 200

    def test_none_has_a_scope_of_its_own(self, seeded):
        assert not Page.objects.exclude(scope=0).exists()

    def test_no_link_in_them_is_red(self, seeded):
        for page in Page.objects.select_related("current"):
            assert "wanted" not in str(page.current.compiled), page
            assert not page.links.filter(target=None).exists()

    def test_each_is_linked_from_another(self, seeded):
        assert not Page.objects.lore().filter(backlinks=None).exists()

    def test_the_works_have_theirs(self, seeded):
        homes = dict(Work.objects.exclude(page=None).values_list("slug", "page__slug"))
        assert homes == {slug: slug for slug in ["chapter-3", "chapter-4", "the-continental", "ballerina"]}

    def test_a_newcomer_reads_nothing_in_them_that_a_claim_would_shield(self, seeded):
        assert not [page for page in Page.objects.select_related("current") if "rehears" in in_the_open(page)]

    def test_works_have_their_two_orders(self, seeded):
        release = list(Work.objects.values_list("slug", flat=True))
        story = list(Work.objects.exclude(story_order=None).order_by("story_order").values_list("slug", flat=True))
        assert release == ["john-wick", "chapter-2", "chapter-3", "chapter-4", "the-continental", "ballerina"]
        assert story == ["john-wick", "chapter-2", "chapter-3", "ballerina", "chapter-4"]

    def test_the_import_is_the_archives_own(self, seeded):
        first = page_of("rooney").current
        assert (first.editor.username, first.comment) == ("archive", "From the article")
        assert not first.editor.has_usable_password()
        assert first.editor.email == ""


def in_the_open(page):
    reading = read(Viewer(), page)
    shown = [reading.lead, *(part.html for part in reading.parts if not part.is_shield)]
    return " ".join(str(text).casefold() for text in shown)


def verdicts(ledger):
    """How often each verdict other than "unchanged" was given, by kind."""
    return Counter({key: count for key, count in ledger.counts.items() if key[1] is not Verdict.SAME})


class TestAgain:
    def test_changes_nothing(self, seeded):
        before = (Page.objects.count(), Claim.objects.count(), page_of("rooney").revisions.count())
        ledger = import_lore()
        assert verdicts(ledger) == {}
        assert ledger.said == []
        assert (Page.objects.count(), Claim.objects.count(), page_of("rooney").revisions.count()) == before

    def test_says_so(self, seeded):
        said = StringIO()
        call_command("import_lore", stdout=said)
        assert "page: 37 unchanged" in said.getvalue()
        assert f"claim: {len(SHEET)} unchanged" in said.getvalue()

    def test_an_untouched_page_follows_its_seed(self, seeded, seed):
        change(seed / "pages" / "rooney.md", "Two trades are usually kept apart", "Two trades are seldom met")
        ledger = import_lore()
        assert verdicts(ledger) == {("page", Verdict.UPDATE): 1}
        assert ledger.said == ["page rooney: updated"]
        assert "seldom met" in page_of("rooney").current.body
        assert page_of("rooney").current.number == 2

    def test_an_edited_page_does_not(self, seeded, seed, editor):
        page = page_of("rooney")
        save_revision(page, Prose("Rooney", "Edited."), editor=editor)
        change(seed / "pages" / "rooney.md", "Two trades are usually kept apart", "Two trades are seldom met")
        ledger = import_lore()
        assert ledger.said == ["page rooney: kept as edited on the site"]
        assert page_of("rooney").current.lead == "Edited."

    def test_an_edited_page_is_named_each_time(self, seeded, editor):
        save_revision(page_of("rooney"), Prose("Rooney", "Edited."), editor=editor)
        assert [import_lore().said for _ in range(2)] == [["page rooney: kept as edited on the site"]] * 2

    def test_a_change_of_aliases_or_kind_counts_as_an_edit(self, seeded, seed):
        Page.objects.filter(slug="rooney").update(kind="topic")
        change(seed / "pages" / "rooney.md", "Two trades are usually kept apart", "Two trades are seldom met")
        assert import_lore().said == ["page rooney: kept as edited on the site"]

    def test_a_deleted_page_stays_deleted(self, seeded, seed):
        page_of("why-watch").delete()
        change(seed / "pages" / "why-watch.md", "+++\n", '+++\nhatnote = "New."\n')
        ledger = import_lore()
        assert "page why-watch: left deleted" in ledger.said
        assert not Page.objects.filter(slug="why-watch").exists()

    def test_a_new_claim_for_a_deleted_page_is_no_error(self, seeded, seed):
        page_of("why-watch").delete()
        change(seed / "pages" / "why-watch.md", 'id = "O1"', 'id = "O9"')
        import_lore()
        assert not Claim.objects.filter(key="O9").exists()

    def test_a_renamed_page_is_known_by_its_old_address(self, seeded, seed):
        rename(page_of("why-watch"), "why-see-it")
        change(seed / "pages" / "why-watch.md", "+++\n", '+++\nhatnote = "New."\n')
        ledger = import_lore()
        assert "page why-watch: updated" in ledger.said
        assert not [line for line in ledger.said if line.startswith("claim O")]
        assert (page_of("why-watch").slug, page_of("why-watch").current.hatnote) == ("why-see-it", "New.")

    def test_a_claims_status_set_by_an_editor_stays(self, seeded, seed):
        Claim.objects.filter(key="E3").update(status="confirmed")
        change(seed / "pages" / "winston.md", 'status = "rumour"', 'status = "reported"')
        ledger = import_lore()
        assert "claim E3: kept as edited on the site" in ledger.said
        assert Claim.objects.get(key="E3").status == "confirmed"

    def test_an_untouched_claim_follows_its_seed(self, seeded, seed):
        change(seed / "pages" / "winston.md", 'status = "rumour"', 'status = "reported"')
        assert "claim E3: updated" in import_lore().said
        assert Claim.objects.get(key="E3").status == "reported"

    def test_events_and_questions_are_minded_too(self, seeded, seed):
        Event.objects.filter(key="release").update(title="Edited")
        Question.objects.filter(key="P3").update(answer="Edited.")
        ledger = import_lore()
        assert ledger.said == ["event release: kept as edited on the site", "question P3: kept as edited on the site"]

    def test_a_work_added_on_the_site_is_left_alone(self, seeded):
        make_work("chapter-5")
        assert verdicts(import_lore()) == {}
        assert Work.objects.filter(slug="chapter-5").exists()

    def test_a_broken_seed_changes_nothing(self, seeded, seed):
        change(seed / "pages" / "action-and-stunts.md", "+++\n", '+++\nhatnote = "New."\n')
        change(seed / "events.toml", 'scope = ["chapter-3"]', 'scope = ["chapter-33"]')
        with pytest.raises(ValidationError, match="chapter-33"):
            import_lore()
        assert page_of("action-and-stunts").current.hatnote == ""


class TestWhatTheSiteDid:
    def test_a_renamed_page_is_meant_wherever_it_is_named(self, seeded, seed):
        for slug in ("ruska-roma", "origin", "winston", "the-bowery-king"):
            rename(page_of(slug), f"{slug}-renamed")
        assert import_lore().said == []
        change(seed / "pages" / "rooney.md", "Two trades are usually kept apart", "Two trades are seldom met")
        assert import_lore().said == ["page rooney: updated"]
        assert page_of("ruska-roma") in page_of("rooney").see_also.all()

    def test_a_page_that_took_one_of_its_aliases_for_its_address_is_not_edited(self, seeded):
        rename(page_of("the-bowery-king"), "bowery-king")
        assert import_lore().said == []

    def test_a_page_that_an_editor_deleted_stays_deleted(self, seeded, seed, editor):
        delete_page(page_of("why-watch"), editor=editor, reason="Not lore")
        change(seed / "pages" / "why-watch.md", "+++\n", '+++\nhatnote = "New."\n')
        assert import_lore().said == ["page why-watch: left deleted"]
        assert page_of("why-watch").deleted_at

    def test_a_claim_that_was_superseded_stays_so(self, seeded, seed):
        old, new = Claim.objects.get(key="E3"), make_claim("X900", page=page_of("winston"))
        supersede(old, new)
        change(seed / "pages" / "winston.md", 'status = "rumour"', 'status = "reported"')
        assert "claim E3: kept as edited on the site" in import_lore().said
        assert Claim.objects.get(key="E3").superseded_by == new

    def test_a_status_that_a_seed_changes_is_an_event(self, seeded, seed):
        change(seed / "pages" / "winston.md", 'status = "rumour"', 'status = "reported"')
        import_lore()
        change_noted = Change.objects.get(kind="claim_status", claim__key="E3")
        assert (change_noted.old_status, change_noted.new_status) == ("rumour", "reported")

    def test_a_tie_that_was_taken_away_stays_away(self, seeded, seed):
        tie = '\n[[tie]]\nsource = "rooney"\nkind = "leads"\ntarget = "ballerina"\nclaim = "D1"\n'
        with (seed / "ties.toml").open("a") as file:
            file.write(tie)
        assert import_lore().counts["tie", Verdict.CREATE] == 1
        rename(page_of("rooney"), "the-heroine")
        assert import_lore().said == []
        Tie.objects.get(source__title="Rooney", kind="leads", claim__key="D1").delete()
        assert import_lore().said == ["tie rooney leads ballerina: left deleted"]

    def test_new_ties_ask_for_a_new_layout_once_they_are_kept(self, seeded, seed, django_capture_on_commit_callbacks):
        with (seed / "ties.toml").open("a") as file:
            file.write('\n[[tie]]\nsource = "rooney"\nkind = "leads"\ntarget = "high-table"\n')
        with django_capture_on_commit_callbacks() as later:
            import_lore(dry_run=True)
        assert later == []
        with django_capture_on_commit_callbacks() as later:
            import_lore()
        assert lay_out_ties.enqueue in later
        with django_capture_on_commit_callbacks() as later:
            import_lore()
        assert later == []

    def test_a_tie_to_a_page_that_is_gone_is_no_error(self, seeded, seed):
        with (seed / "ties.toml").open("a") as file:
            file.write('\n[[tie]]\nsource = "why-watch"\nkind = "leads"\ntarget = "ballerina"\n')
        page_of("why-watch").delete()
        import_lore()
        assert not Tie.objects.filter(kind="leads", target__slug="ballerina", source__title="Why watch").exists()
