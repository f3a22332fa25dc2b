"""/lore/<slug>/suggest/?again=: a declined suggestion, tried again."""

import pytest

from lore.models import Page, Review, Suggestion
from lore.suggesting import decline
from tests.lore.proposing import BODY, body_with, fields, held, make_dancer, move_on, propose, suggest_address

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(db) -> Page:
    return make_dancer()


@pytest.fixture
def client(sign_in, fan):
    return sign_in(fan)


def test_tries_a_declined_one_again_on_the_page_as_it_stands(client, sign_in, author, fan, editor, page):
    tried = propose(fan, page, body=body_with("She trains.", "She trains hard."), comment="A scene.")
    decline(tried, editor, "Which scene?")
    move_on(page, body=body_with("She leaves.", "She returns."))
    again = f"{suggest_address(page)}?again={tried.pk}"
    assert f'href="{again}"' in client.get(tried.get_absolute_url()).text
    answer = client.get(again)
    form = held(answer)
    assert "She trains hard." in form["body"]
    assert "She returns." in form["body"]
    assert (form["version"], form["comment"], form["based_on"]) == ("", "A scene.", str(page.current_id))
    assert "Which scene?" in answer.text
    assert "Which scene?" in client.post(again, fields(page, lead="", comment="")).text
    sent = client.post(again, {name: form[name] for name in form} | {"comment": "The last one."})
    assert sent.status_code == 303
    assert Suggestion.objects.filter(author=fan, state=Review.OPEN).get().body == form["body"]
    assert "Which scene?" not in client.get(again).text  # that one is gone on with
    assert "trains hard" not in sign_in(author).get(again).text


def test_tries_again_behind_the_door_alone(client, fan, editor, page, three):
    tried = propose(fan, page, lead="Mine.", body=f"{BODY}\n\n::: gives-away chapter-3\nTelling.\n:::")
    decline(tried, editor, "Not in chapter 3.")
    again = f"{suggest_address(page)}?again={tried.pk}"
    assert "Not in chapter 3." not in client.get(again).text
    assert "Not in chapter 3." not in client.post(again, fields(page, lead="")).text
    assert "Not in chapter 3." in client.get(f"{again}&reveal=source-{page.pk}").text
