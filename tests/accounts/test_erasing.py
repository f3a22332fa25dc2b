"""Who leaves is forgotten: nothing that the site keeps tells any more who they were, and what others did stands."""

import io
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts import avatars, exporting, leaving
from accounts.letters import unpacked
from accounts.mail import FileAndConsoleBackend
from accounts.models import Departure, FormerName, Mute, User
from accounts.notifying import notify
from lore.editing import save_revision
from lore.models import Draft, Seen
from lore.prose import Prose
from lore.suggesting import suggest
from moderation.deciding import decide
from moderation.models import Decision, Report
from moderation.reporting import report
from tests.factories import make_fan, make_page, make_work
from tests.factories_theories import (
    make_comment,
    make_draft,
    make_due,
    make_forecast,
    make_proposal,
    make_theory,
    make_vote,
)
from tests.lore.pictures import make_suggestion as suggest_picture
from tests.lore.pictures import png, store
from tests.tracing import found
from theories import resolving
from theories.clarifying import clarify
from theories.discussing import revise
from theories.models import Comment, Manuscript, Theory, Vote

pytestmark = pytest.mark.django_db

NAME, OLD_NAME, SHOWN = "Zenobia_77", "Zenobia_66", "Zenobia Quartzfield"
MAIL, OTHER_MAIL = "zenobia@quartz.example", "old-z@quartz.example"
IP, BROWSER, BIO = "203.0.113.77", "AstrolabeBrowser/9", "I collect astrolabes of brass"
TRACES = (NAME, OLD_NAME, SHOWN, "zenobia", "quartz.example", IP, BROWSER, BIO, "brass sextant")
MAIL_FOLDER = settings.DATA_DIR / "mail"
SAID = "under the copper beech"
"""What they wrote for all to read."""


@pytest.fixture
def leaver(db):
    fan = make_fan(NAME, email=MAIL, display_name=SHOWN, bio=BIO, last_login=timezone.now())
    EmailAddress.objects.create(user=fan, email=OTHER_MAIL, verified=False)
    FormerName.objects.create(fan=fan, username=OLD_NAME, until=timezone.now() + timedelta(days=9))
    return fan


STAY = set(
    "Change.actor Change.credited_to Comment.author Decision.concerns Forecast.fan Image.uploader Notice.actor "
    "Proposal.fan Revision.credited_to Revision.editor Score.fan Standing.fan Suggestion.author Theory.author "
    "TurnTaken.actor Vote.fan".split()
)
"""What may still point to the row without a name. A new table joins this, or what erases."""


def pointing_to(fan):
    columns = [(model, field) for model in apps.get_models() for field in model._meta.fields if model is not User]
    links = [(model, field.name) for model, field in columns if field.related_model is User]
    rows = {f"{model.__name__}.{name}": model._base_manager.filter(**{name: fan.pk}) for model, name in links}
    return {name for name, found in rows.items() if found.exists()}


def fill(fan, other, page, moderator):
    """Traces in everything."""
    client = Client(REMOTE_ADDR=IP, HTTP_USER_AGENT=BROWSER)
    client.force_login(fan)
    client.get("/settings/")
    UserSession.objects.get_or_create(
        user=fan, session_key=client.session.session_key, defaults={"ip": IP, "user_agent": BROWSER}
    )
    Authenticator.objects.create(user=fan, type="webauthn", data={"name": f"key of {SHOWN}"})
    avatars.set_avatar(fan, io.BytesIO(png()))
    own = make_theory(fan, claim="Rooney dances.", case=f"She does, {SAID}, writes @{NAME}.", picture=None)
    alone = make_theory(fan, claim="Nobody minds this.", case=f"Alone {SAID}.")
    make_comment(fan, alone, "To myself.")
    make_comment(fan, alone, "And again.", parent_id=alone.comments.get().pk)
    make_draft(fan, claim="A draft.", case="With a brass sextant.")
    Manuscript.objects.create(fan=fan, window="w1", fields={"claim": ["a brass sextant"]}, saved_at=timezone.now())
    make_vote(other, own)
    clarify(fan, own, f"Asked by @{OLD_NAME}.")
    said = make_comment(fan, own, f"I, @{NAME}, said so {SAID}; write to {MAIL}.")
    said = revise(fan, said, f"I said so {SAID}, and this is /fans/{NAME}/.", scope=0)
    theirs = make_theory(
        other, claim="Winston sees it.", case=f"As [she](/fans/{NAME}/) says, and @{NAME.lower()} too."
    )
    answer = make_comment(other, theirs, f"Thanks, @{OLD_NAME}. And @{NAME}, more.")
    revise(other, answer, f"Thanks, @{NAME}.", scope=0)
    make_comment(other, own, "A reply.", parent_id=said.pk)
    make_vote(fan, theirs)
    Vote.objects.filter(fan=fan).update(network="abcdefabcdef")
    make_forecast(fan, theirs)
    clarify(other, theirs, f"What @{NAME} asked.")
    call = {"page": page, "based_on": page.current, "comment": f"by {NAME}"}
    suggest(fan, prose=Prose("Ruska Roma", "A lead.", f"More {SAID}.", "", ""), **call)
    suggest_picture(fan, page, credit=SHOWN)
    hung = store(uploader=fan, credit=SHOWN, licence="cc-by-sa-4.0")
    page.pictures.add(hung)
    Draft.objects.create(fan=fan, page=page, fields={"lead": ["a brass sextant"]}, saved_at=timezone.now())
    save_revision(
        page, Prose("Ruska Roma", f"A lead, asked for by @{NAME}.", "", "", ""), editor=moderator, comment=f"for {NAME}"
    )
    Seen.objects.create(fan=fan, works=0)
    report("theory", theirs.pk, fan, "other", f"Says {NAME}: mail me at {MAIL}.")
    report("fan", fan.pk, other, "other", f"{SHOWN} lives in a street.")
    decide(moderator, "comment", answer.pk, "hide", "rules", f"@{NAME} complained.")
    decide(moderator, "comment", answer.pk, "restore", "mistake", "Seen again.")
    Mute.objects.create(fan=other, kind="fan", object_id=fan.pk, made_at=timezone.now())
    notify([other.pk], "reply", said.pk, actor=fan)
    user = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=moderator, content_type=user, object_id=str(fan.pk), object_repr=NAME, action_flag=CHANGE
    )
    theory = ContentType.objects.get_for_model(Theory)
    LogEntry.objects.create(
        user=moderator, content_type=theory, object_id="1", object_repr=f"for {NAME}", action_flag=CHANGE
    )
    waiting = {"args": [{"to": [MAIL], "body": f"Hello {SHOWN}"}], "kwargs": {}}
    done = {"args": [{"to": ["x@example.org"], "body": f"{SHOWN} has answered"}], "kwargs": {}}
    for status, args in (("READY", waiting), ("SUCCESSFUL", done)):
        rest = {"task_path": "accounts.tasks.deliver", "backend_name": "default", "run_after": timezone.now()}
        DBTaskResult.objects.create(status=status, args_kwargs=args, **rest)
    letter = {"subject": "Hello", "body": f"Hello {NAME}", "to": [MAIL], "alternatives": []}
    FileAndConsoleBackend(MAIL_FOLDER).send_messages([unpacked(letter)])
    exporting.ask(fan)
    return own, alone, theirs, said


def erase(fan, posts):
    leaving.ask(fan, posts)
    Departure.objects.update(due_at=timezone.now())
    leaving.carry_out()
    Departure.objects.update(shut_at=timezone.now() - leaving.SETTLING)
    assert leaving.carry_out() == 1


@pytest.mark.parametrize("posts", ["anonymise", "remove"])
def test_nothing_tells_who_they_were(
    leaver, author, moderator, posts, settings, django_capture_on_commit_callbacks, capsys
):
    folder = {"BACKEND": "accounts.mail.FileAndConsoleBackend", "OPTIONS": {"folder": MAIL_FOLDER}}
    settings.MAILERS = settings.MAILERS | {"delivery": folder}
    page = make_page("ruska-roma")
    with django_capture_on_commit_callbacks(execute=True):
        own, alone, theirs, said = fill(leaver, author, page, moderator)
    before = "\n".join(found(*TRACES))
    for place in (
        "accounts_user.username",
        "accounts_user.bio",
        "accounts_formername.username",
        "account_emailaddress.email",
        "usersessions_usersession.ip",
        "mfa_authenticator.data",
        "theories_theory.case",
        "theories_theory.compiled",
        "theories_caseversion.case",
        "theories_clarification.text",
        "theories_comment.text",
        "theories_commentversion.text",
        "theories_manuscript.fields",
        "lore_draft.fields",
        "lore_image.credit",
        "lore_revision.lead",
        "lore_revision.comment",
        "lore_suggestion.comment",
        "lore_searchentry.body",
        "moderation_report.words",
        "moderation_decision.words",
        "django_admin_log.object_repr",
        "dbtaskresult.args_kwargs",
        ".eml",
    ):
        assert place in before, place
    assert any(default_storage.listdir(f"exports/{leaver.pk}"))
    with django_capture_on_commit_callbacks(execute=True):
        erase(leaver, posts)

    assert not found(*TRACES), found(*TRACES)
    for folder in (exporting.folder_of(leaver.pk), avatars.folder_of(leaver.pk)):
        assert not default_storage.exists(folder)
    assert bool(found(SAID)) is (posts == "anonymise")
    call_command("recount", check=True)
    assert pointing_to(leaver) <= STAY, pointing_to(leaver) - STAY
    # What others said is still there, and the log with it.
    assert Comment.objects.filter(text="Thanks, @gone.").exists()
    assert Decision.objects.filter(words="@gone complained.", moderator=moderator).exists()
    assert Theory.objects.get(pk=theirs.pk).vote_count == 0
    left = User.objects.get(pk=leaver.pk)
    assert (left.display_name, left.email, left.is_gone, left.has_usable_password()) == (
        "Somebody who left",
        "",
        True,
        False,
    )
    own.refresh_from_db()
    assert own.claim == "Rooney dances." and own.author_id == leaver.pk and own.vote_count == 1
    assert Comment.objects.get(pk=said.pk).is_gone is (posts == "remove")
    assert Theory.objects.filter(pk=alone.pk).exists() is (posts == "anonymise")
    assert Theory.objects.filter(claim="A draft.").count() == 0


def waiting_mail(to, body="Hello"):
    args = {"args": [{"to": [to], "body": body}], "kwargs": {}}
    rest = {"task_path": "accounts.tasks.deliver", "backend_name": "default", "run_after": timezone.now()}
    return DBTaskResult.objects.create(status="READY", args_kwargs=args, **rest)


def test_who_is_called_after_a_film_takes_its_name_from_no_text(author):
    make_work("chapter-4", title="John Wick: Chapter 4")
    make_page("john-wick")
    page = make_page("the-winter", body="Chapter 4 ends in Paris, 2026.")
    for name, shown in (("john_wick", "Chapter 4"), ("2026", "will return"), ("chapter4", "4th")):
        fan = make_fan(name, display_name=shown)
        theory = make_theory(
            author, claim="Chapter 4 will return in 2026.", case=f"As john_wick in chapter4, 4th. {name}"
        )
        before = (theory.claim, theory.case, page.current.body)
        erase(fan, "anonymise")
        theory.refresh_from_db()
        page.current.refresh_from_db()
        assert (theory.claim, theory.case, page.current.body) == before


def test_a_name_that_is_somebody_elses_by_now_stays_theirs(author):
    fan, heir = make_fan("charon_2"), make_fan("winston_1")
    FormerName.objects.create(fan=fan, username="Winston_1", until=timezone.now() - timedelta(days=1))
    theory = make_theory(author, case="As @winston_1 says; winston_1 knows, and @charon_2.")
    erase(fan, "anonymise")
    theory.refresh_from_db()
    assert theory.case == "As @winston_1 says; winston_1 knows, and @gone."
    assert f"/fans/{heir.username}/" in str(theory.compiled)


def test_mail_to_an_address_that_ends_like_theirs_goes_out(fan, tmp_path, settings):
    folder = {"BACKEND": "accounts.mail.FileAndConsoleBackend", "OPTIONS": {"folder": tmp_path}}
    settings.MAILERS = settings.MAILERS | {"delivery": folder}
    leaver = make_fan("na", email="na@example.org", display_name="Ná")
    for to in ("anna@example.org", "na@example.org"):
        waiting_mail(to)
        letter = {"subject": "Hello", "body": "Hello", "to": [to], "alternatives": []}
        FileAndConsoleBackend(tmp_path).send_messages([unpacked(letter)])
    told = {"subject": "Ná has answered", "body": "…", "to": [fan.email], "alternatives": []}
    FileAndConsoleBackend(tmp_path).send_messages([unpacked(told)])
    erase(leaver, "anonymise")
    waiting = str(list(DBTaskResult.objects.filter(status="READY").values_list("args_kwargs", flat=True)))
    assert "anna@example.org" in waiting and "'na@example.org" not in waiting
    assert ["To: anna@example.org" in path.read_text() for path in tmp_path.glob("*.eml")] == [True]


def test_sessions_that_tell_of_them_go_and_others_stay(leaver, author, sign_in):
    asked, typed, other = Client(), Client(), sign_in(author)
    asked.post("/accounts/login/code/", {"email": MAIL})
    theory = make_theory(author)
    typed.post(f"{theory.get_absolute_url()}comment/", {"text": f"@{NAME} knows."})
    begun = other.session
    begun["kept_fields"] = {"path": "/", "until": 0, "fields": {"text": [f"@{NAME}"]}}
    begun.save()
    assert {place for place in found(NAME, MAIL) if place.startswith("a session")}
    erase(leaver, "anonymise")
    assert not found(NAME, MAIL)
    assert other.get("/settings/").status_code == 200


def test_what_is_about_them_alone_loses_any_name(author, moderator):
    fan = make_fan("quartz", display_name="Ossian")
    said = make_comment(fan, make_theory(author), "I said it. Yours, Quartz.")
    theirs = make_comment(author, said.theory, "Clear as quartz, Ossian wrote.")
    report("comment", said.pk, author, "other", "Ossian is rude.")
    decide(moderator, "comment", said.pk, "hide", "unkind", "Ossian (quartz) was rude.")
    User.objects.filter(pk=fan.pk).update(display_name="Ossian Vale")
    signed = make_comment(fan, said.theory, "Yours, Ossian Vale, who loves quartz.")
    User.objects.filter(pk=fan.pk).update(display_name="Ossian")
    erase(User.objects.get(pk=fan.pk), "anonymise")
    assert not Decision.objects.filter(words__icontains="ossian").exists()
    assert Decision.objects.get(words="Somebody who left (Somebody who left) was rude.")
    assert not Report.objects.filter(words__icontains="ossian").exists()
    for row in (said, theirs, signed):
        before = row.text
        row.refresh_from_db()
        assert row.text == before  # there it may be a word


def test_a_full_name_under_their_own_texts_goes(author):
    fan = make_fan("quartz", display_name="Ossian Vale")
    theory = make_theory(fan, claim="Ossian Vale returns.", case="Yours, Ossian Vale.")
    make_comment(author, theory, "Ossian Vale said so.")
    erase(fan, "anonymise")
    theory.refresh_from_db()
    assert (theory.claim, theory.case) == ("Ossian Vale returns.", "Yours, Somebody who left.")
    assert not found("Yours, Ossian Vale")


def test_what_they_said_of_outcomes_is_taken_along(fan, author):
    disputed, open_one = make_due(author), make_due(author, claim="Winston returns.")
    proposed = make_proposal(make_fan("proposer"), disputed)
    resolving.object_to(disputed.pk, fan, proposed.pk, "No, under the copper beech.")
    own = make_proposal(fan, open_one, evidence="Seen under the copper beech.")
    resolving.retract(open_one.pk, fan, own.pk)
    erase(fan, "remove")
    assert not found(SAID)
    call_command("recount", check=True)
