"""What helps while one writes: the preview, and names for links."""

import pytest
from django.urls import reverse

from lore.addressing import set_aliases
from lore.previewing import preview_of
from lore.prose import Prose
from lore.seeing import set_seen
from lore.spoilers import EVERYTHING, Viewer
from tests.factories import make_page

pytestmark = pytest.mark.django_db
PREVIEW, NAMES = "/lore/preview/", "/lore/names/"


@pytest.fixture
def client(sign_in, fan):
    return sign_in(fan)


def shown(client, **typed):
    answer = client.post(PREVIEW, {"title": "T", "lead": "L"} | typed)
    assert answer.status_code == 200
    return answer.text


class TestPreview:
    def test_looks_like_the_page(self, client, guest):
        body = "## Heading\n\nShe *dances* in [[Rome]] and [[Nowhere]].\n\n| a |\n| -- |\n| b |"
        page = make_page("rome", body=body)
        preview, text = shown(client, body=body), guest.get(page.get_absolute_url()).text
        part = preview[preview.index("<h2") : preview.index("</table>")]
        assert part in text

    def test_shows_all_of_the_prose(self, client):
        text = shown(client, title="<Title>", lead="A *lead*.", hatnote="Not **it**.", facts="Home: `Rome`")
        for part in ("&lt;Title&gt;", "A <em>lead</em>.", "Not <strong>it</strong>.", "<code>Rome</code>", "Home"):
            assert part in text

    def test_covers_what_its_reader_has_not_seen_and_says_so(self, client, fan, three):
        body = "Open.\n\n::: gives-away chapter-3\nThe secret.\n:::\n\nThen >!chapter-3: a whisper!<."
        text = shown(client, body=body)
        assert "Open." in text
        assert "The secret." not in text
        assert "a whisper" not in text
        assert "What gives away" in text
        set_seen(fan, EVERYTHING)
        text = shown(client, body=body)
        assert "The secret." in text
        assert "a whisper" in text
        assert "What gives away" not in text

    def test_offers_no_reveal_of_a_part_that_stands_nowhere(self, client, three):
        assert "reveal=" not in shown(client, body="::: gives-away chapter-3\nx\n:::")

    def test_names_the_line_of_a_mistake_and_shows_the_rest(self, client):
        text = shown(client, lead="A lead.", body="One\n\nTwo >!unclosed", facts="no label")
        assert "Line 3: " in text
        assert "Label: value" in text
        assert "A lead." in text
        assert "unclosed" not in text

    def test_runs_nothing(self, client):
        text = shown(client, body="<script>x</script>\n\n[a](javascript:alert(1))", title="<img src=x onerror=y>")
        assert "<script" not in text
        assert "<img" not in text
        assert 'href="javascript' not in text

    def test_of_nothing_is_empty(self, client):
        answer = client.post(PREVIEW)
        assert (answer.status_code, answer.text.strip()) == (200, "")

    def test_takes_no_more_than_a_page_holds(self, client):
        assert len(shown(client, title="t" * 500, lead="l" * 5000)) < 3000

    def test_is_for_whoever_is_signed_in(self, guest):
        assert guest.post(PREVIEW, {"body": "x"})["Location"].startswith("/accounts/login/")

    def test_is_asked_for_by_post_alone(self, client):
        assert client.get(PREVIEW).status_code == 405

    def test_is_limited(self, client, limits):
        assert [client.post(PREVIEW).status_code for _ in range(121)][-1] == 429

    def test_asks_few_questions(self, django_assert_max_num_queries, three):
        make_page("rome")
        with django_assert_max_num_queries(4):  # addresses and works, and once more when the viewer's works are named
            preview_of(Viewer(load_works=lambda: [three]), Prose("T", "[[Rome]]", "[[Rome]] [[Paris]]"))


def names(client, typed):
    answer = client.get(NAMES, {"q": typed})
    assert answer.status_code == 200
    return answer.json()["names"]


def labels(client, typed):
    return [name["label"] for name in names(client, typed)]


class TestNames:
    @pytest.fixture(autouse=True)
    def pages(self, db):
        set_aliases(make_page("rooney", title="Rooney", kind="character"), ["The Ballerina"])
        make_page("ruska-roma")
        make_page("rome")
        make_page("the-continental")

    @pytest.mark.parametrize(
        ("typed", "first"),
        [
            ("ruska", "Ruska Roma"),
            ("RUSKA R", "Ruska Roma"),
            ("roma", "Ruska Roma"),
            ("continental", "The Continental"),
            ("ballerina", "The Ballerina"),
            ("rooni", "Rooney"),
            ("contenintal", "The Continental"),
        ],
    )
    def test_are_found_by_what_was_typed_of_them(self, client, typed, first):
        assert labels(client, typed)[0] == first

    def test_with_nothing_typed_all_are_offered_by_the_alphabet(self, client):
        assert labels(client, "") == ["Rome", "Rooney", "Ruska Roma", "The Ballerina", "The Continental"]

    def test_nothing_alike_is_nothing(self, client):
        assert labels(client, "xylophone quartz") == []

    def test_at_most_ten(self, client):
        for number in range(12):
            make_page(f"rome-{number}")
        assert len(names(client, "rome")) == 10

    def test_each_leads_to_its_page_when_it_stands_in_a_link(self, client, guest):
        make_page("neutral", title="A Telling Title")
        for typed in ("ballerina", "telling", "rome"):
            text = names(client, typed)[0]["text"]
            page = make_page(f"linker-{typed}", lead=f"[[{text}]]")
            assert "wanted" not in guest.get(page.get_absolute_url()).text, text
        assert names(client, "telling")[0]["text"] == "neutral|A Telling Title"

    def test_an_alias_says_where_it_leads(self, client):
        assert names(client, "ballerina")[0]["hint"] == "leads to Rooney"

    def test_tell_nothing_of_what_is_shielded_unpublished_or_the_houses(self, client, three):
        set_aliases(make_page("secret", scope=three.mask), ["Secret alias"])
        make_page("secret-draft", is_published=False)
        make_page("secret-house", kind="house")
        assert labels(client, "secret") == []

    @pytest.mark.parametrize("typed", ["%", "'", "\x00", "a" * 500, "][", "\u202e"])
    def test_odd_signs_are_harmless(self, client, typed):
        names(client, typed)

    def test_are_for_whoever_is_signed_in(self, guest):
        assert guest.get(NAMES)["Location"].startswith("/accounts/login/")

    def test_are_asked_for_by_get_alone(self, client):
        assert client.post(NAMES).status_code == 405

    def test_need_three_questions_at_most_beside_who_asks(self, client, django_assert_max_num_queries):
        names(client, "rome")
        with django_assert_max_num_queries(2 + 3):  # session and user; the seen-set, what is kept, the names
            names(client, "rome")


def test_the_editor_says_where_names_and_previews_come_from(sign_in, editor):
    text = sign_in(editor).get(reverse("lore:edit", args=[make_page().slug])).text
    assert f'data-names="{NAMES}"' in text
    assert f'hx-post="{PREVIEW}"' in text
