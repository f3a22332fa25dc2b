"""What a theory may rest on, offered while one types and said in words once it is named."""

import pytest

from tests.factories import make_claim, make_page, make_work
from tests.factories_theories import make_theory
from tests.theories.authoring import NEW, address
from theories.posting import Cited

pytestmark = pytest.mark.django_db
CITED = "/theories/cited/"


@pytest.fixture
def lore():
    page = make_page("ballerina-school", title="Ballerina school")
    for number, title in enumerate(["The Ballerina", "Ballet training", "Ballet of the Roma", "Trained dancers"]):
        make_page(f"other-{number}", title=title)
    make_claim("E3", page=page, text="Rooney trained at the Ruska Roma as a ballerina and an assassin.")
    make_claim("E4", page=page, text="Winston owns the hotel.")
    return page


def offered(client, typed):
    return [name["text"] for name in client.get("/theories/cite/", {"q": typed}).json()["names"]]


def test_what_says_most_of_the_words_typed_comes_first(sign_in, fan, lore):
    client = sign_in(fan)
    assert offered(client, "ballerina trained at the Ruska Roma")[0] == "E3"
    assert offered(client, "Rooney was trained as a ballerina in Rome")[0] == "E3"  # not all of them
    assert offered(client, "ballerina sch")[0] == "Ballerina school"
    assert offered(client, "e4")[0] == "E4"


def test_what_is_cited_is_said_in_words(sign_in, fan, lore):
    client = sign_in(fan)
    work = make_work()
    make_claim("S1", page=lore, text="The butler did it.", scope=work.mask)
    typed = "E3\nagainst: ballerina school\nS1\nNobody"
    said = client.post(CITED, {"citations": typed}).text
    assert "Rooney trained at the Ruska Roma" in said and "on Ballerina school" in said
    assert "against:</span> Ballerina school" in said
    assert said.count("Nothing in the lore is called") == 2 and "“S1”" in said and "“Nobody”" in said
    assert "butler" not in said
    assert "Rooney trained at" in client.post(NEW, {"citations": typed, "action": "publish"}).text
    assert client.post(CITED, {}).text.strip() == ""


def test_what_its_author_no_longer_sees_is_not_said(sign_in, author, lore):
    claim = make_claim("S1", page=lore, text="The butler did it.")
    theory = make_theory(author, citations=[Cited(claim)])
    client = sign_in(author)
    assert "The butler did it" in client.get(address("edit", theory)).text
    type(claim).objects.filter(pk=claim.pk).update(scope=make_work().mask)
    for page in (
        client.get(address("edit", theory)).text,
        client.post(f"{CITED}?of={theory.pk}", {"citations": "S1"}).text,
    ):
        assert "butler" not in page and "outside what you have seen" in page
