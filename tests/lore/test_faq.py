"""/lore/faq/: five questions, and the same for machines."""

import json
import re

import pytest

from lore import markup
from lore.canon import lexicon_for
from lore.models import Question
from lore.templatetags.lore import json_ld

FAQ = "/lore/faq/"
GLIMPSED = "glimpsed in"


def structured(page):
    """Each question with its answer, as a search engine reads them."""
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    data = json.loads(blocks[0])
    assert len(blocks) == 1
    assert data["@type"] == "FAQPage"
    return {item["name"]: item["acceptedAnswer"]["text"] for item in data["mainEntity"]}


def make_question(key="P1", question="Does it?", answer="It does."):
    compiled = markup.blocks_to_json(markup.compile_page(answer, lexicon_for(answer)))
    return Question.objects.create(key=key, question=question, answer=answer, compiled=compiled)


class TestSeeded:
    def test_has_all_five_for_people_and_machines(self, seeded, guest):
        text = guest.get(FAQ).text
        asked = list(Question.objects.values_list("question", flat=True))
        assert len(asked) == 5
        assert list(structured(text)) == asked
        assert all(f"<h2>{question}</h2>" in text for question in asked)
        assert all(structured(text).values())

    @pytest.mark.parametrize(
        "key, word",
        [("P1", "Keanu Reeves"), ("P2", "Ruska Roma"), ("P3", "Underworld"), ("P4", "Yes."), ("P5", "The Continental")],
    )
    def test_answers(self, seeded, guest, key, word):
        question = Question.objects.get(key=key)
        assert word in structured(guest.get(FAQ).text)[question.question]

    def test_newcomers_get_the_first_part_of_the_fourth(self, seeded, guest):
        text = guest.get(FAQ).text
        fourth = Question.objects.get(key="P4")
        assert structured(text)[fourth.question] == "Yes."
        assert GLIMPSED not in text
        assert f'id="question-{fourth.pk}-1"' in text

    def test_those_who_saw_chapter_3_get_it_whole(self, seeded, having_seen):
        text = having_seen("chapter-3").get(FAQ).text
        fourth = Question.objects.get(key="P4")
        assert structured(text)[fourth.question].startswith("Yes.")
        assert GLIMPSED in structured(text)[fourth.question]
        assert text.count(GLIMPSED) == 2

    def test_a_reveal_shows_it_in_this_one_answer(self, seeded, guest):
        fourth = Question.objects.get(key="P4")
        answer = guest.get(f"{FAQ}?reveal=question-{fourth.pk}-1")
        assert GLIMPSED in answer.text
        assert "no-store" in answer["Cache-Control"]
        assert GLIMPSED not in guest.get(FAQ).text


def test_script_in_an_answer_cannot_break_out(guest, db):
    nasty = '</script><script>alert(1)</script><!--<script> & “quotes” "plain" \u2028'
    make_question(question=nasty, answer=nasty)
    text = guest.get(FAQ).text
    assert "<script>" not in text
    assert "<!--" not in text
    assert list(structured(text)) == [nasty]


@pytest.mark.parametrize("value", ["</script>", "<!--", "]]>", "&lt;", "\u2028\u2029", "\\", '"', "é", "\x00"])
def test_structured_data_says_what_it_was_given(value):
    html = str(json_ld({"name": value}))
    inside = html.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert json.loads(inside) == {"name": value}
    assert not set("<>&\u2028\u2029") & set(inside)


def test_only_reading_is_allowed(guest, db):
    assert guest.get(FAQ).status_code == 200
    assert guest.post(FAQ).status_code == 405
