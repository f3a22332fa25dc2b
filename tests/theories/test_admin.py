import pytest
from django.contrib.admin import site
from django.urls import reverse

from tests.factories import make_work
from tests.factories_theories import make_comment, make_draft, make_tag, make_vote
from theories.models import Theory, Vote

pytestmark = pytest.mark.django_db


def change_url(kind, pk):
    return reverse(f"admin:theories_{kind}_change", args=[pk])


def test_votes_are_private_in_the_admin_too():
    assert not site.is_registered(Vote)


@pytest.mark.parametrize("kind", ["theory", "tag", "comment"])
def test_lists_are_searched(sign_in, admin, theory, fan, kind):
    make_comment(fan, theory)
    assert sign_in(admin).get(reverse(f"admin:theories_{kind}_changelist"), {"q": "rooney"}).status_code == 200


def test_staff_file_a_theory_and_change_no_word(sign_in, admin, theory, fan):
    make_vote(fan, theory)
    make_comment(fan, theory)
    tag = make_tag()
    client = sign_in(admin)
    assert client.get(change_url("theory", theory.pk)).status_code == 200
    fields = {
        "scope": [make_work().slug],
        "tags": [tag.pk],
        "claim": "Mine now.",
        "believe_count": 99,
        "state": "void",
    }
    assert client.post(change_url("theory", theory.pk), fields).status_code == 302
    found = Theory.objects.get()
    assert (found.scope, list(found.tags.all())) == (0, [tag])
    assert (found.claim, found.believe_count, found.state) == (theory.claim, 1, "open")


def test_what_a_comment_gives_away_is_not_changed_past_the_log(sign_in, admin, theory, fan):
    work = make_work()
    made = make_comment(fan, theory, scope=work.mask)
    client = sign_in(admin)
    assert work.short_title in client.get(change_url("comment", made.pk)).text
    client.post(change_url("comment", made.pk), {"scope": []})
    made.refresh_from_db()
    assert made.scope == work.mask


def test_drafts_are_not_in_the_admin(sign_in, admin, author):
    draft = make_draft(author, claim="My secret plan.")
    client = sign_in(admin)
    assert "secret plan" not in client.get(reverse("admin:theories_theory_changelist")).content.decode()
    assert client.get(change_url("theory", draft.pk)).status_code == 302


@pytest.mark.parametrize("kind", ["theory", "comment"])
def test_nothing_is_added_or_deleted_there(sign_in, admin, theory, fan, kind):
    pk = theory.pk if kind == "theory" else make_comment(fan, theory).pk
    client = sign_in(admin)
    assert client.get(reverse(f"admin:theories_{kind}_add")).status_code == 403
    assert client.post(reverse(f"admin:theories_{kind}_delete", args=[pk]), {"post": "yes"}).status_code == 403


def test_tags_are_curated(sign_in, admin):
    client = sign_in(admin)
    assert client.post(reverse("admin:theories_tag_add"), {"name": "Rooney", "slug": "rooney"}).status_code == 302


def test_fans_stay_out(sign_in, fan):
    assert sign_in(fan).get(reverse("admin:theories_theory_changelist")).status_code == 302


def test_a_moderator_files_theories_but_makes_no_tags(sign_in, moderator, theory):
    client = sign_in(moderator)
    assert client.get("/admin/theories/theory/").status_code == 200
    assert client.get(f"/admin/theories/theory/{theory.pk}/change/").status_code == 200
    assert client.get("/admin/theories/comment/").status_code == 200
    assert client.get("/admin/theories/tag/add/").status_code == 403
