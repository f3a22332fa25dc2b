import html5lib
import pytest
from django.db import DatabaseError, OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from ballerina_site import logs
from ballerina_site.errors import unavailable
from ballerina_site.middleware import request_id, response_headers, too_fast
from ballerina_site.ratelimit import TooFast

pytestmark = pytest.mark.django_db


def test_guests_reading_pages_may_be_kept_and_asked_for_again(guest):
    answer = guest.get("/")
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert {"Cookie", "HX-Request"} <= set(answer.headers["Vary"].split(", "))
    assert not answer.cookies
    assert "csrfmiddlewaretoken" not in answer.content.decode()


def test_fans_pages_stay_in_their_browser(sign_in, fan):
    assert sign_in(fan).get("/").headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("path", ["/accounts/login/", "/settings/theme/", "/settings/", "/admin/"])
def test_a_persons_own_affairs_are_kept_by_nobody(guest, path):
    assert guest.get(path).headers["Cache-Control"] == "private, no-store"


def test_fragments_are_kept_by_nobody(guest):
    assert guest.get("/", headers={"HX-Request": "true"}).headers["Cache-Control"] == "private, no-store"


def test_an_answer_that_sets_a_cookie_is_not_for_all():
    def sets_cookie(request):
        response = HttpResponse()
        response.set_cookie("a", "b")
        return response

    answer = response_headers(sets_cookie)(RequestFactory().get("/"))
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_what_a_view_says_itself_holds():
    answer = response_headers(lambda request: HttpResponse(headers={"Cache-Control": "max-age=9"}))(
        RequestFactory().get("/")
    )
    assert answer.headers["Cache-Control"] == "max-age=9"


def test_trace_is_refused(guest):
    assert guest.trace("/").status_code == 405


def test_strict_policies(guest):
    headers = guest.get("/").headers
    assert "script-src 'self';" in headers["Content-Security-Policy"] + ";"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=()" in headers["Permissions-Policy"]


def test_each_request_has_a_name():
    names = []
    answer = request_id(lambda request: names.append(logs.request_id.get()) or HttpResponse())(
        RequestFactory().get("/")
    )
    assert answer.headers["X-Request-ID"] == names[0]


def test_a_proxys_name_counts_only_where_proxies_are_trusted(settings):
    named = RequestFactory().get("/", headers={"X-Request-ID": "proxy-name-1"})
    asked = request_id(lambda request: HttpResponse())
    assert asked(named).headers["X-Request-ID"] != "proxy-name-1"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert asked(named).headers["X-Request-ID"] == "proxy-name-1"


@pytest.mark.parametrize("charset", ["utf-7", "nonsense", "utf-16"])
@pytest.mark.parametrize("path", ["/", "/nowhere/", "/accounts/login/", "/settings/profile/"])
def test_odd_encodings_are_the_senders_mistake(path, charset):
    strict = Client(enforce_csrf_checks=True)
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    answer = strict.generic("POST", path, b"a=%FF", content_type=kind)
    assert 400 <= answer.status_code < 500


def test_too_many_fields_or_bytes(guest):
    assert guest.post("/accounts/login/", {f"f{n}": "x" for n in range(1001)}).status_code == 400
    answer = guest.post("/accounts/login/", f"a={'x' * 3_000_000}", content_type="application/x-www-form-urlencoded")
    assert 400 <= answer.status_code < 500


def test_a_flood_is_turned_away_unread(guest):
    answer = guest.generic("POST", "/theories/new/", b"", CONTENT_LENGTH="32000001")
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/fans/a%00/", "/%00/", "/lore/%00/"])
def test_nul_in_an_address_is_nowhere(guest, path):
    assert guest.get(path).status_code == 404


def test_nul_elsewhere_is_taken_out(guest):
    guest.cookies.load('sessionid="aaaaaaaaaa\\000"')
    answer = guest.get("/search/?q=Roo%00ney")
    assert answer.status_code == 200
    assert "“Rooney”" in answer.content.decode()


def test_unknown_host(guest):
    assert guest.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_unknown_address(guest):
    answer = guest.get("/nowhere/")
    assert answer.status_code == 404
    assert "Nobody is dancing here" in answer.content.decode()


@pytest.fixture
def broken(monkeypatch, fan, sign_in):
    """A fan whose session cannot be read: `broken(fault)` answers the page they get."""
    client = sign_in(fan)
    client.raise_request_exception = False

    def ask(fault: Exception):
        def fail(*args, **kwargs):
            raise fault

        monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", fail)
        return client.get("/settings/")

    return ask


@pytest.mark.parametrize("fault", [OperationalError("database is locked"), DatabaseError("file is not a database")])
def test_a_database_that_is_away_is_a_reason_to_come_back(broken, fault):
    answer = broken(fault)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "A short interval" in answer.content.decode()


class TestWhatWasTyped:
    """When the database gives up under a form."""

    FORM = {"text": 'Rooney <never> forgets, "ever" & so on.\r\nNever.', "scope": ["a", "b"], "action": "say"}
    ADDRESS = "/theories/1/rooney/comment/?reveal=theory-1"

    @pytest.fixture
    def send(self, monkeypatch, fan):
        def fail(*args, **kwargs):
            raise OperationalError("deadlock detected")

        client = Client(raise_request_exception=False, enforce_csrf_checks=True)
        client.force_login(fan)
        client.cookies["csrftoken"] = token = "t" * 32
        monkeypatch.setattr("theories.views.comments.find", fail)

        def sent(fields, address=self.ADDRESS, token=token, **headers):
            return client.post(address, fields | {"csrfmiddlewaretoken": token}, headers=headers)

        return sent

    def test_comes_back_to_be_sent_again(self, send):
        answer = send(self.FORM, Referer="http://testserver/theories/1/rooney/?sort=new")
        assert answer.status_code == 503
        form = html5lib.parse(answer.text, namespaceHTMLElements=False).find(".//form")
        fields = [(field.get("name"), field.get("value")) for field in form.iter("input")]
        assert fields[0][0] == "csrfmiddlewaretoken" and len(fields[0][1]) == 64
        typed = [("text", self.FORM["text"].replace("\r", "")), ("scope", "a"), ("scope", "b"), ("action", "say")]
        assert (form.get("action"), fields[1:]) == (self.ADDRESS, typed)
        assert form.find(".//a").get("href") == "/theories/1/rooney/?sort=new"
        assert "Rooney &lt;never&gt; forgets" in answer.text

    def test_of_secrets_of_strangers_and_of_controls_nothing_does(self, send):
        assert "Send it again" in send({"text": "x"}).text
        assert "Send it again" not in send({"text": "x", "new_password": "hush"}).text
        assert "Send it again" not in send({"text": "x"}, HX_Request="true").text
        assert send(self.FORM, token="s" * 32).status_code == 403

    def test_a_body_that_cannot_be_read_is_left_alone(self, rf):
        request = rf.post("/", {"text": "x"})
        request.csrf_processing_done = True
        request.read(1)
        assert "Send it again" not in unavailable(request).text


def test_a_mistake_of_ours_is_ours(broken):
    answer = broken(ZeroDivisionError())
    assert answer.status_code == 500
    assert "behind the curtain" in answer.content.decode()


def test_other_faults_are_not_taken_for_haste():
    assert too_fast(lambda request: HttpResponse()).process_exception(RequestFactory().get("/"), ValueError()) is None


def haste(rf_request, fan):
    rf_request.user = fan
    return too_fast(lambda request: HttpResponse()).process_exception(rf_request, TooFast("post", 90))


def test_haste_says_when_to_come_back_and_what_was_typed(fan):
    typed = {"text": "Rooney and Wick will meet again.", "password": "a-very-long-secret-of-mine"}
    answer = haste(RequestFactory().post("/theories/new/", typed), fan)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "90"
    assert "Rooney and Wick will meet again." in answer.content.decode()
    assert "secret" not in answer.content.decode()


def test_haste_in_a_control_is_said_beside_it(fan):
    answer = haste(RequestFactory().post("/vote/", headers={"HX-Request": "true"}), fan)
    assert answer.status_code == 429
    assert answer.content.decode().startswith("<p ")
    assert answer.headers["HX-Reswap"] == "beforeend"


def test_a_forged_form(fan):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(fan)
    answer = strict.post(reverse("accounts:profile"), {"bio": "x"})
    assert answer.status_code == 403
    assert "Your form went stale" in answer.content.decode()
