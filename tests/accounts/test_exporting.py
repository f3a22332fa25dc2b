"""A fan's data, packed: all of it, for them alone, for a week."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from accounts import avatars, exporting, hooks
from accounts.models import Export
from lore.models import Seen
from tests.factories import PASSWORD, make_page, make_work
from tests.factories_theories import make_comment, make_draft, make_forecast, make_tag, make_theory, make_vote
from tests.lore.pictures import png, store
from theories.discussing import revise
from theories.posting import Cited

pytestmark = pytest.mark.django_db
FILE = "/settings/data/file/"


def signed_in(fan):
    client = Client()
    client.post("/accounts/login/", {"login": fan.username, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def fetched(client):
    answer = client.get(FILE)
    assert answer.status_code == 200
    return answer, zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_it_holds_what_they_did_and_sent_and_is_theirs_alone(
    fan, author, mailoutbox, django_capture_on_commit_callbacks
):
    page, work = make_page(), make_work()
    Seen.objects.create(fan=fan, works=work.mask)
    theirs = make_theory(author)
    make_theory(fan, claim="Mine.", tags=[make_tag()], citations=[Cited(page)])
    make_draft(fan, claim="My draft.")
    said = make_comment(fan, theirs, "As I said first.")
    revise(fan, said, "As I say now.", scope=0)
    make_comment(author, theirs, "A stranger’s words.")
    make_vote(fan, theirs, -1)
    make_forecast(fan, theirs, 35)
    picture = store(uploader=fan)
    page.pictures.add(picture)
    avatars.set_avatar(fan, io.BytesIO(png()))
    client, other = signed_in(fan), signed_in(author)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/settings/data/").status_code == 303
    assert "Your data is ready." in client.get("/settings/data/").content.decode()
    assert [(mail.subject, mail.to) for mail in mailoutbox] == [("Your data is ready", ["fan@example.org"])]
    assert "/settings/data/\n" in mailoutbox[0].body and FILE not in mailoutbox[0].body
    answer, packed = fetched(client)
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("private, no-store", "nosniff")
    assert answer["Content-Disposition"].startswith("attachment")
    rows = {name: json.loads(packed.read(name)) for name in packed.namelist() if name.endswith(".json")}
    assert {row["claim"] for row in rows["theories.json"]} == {"Mine.", "My draft."}
    assert [row["tag__slug"] for row in rows["tags.json"]] == ["rooney"]
    assert [row["page__slug"] for row in rows["citations.json"]] == [page.slug]
    assert [row["text"] for row in rows["comments.json"]] == ["As I say now."]
    assert [row["text"] for row in rows["comment-versions.json"]] == ["As I said first."]
    assert [(row["theory_id"], row["value"]) for row in rows["votes.json"]] == [(theirs.pk, -1)]
    assert [row["probability"] for row in rows["forecasts.json"]] == [35]
    assert rows["account.json"]["email"] == "fan@example.org"
    assert rows["seen.json"]["works"] == [work.slug]
    assert {f"pictures/{picture.pk}.webp", "pictures/avatar.webp"} <= set(packed.namelist())
    whole = " ".join(map(str, rows.values()))
    assert "stranger" not in whole and fan.password not in whole
    assert other.get(FILE).status_code == 404
    assert Client().get(FILE).status_code == 302
    assert set(rows) >= {f"{name}.json" for name in ("follows", "mutes", "notices", "marks", "reports", "decisions")}


def test_it_expires_with_its_file(fan, django_capture_on_commit_callbacks):
    client = signed_in(fan)
    with django_capture_on_commit_callbacks(execute=True):
        exporting.ask(fan)
    export = Export.objects.get()
    assert exporting.default_storage.exists(export.file)
    Export.objects.update(expires_at=timezone.now())
    assert client.get(FILE).status_code == 404
    assert "Pack my data" in client.get("/settings/data/").content.decode()
    assert exporting.drop_old() == 1
    assert not exporting.default_storage.exists(export.file)


def test_one_at_a_time_and_a_lost_one_can_be_asked_for_again(fan, django_capture_on_commit_callbacks):
    client = signed_in(fan)
    exporting.ask(fan)
    Export.objects.update(steps=9, steps_done=4)
    page = client.get("/settings/data/").content.decode()
    assert "4 of 9 parts" in page and 'hx-trigger="every 3s"' in page
    refused = client.post("/settings/data/")
    assert refused.status_code == 409 and "being packed already" in refused.content.decode()
    Export.objects.update(asked_at=timezone.now() - exporting.LOST_AFTER - timedelta(minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/settings/data/").status_code == 303
    assert Export.objects.get().ready_at
    # A new one takes the old one's place, file and all.
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/settings/data/")
    assert len(exporting.default_storage.listdir(exporting.folder_of(fan.pk))[1]) == 1


def test_what_fails_says_so(fan, monkeypatch):
    def break_off(found):
        raise ValueError

    monkeypatch.setattr(hooks, "fan_export", [break_off])
    export = Export.objects.create(fan=fan, asked_at=timezone.now())
    with pytest.raises(ValueError):
        exporting.pack(export.pk)
    page = signed_in(fan).get("/settings/data/").content.decode()
    assert "Packing it failed" in page and "Pack my data" in page and "every 3s" not in page


def test_what_a_killed_worker_had_written_goes(fan):
    name = f"{exporting.folder_of(fan.pk)}/half.zip"
    exporting.default_storage.save(name, ContentFile(b"half"))
    Export.objects.create(fan=fan, asked_at=timezone.now() - exporting.LOST_AFTER - timedelta(minutes=1))
    assert exporting.drop_old() == 0
    assert not exporting.default_storage.exists(name) and exporting.latest(fan).failed_at
    Export.objects.update(failed_at=timezone.now() - exporting.KEPT)
    assert exporting.drop_old() == 1


def test_a_long_absence_asks_for_the_password_before_the_file(fan, sign_in):
    answer = sign_in(fan).get(FILE)
    assert answer.status_code == 302 and "reauthenticate" in answer["Location"]
