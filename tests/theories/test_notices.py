"""The inbox: who is told what, once, and never more than the shield lets through."""

import pytest

from accounts.following import follow
from accounts.models import Notice
from accounts.muting import mute, unmute
from accounts.notifying import notify
from tests.factories import make_fan, make_work, mark_seen
from tests.factories_theories import make_comment, make_due, make_proposal, make_tag, make_theory, make_vote
from theories import discussing
from theories.models import Comment, Theory
from theories.telling import concerned, tell_of_comment, tell_of_proposal, tell_of_talk

pytestmark = pytest.mark.django_db


def test_a_fan_is_told_once_and_the_head_of_each_page_counts_it(client, fan, theory):
    notify([fan.pk, fan.pk], "resolved", theory.pk)
    notify([fan.pk], "resolved", theory.pk)
    notify([fan.pk], "resolved", theory.pk, key="again")
    client.force_login(fan)
    page = client.get("/inbox/").content.decode()
    assert page.count(f"data-opens><strong>New:</strong> The outcome of “{theory.claim}” has changed") == 2
    assert "Inbox (2)" in page


def test_nobody_is_told_of_what_they_did_nor_who_has_left(fan, other, theory):
    other.is_active = False
    other.save()
    notify([fan.pk, other.pk], "resolved", theory.pk, actor=fan)
    assert not Notice.objects.exists()


def test_reading_marks_what_was_shown_and_nothing_that_came_meanwhile(client, fan, theory):
    notify([fan.pk], "resolved", theory.pk, key="1")
    shown = Notice.objects.get().pk
    notify([fan.pk], "resolved", theory.pk, key="2")
    client.force_login(fan)
    assert client.post("/inbox/read/", {"newest": shown}).status_code == 303
    fan.refresh_from_db()
    assert (fan.unread_count, fan.notices.unread().count()) == (1, 1)
    client.post("/inbox/read/", {"newest": "9" * 30})
    assert fan.notices.unread().count() == 1


def test_a_notice_says_no_more_than_the_shield(client, author, fan):
    work = make_work("chapter-9")
    theory = make_theory(author, claim="Everybody dies.", scope=work.mask)
    notify([fan.pk], "proposed", theory.pk)
    client.force_login(fan)
    page = client.get("/inbox/").content.decode()
    assert "Everybody dies" not in page
    assert "everybody-dies" not in page
    assert "a theory that gives away Chapter-9" in page
    mark_seen(fan, work)
    assert "Everybody dies" in client.get("/inbox/").content.decode()


def test_what_was_hidden_is_there_no_more(client, fan, theory):
    notify([fan.pk], "proposed", theory.pk)
    Theory.objects.update(is_hidden=True)
    client.force_login(fan)
    page = client.get("/inbox/").content.decode()
    assert "This is not there any more." in page
    assert "New:" not in page
    assert theory.claim not in page


def test_the_answered_and_the_named_hear_of_a_comment_each_once(author, fan, other, theory):
    first = make_comment(fan, theory)
    answer = make_comment(other, theory, parent_id=first.pk)
    Notice.objects.all().delete()
    tell_of_comment(answer, [fan.pk, author.pk])
    assert set(Notice.objects.values_list("fan_id", "kind")) == {(fan.pk, "mention"), (author.pk, "mention")}


def test_a_comment_on_ones_theory_is_no_answer_and_goes_with_its_words(sign_in, author, fan, theory):
    said = make_comment(fan, theory, "@author, look.")
    plain = make_comment(fan, theory)
    make_comment(author, theory, parent_id=plain.pk)
    client = sign_in(author)
    page = client.get("/inbox/").content.decode()
    assert f"There is a comment on your theory “{theory.claim}”" in page
    assert "You are answered" not in page
    assert "You are answered in the discussion" in sign_in(fan).get("/inbox/").content.decode()
    for comment in (said, plain):
        discussing.take_back(fan, comment)
    page = client.get("/inbox/").content.decode()
    assert "Nothing yet" in page
    assert "unread" not in page


def test_author_and_backers_are_concerned_but_not_who_took_it_back(author, fan, other, theory):
    make_vote(fan, theory)
    make_vote(other, theory, 1)
    make_vote(other, theory, 0)
    assert concerned(theory) == {author.pk, fan.pk}


def test_many_notices_come_in_pages_with_few_queries(client, fan, author, django_assert_max_num_queries):
    theories = [make_theory(author, claim=f"Claim {number}.") for number in range(3)]
    for number in range(60):
        notify([fan.pk], "resolved", theories[number % 3].pk, key=str(number))
    client.force_login(fan)
    with django_assert_max_num_queries(8):
        page = client.get("/inbox/").content.decode()
    assert page.count("<strong>New:</strong>") == 50
    oldest_shown = fan.notices.all()[49].pk
    assert f"?before={oldest_shown}" in page
    assert client.get(f"/inbox/?before={oldest_shown}").content.decode().count("<strong>New:</strong>") == 10


def test_the_inbox_is_nobody_elses(client, fan, theory):
    notify([make_fan("third").pk], "resolved", theory.pk)
    client.force_login(fan)
    assert "Nothing yet" in client.get("/inbox/").content.decode()


def test_whoever_wrote_a_shielded_comment_is_not_named(sign_in, fan, author):
    theory, work = make_theory(fan), make_work()
    make_comment(author, theory, "Seen by all.")
    client = sign_in(fan)
    author.refresh_from_db()
    named = author.display_name or author.username
    assert named in client.get("/inbox/").content.decode().split("<main")[1]
    fan.notices.all().delete()
    make_comment(author, theory, "She dies.", scope=work.mask)
    shown = client.get("/inbox/").content.decode()
    assert "What is said gives away Chapter-3." in shown
    assert "She dies" not in shown
    assert named not in client.get("/inbox/").content.decode().split("<main")[1].replace(theory.claim, "")


def test_a_line_says_what_was_said_as_far_as_it_may_be_read(sign_in, fan, author):
    theory, work = make_theory(fan), make_work()
    make_comment(author, theory, f"**Look**: >!{work.slug}: she dies!<")
    make_comment(make_fan("olga"), theory, "Nobody saw that.", scope=work.mask)
    shown = sign_in(fan).get("/inbox/").content.decode()
    assert "There are 2 new comments" in shown
    assert "author and others" in shown
    assert "“Look: …”" in shown
    assert ("olga" in shown, "she dies" in shown, "Nobody saw" in shown) == (False, False, False)
    mark_seen(fan, work)
    assert "“Nobody saw that.”" in sign_in(fan).get("/inbox/").content.decode()
    fan.notices.filter(object_id=Comment.objects.get(text="Nobody saw that.").pk).delete()
    assert "“Look: she dies”" in sign_in(fan).get("/inbox/").content.decode()


def test_whose_step_it_is_stands_behind_the_shield_of_its_outcome(sign_in, author):
    work = make_work()
    theory = make_due(author)
    tell_of_proposal(make_proposal(make_fan("olga"), theory, scope=work.mask))
    line = sign_in(author).get("/inbox/").content.decode().split("<main")[1]
    assert ("An outcome is proposed" in line, "olga" in line) == (True, False)
    mark_seen(author, work)
    assert "olga" in sign_in(author).get("/inbox/").content.decode()


def test_what_is_new_says_whom_or_what_one_follows(sign_in, fan, author):
    tag, secret = make_tag(), make_tag("secret", scope=make_work().mask)
    for kind, thing in (("tag", tag), ("tag", secret)):
        follow(fan, kind, thing.pk)
    theory = make_theory(author, tags=[tag, secret])
    notify([fan.pk], "posted", theory.pk, actor=author)
    shown = sign_in(fan).get("/inbox/").content.decode()
    assert "A new theory under the tag “Rooney”, which you follow" in shown
    assert "Secret" not in shown
    follow(fan, "fan", author.pk)
    assert "A new theory by author, whom you follow" in sign_in(fan).get("/inbox/").content.decode()


def test_what_stands_under_a_tag_muted_since_is_out_of_inbox_and_count(sign_in, fan, author):
    tag = make_tag()
    theory = make_theory(author, tags=[tag])
    follow(fan, "theory", theory.pk)
    tell_of_talk(make_comment(author, theory))
    notify([fan.pk], "posted", theory.pk, actor=author)
    assert "Inbox (2)" in sign_in(fan).get("/inbox/").content.decode()
    mute(fan, "tag", tag.pk)
    shown = sign_in(fan).get("/inbox/").content.decode()
    assert ("Nothing yet" in shown, "Inbox (" in shown) == (True, False)
    unmute(fan, "tag", tag.pk)
    assert "Inbox (2)" in sign_in(fan).get("/inbox/").content.decode()
