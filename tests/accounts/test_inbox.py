"""The inbox put together, read and unread; and how one wants to hear of things."""

import pytest

from accounts.choosing import Wish, wishes_of
from accounts.hooks import notice_kinds
from accounts.models import Notice, NoticeChoice, Rhythm
from accounts.muting import mute
from accounts.notifying import notify
from accounts.telling_kinds import CHOSEN, TELLING_OF
from tests.factories import make_fan, make_work
from tests.factories_theories import make_comment, make_theory

pytestmark = pytest.mark.django_db


@pytest.fixture
def theory(author):
    return make_theory(author, claim="Rooney {} returns.")


def inbox(client) -> str:
    return client.get("/inbox/").content.decode()


def test_every_kind_that_is_told_stands_in_the_table():
    assert set(notice_kinds) <= set(TELLING_OF)


def test_answers_that_follow_each_other_are_one_line(client, author, theory):
    fans = [make_fan(f"fan-{number}") for number in range(5)]
    for writer in [*fans, fans[0], fans[1]]:
        make_comment(writer, theory)
    client.force_login(author)
    page = inbox(client)
    assert "There are 7 new comments on your theory “Rooney {} returns.”" in page
    assert "fan-1, fan-0 and 3 others" in page
    assert "Inbox (1)" in page
    newest = author.notices.first()
    address = f"/inbox/{newest.pk}/"
    assert f'{newest.object_id}" data-opens><strong>New:</strong>' in page
    assert client.get(address).status_code == 405
    assert author.notices.unread().count() == 7
    client.post(address)
    assert not author.notices.unread().exists()
    assert "data-opens" not in inbox(client)
    make_comment(fans[2], theory, "Later.")
    page = inbox(client)
    assert "There is a comment on your theory" in page
    assert "7 new comments on your theory" in page
    assert "Inbox (1)" in page


def test_the_badge_counts_the_lines_whatever_stands_between_them(client, author, fan, theory):
    other = make_theory(author, claim="Winston dies.")
    for about in (theory, other, theory, theory, other):
        make_comment(fan, about)
    notify([author.pk], "resolved", theory.pk, key="1")
    notify([author.pk], "resolved", theory.pk, key="2")
    client.force_login(author)
    page = inbox(client)
    assert "3 new comments on your theory “Rooney {} returns.”" in page
    assert "2 new comments on your theory “Winston dies.”" in page
    assert page.count("<strong>New:</strong>") == 4
    assert "Inbox (4)" in page
    line = author.notices.filter(kind="reply").first()
    assert client.post(f"/inbox/{line.pk}/", {"act": "read"}).status_code == 303
    assert author.notices.unread().count() == 5
    make_comment(fan, other, "And again.")
    page = inbox(client)
    assert ("Inbox (4)" in page, page.count("<strong>New:</strong>")) == (True, 4)
    # Back among the unread, they are one line with what has come since.
    assert client.post(f"/inbox/{line.pk}/", {"act": "unread"}).url == f"/inbox/#notice-{author.notices.first().pk}"
    assert "3 new comments on your theory “Winston dies.”" in inbox(client)


def test_one_line_is_marked_and_unmarked(client, author, fan, theory):
    make_comment(fan, theory)
    notice = author.notices.get()
    client.force_login(author)
    for act, unread in (("read", 0), ("read", 0), ("unread", 1)):
        answer = client.post(f"/inbox/{notice.pk}/", {"act": act, "before": "99"})
        assert answer.url == f"/inbox/?before=99#notice-{notice.pk}"
        author.refresh_from_db()
        assert author.unread_count == unread
    assert f'id="notice-{notice.pk}"' in inbox(client)
    assert author.notices.unread().count() == 1


def test_nobody_opens_what_is_anothers(client, author, fan, theory):
    make_comment(fan, theory)
    notice = author.notices.get()
    client.force_login(fan)
    assert client.post(f"/inbox/{notice.pk}/", {"act": "read"}).status_code == 404
    own = Notice.objects.create(
        fan=fan, kind="reply", object_id=notice.object_id, together=notice.together, made_at=notice.made_at
    )
    assert client.post(f"/inbox/{own.pk}/", {"act": "read", "before": "9" * 40}).status_code == 303
    assert author.notices.unread().count() == 1


def test_who_did_what_is_behind_the_shield_is_not_named(client, author, fan):
    theory = make_theory(author, claim="Everybody dies.", scope=make_work().mask)
    notify([fan.pk], "clarified", theory.pk, actor=author)
    client.force_login(fan)
    page = inbox(client)
    assert "a theory that gives away Chapter-3" in page
    assert "author ·" not in page


# Choices


def sent(**changes) -> dict[str, str]:
    data = {f"mail_{name}": telling.rhythm for name, telling in CHOSEN.items()}
    data |= {f"inbox_{name}": "on" for name in CHOSEN}
    return {name: value for name, value in (data | changes).items() if value is not None}


def test_choices_are_saved_in_one_go_and_followed(client, author, fan, theory):
    client.force_login(author)
    answer = client.post("/settings/notices/", sent(mail_reply="weekly", inbox_reply=None, mail_mention="never"))
    assert answer.status_code == 303
    assert "Your choices are saved." in client.get(answer.url).content.decode()
    assert wishes_of(author)["reply"] == Wish(False, Rhythm.WEEKLY)
    make_comment(fan, theory)
    notice = author.notices.get()
    assert (notice.is_shown, notice.rhythm) == (False, Rhythm.WEEKLY)
    author.refresh_from_db()
    assert (author.unread_count, "Nothing yet" in inbox(client)) == (0, True)
    client.post("/settings/notices/", sent(mail_reply="never", inbox_reply=None))
    notice.refresh_from_db()
    assert notice.rhythm == Rhythm.NEVER
    make_comment(fan, theory, "Unheard.")
    assert author.notices.count() == 1


@pytest.mark.parametrize("rhythm", ["weekly", "never"])
def test_one_button_sets_all_mail_and_leaves_the_inbox_as_it_is_ticked(client, author, rhythm):
    client.force_login(author)
    assert client.post("/settings/notices/", sent(inbox_talk=None, all=rhythm)).status_code == 303
    wishes = wishes_of(author)
    assert {wish.rhythm for wish in wishes.values()} == {rhythm}
    assert [name for name, wish in wishes.items() if not wish.in_inbox] == ["talk"]
    assert client.post("/settings/notices/", sent(all="hourly")).status_code == 422


def test_a_bad_choice_changes_nothing_and_keeps_the_rest(client, fan):
    client.force_login(fan)
    answer = client.post("/settings/notices/", sent(mail_reply="hourly", mail_talk="weekly"))
    assert answer.status_code == 422
    assert "Nothing was saved" in answer.content.decode()
    assert '<option value="weekly" selected' in answer.content.decode()
    assert not NoticeChoice.objects.exists()


def test_the_page_names_every_kind_and_where_mail_goes(client, fan, django_assert_max_num_queries):
    client.force_login(fan)
    with django_assert_max_num_queries(9):
        page = client.get("/settings/notices/").content.decode()
    assert "Mail goes to fan@example.org." in page
    assert all(telling.label in page for telling in CHOSEN.values())


def test_one_look_at_the_choices_of_all_who_are_told(fan, author, theory, django_assert_max_num_queries):
    fans = [make_fan(f"fan-{number}") for number in range(30)]
    NoticeChoice.objects.create(fan=fans[0], kind="resolved", in_inbox=False, rhythm=Rhythm.NEVER)
    mute(fans[1], "fan", author.pk)
    # Savepoint twice, mutes, who is there, choices, rows, counts.
    with django_assert_max_num_queries(9):
        notify([pk.pk for pk in fans], "proposed", theory.pk, actor=author)
    assert Notice.objects.count() == 29
    notify([fans[0].pk, fans[1].pk], "resolved", theory.pk, actor=author)
    assert list(Notice.objects.filter(kind="resolved").values_list("fan", flat=True)) == [fans[1].pk]
