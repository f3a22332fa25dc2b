import pytest
from django.core.management import call_command

from accounts.models import User
from lore.importing import import_lore
from lore.models import Claim
from tests.factories_theories import make_vote
from theories import importing, posting
from theories.models import Tag, Theory, Vote

pytestmark = pytest.mark.django_db
SEEDS = {"trilogy", "team-up", "final-chapter", "high-table"}


@pytest.fixture(autouse=True)
def no_pictures(plain_seed, monkeypatch):
    monkeypatch.setattr("lore.importing.SEED_DIR", plain_seed)


@pytest.fixture
def seeded():
    import_lore()
    return importing.import_theories()


@pytest.fixture
def seed_dir(monkeypatch, tmp_path):
    monkeypatch.setattr(importing, "SEED_DIR", tmp_path)
    (tmp_path / "tags.toml").write_text('[[tag]]\nslug = "a"\nname = "A"\n')
    return tmp_path


def write(folder, case="A case.", claim="It happens."):
    head = f'claim = "{claim}"\ncriteria = "Seen."\ndue = "2099-01-01"\ntags = ["a"]\n'
    (folder / "one.md").write_text(f"+++\n{head}+++\n{case}\n")


def test_the_four_theories_of_the_article(seeded):
    found = {theory.seed_key: theory for theory in Theory.objects.all()}
    assert found.keys() == SEEDS
    assert {theory.author for theory in found.values()} == {User.objects.archive()}
    assert all(
        theory.state == "open" and theory.case and theory.criteria and theory.due.year >= 2035
        for theory in found.values()
    )
    assert all(theory.citations.exists() and theory.tags.exists() for theory in found.values())
    assert {key for key, theory in found.items() if theory.scope} == {"final-chapter"}
    assert not Vote.objects.exists()


def test_what_a_seeded_theory_cites_is_there_and_lists_keep_no_key_of_a_scoped_one(seeded, guest):
    assert "final chapter" not in guest.get("/theories/").content.decode()


def test_again_changes_nothing(seeded):
    before = list(Theory.objects.values_list("seed_key", "edited_at"))
    assert "unchanged" in importing.import_theories().report()
    assert list(Theory.objects.values_list("seed_key", "edited_at")) == before


def test_the_command_says_what_it_did(capsys):
    call_command("import_lore")
    call_command("import_theories")
    assert "theory: 4 added" in capsys.readouterr().out


def test_a_better_seed_is_taken_over(seed_dir):
    write(seed_dir)
    importing.import_theories()
    write(seed_dir, case="A better case.")
    assert "updated" in importing.import_theories().report()
    assert Theory.objects.get().case == "A better case."


def test_what_staff_changed_is_kept(seed_dir, editor):
    write(seed_dir)
    importing.import_theories()
    theory = Theory.objects.get()
    posting.edit(editor, theory, importing._writing(importing._found(theory) | {"case": "Changed here."}))
    write(seed_dir, case="A better case.")
    assert "kept as edited" in importing.import_theories().report()
    assert Theory.objects.get().case == "Changed here."


def test_what_was_voted_on_keeps_its_claim(seed_dir, fan):
    write(seed_dir)
    importing.import_theories()
    make_vote(fan, Theory.objects.get())
    write(seed_dir, claim="It happens twice.")
    assert "not updated" in importing.import_theories().report()
    assert Theory.objects.get().claim == "It happens."


def test_what_was_deleted_stays_deleted(seed_dir):
    write(seed_dir)
    importing.import_theories()
    Theory.objects.all().delete()
    Tag.objects.all().delete()
    importing.import_theories()
    assert not Theory.objects.exists()
    assert not Tag.objects.exists()


def test_a_seed_that_cites_nothing_known_stops(seed_dir):
    write(seed_dir)
    file = seed_dir / "one.md"
    file.write_text(file.read_text().replace('tags = ["a"]\n', 'tags = ["a"]\n[[citations]]\nclaim = "Z9"\n'))
    with pytest.raises(LookupError, match="Z9"):
        importing.import_theories()
    assert not Claim.objects.exists()
