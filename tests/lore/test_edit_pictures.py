"""An editor chooses a page's lead picture in its form."""

import re

import pytest

from lore import gallery
from lore.models import Page
from tests.factories import make_page
from tests.lore.pictures import make_row
from tests.lore.writing import bench, errors_of, fields_of, now

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor)


class TestChoosingAPicture:
    def test_offers_crops_of_what_is_chosen_then_what_shows_the_page_then_a_few_more(self, client, monkeypatch):
        monkeypatch.setattr(gallery, "OFFERED", 3)
        page = make_page()
        lead, shown, _older, newest = (make_row(alt=f"A shoe, {word}") for word in ("one", "two", "three", "four"))
        Page.objects.filter(pk=page.pk).update(lead_image=lead)
        page.pictures.add(shown)
        text = bench(client, page).opened.text
        radios = re.findall(r'<input type="radio" name="lead_image" value="(\d*)"[^>]*?( checked)?>', text)
        assert radios == [("", ""), (str(lead.pk), " checked"), (str(shown.pk), ""), (str(newest.pk), "")]
        assert shown.card_fallback in text

    def test_looks_for_others_by_words_and_keeps_all_that_was_typed(self, client, three, monkeypatch):
        monkeypatch.setattr(gallery, "OFFERED", 3)
        page = make_page()
        wanted, chosen = make_row(alt="A red shoe", credit="Vera"), make_row(alt="A hat")
        make_row(alt="The red secret", credit="Vera", scope=three.mask)
        others = [make_row(alt=f"A red glove, {number}") for number in range(3)]
        sent = {"action": "seek", "picture_words": "RED vera", "lead_image": chosen.pk, "comment": "Typed"}
        answer = bench(client, page).send(**sent)
        assert answer.status_code == 200
        fields = fields_of(answer)
        assert (fields["comment"], fields["lead_image"]) == (["Typed"], [str(chosen.pk)])
        assert wanted.card_fallback in answer.text
        assert "The red secret" not in answer.text
        assert not any(other.card_fallback in answer.text for other in others)
        assert page.revisions.count() == 1

    def test_a_choice_survives_a_mistake_elsewhere(self, client, monkeypatch):
        monkeypatch.setattr(gallery, "OFFERED", 2)
        page = make_page()
        chosen, *_ = [make_row(alt=f"A shoe, {number}") for number in range(4)]
        editing = bench(client, page)
        answer = editing.send(lead_image=chosen.pk, lead="")
        assert answer.status_code == 422
        editing.fields = fields_of(answer)
        assert editing.send(lead="New.", comment="Now").status_code == 302
        assert now(page).lead_image == chosen

    def test_names_no_picture_behind_the_curtain_and_keeps_it(self, client, three):
        page = make_page()
        Page.objects.filter(pk=page.pk).update(lead_image=make_row(alt="The heroine falls", scope=three.mask))
        editing = bench(client, page)
        assert "The heroine falls" not in editing.opened.text
        editing.send(lead="New.")
        assert now(page).lead_image is not None

    def test_a_picture_that_is_not_public_is_not_on_offer(self, client):
        page = make_page()
        assert "lead_image" in errors_of(bench(client, page).send(lead_image=make_row(is_public=False).pk))
