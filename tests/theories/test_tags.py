"""Tags and their other words: typed, filtered by, kept by the admin, seeded."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from lore.spoilers import Viewer
from tests.factories import make_work
from tests.factories_theories import make_tag, make_theory
from tests.theories.authoring import FIELDS, NEW
from theories import importing, tagging
from theories.finding import search_theories
from theories.models import Tag, TagAlias, Theory

pytestmark = pytest.mark.django_db
GUEST = Viewer()


@pytest.fixture
def tag():
    tag = make_tag("rooney")
    tagging.set_aliases(tag, ["the-ballerina"])
    return tag


def test_a_typed_word_is_the_tag_whichever_word_it_is(sign_in, fan, tag):
    make_tag("dogs")
    client = sign_in(fan)
    client.post(NEW, FIELDS | {"tags": ["rooney"], "tag_words": "The Ballerina, dogs,, "})
    assert sorted(tag.slug for tag in Theory.objects.get().tags.all()) == ["dogs", "rooney"]
    answer = client.post(NEW, FIELDS | {"tag_words": "dogs, cats, ?"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "No tag is called “cats”, “?”." in page
    assert 'value="dogs, cats, ?"' in page


def test_a_shielded_tag_is_unknown_by_all_its_words(sign_in, fan):
    tagging.set_aliases(make_tag("traitor", scope=make_work().mask), ["the-butler"])
    client = sign_in(fan)
    for word in ("traitor", "the butler"):
        assert client.post(NEW, FIELDS | {"tag_words": word}).status_code == 422
        assert client.get("/theories/tags/", {"q": word}).json() == {"names": []}


def test_tags_are_offered_to_whoever_types(sign_in, fan, tag, guest):
    names = sign_in(fan).get("/theories/tags/", {"q": "baller"}).json()["names"]
    assert names == [{"label": "the-ballerina", "text": "rooney", "hint": "leads to Rooney"}]
    assert guest.get("/theories/tags/").status_code == 302


def test_a_list_by_another_word_is_the_tags_list(guest, author, tag):
    make_theory(author, claim="She dances.", tags=[tag])
    make_theory(author, claim="The dog barks.")
    page = guest.get("/theories/?tag=the-ballerina").content.decode()
    assert "She dances." in page
    assert "The dog barks." not in page
    assert '<option value="rooney" selected>' in page


def test_one_word_leads_to_one_tag(tag):
    other = make_tag("dogs")
    for slug in ("rooney", "the-ballerina"):
        with pytest.raises(ValidationError, match="leads to the tag “Rooney” already"):
            tagging.set_aliases(other, [slug])
    tagging.set_aliases(tag, ["ballerina", "rooney"])
    assert list(tag.aliases.values_list("slug", flat=True)) == ["ballerina"]


def test_merging_files_all_under_one_and_keeps_the_words(author, tag):
    old = make_tag("heroine", name="The heroine")
    tagging.set_aliases(old, ["lead"])
    both, one = make_theory(author, tags=[tag, old]), make_theory(author, claim="Another.", tags=[old])
    tagging.merge(old, tag)
    for theory in (both, one):
        assert list(theory.tags.all()) == [tag]
    assert set(tag.aliases.values_list("slug", flat=True)) == {"the-ballerina", "lead", "heroine"}
    assert search_theories(GUEST, "heroine") == []
    assert len(search_theories(GUEST, "rooney")) == 2
    with pytest.raises(ValidationError):
        tagging.merge(tag, tag)


def test_admins_keep_words_and_merge(sign_in, admin, tag):
    client, other = sign_in(admin), make_tag("dogs")
    change = reverse("admin:theories_tag_change", args=[tag.pk])
    assert "the-ballerina" in client.get(change).content.decode()
    fields = {"name": "Rooney", "slug": "rooney"}
    assert client.post(change, fields | {"other_words": "Swan, The dancer"}).status_code == 302
    assert set(tag.aliases.values_list("slug", flat=True)) == {"swan", "the-dancer"}
    for wrong in ({"other_words": "dogs"}, {"other_words": "!!"}, {"slug": "dogs"}):
        assert client.post(change, fields | wrong).status_code == 200
    listing = reverse("admin:theories_tag_changelist")
    assert "swan" in client.get(listing).content.decode()
    chosen = {"action": "merge_tags", "_selected_action": [tag.pk, other.pk]}
    assert "Which one stays?" in client.post(listing, chosen).content.decode()
    assert client.post(listing, chosen | {"into": other.pk}).status_code == 302
    assert list(Tag.objects.all()) == [other]
    assert TagAlias.objects.filter(tag=other).count() == 3


def test_seeds_bring_words_and_leave_those_that_are_taken(monkeypatch, tmp_path):
    monkeypatch.setattr(importing, "SEED_DIR", tmp_path)
    seeds = '[[tag]]\nslug = "a"\nname = "A"\naliases = ["b", "c"]\n'
    make_tag("b")
    (tmp_path / "tags.toml").write_text('[[tag]]\nslug = "a"\nname = "A"\n')
    importing.import_theories()
    (tmp_path / "tags.toml").write_text(seeds)
    assert "its other words are not written" in importing.import_theories().report()
    Tag.objects.get(slug="b").delete()
    Tag.objects.get(slug="a").delete()
    (tmp_path / "tags.toml").write_text(seeds.replace('"a"', '"d"'))
    importing.import_theories()
    assert set(TagAlias.objects.values_list("slug", flat=True)) == {"b", "c"}
    assert "unchanged" in importing.import_theories().report()
