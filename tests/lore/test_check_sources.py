"""Whether the sources' addresses still answer, asked of a real server beside the test."""

import socket
import threading
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from lore.checking import Asking, fault_of, is_public
from lore.models import Source
from tests.factories import make_source

LOCAL = Asking(timeout=5, allow_private=True)


class Handler(BaseHTTPRequestHandler):
    asked: list = []

    def answer(self):
        self.asked.append((self.command, self.path, dict(self.headers)))
        name, _, number = self.path.partition("?")[0].strip("/").partition("/")
        status, headers = getattr(self, f"on_{name or 'fine'}")(number)
        self.send_response(status)
        for header in headers.items():
            self.send_header(*header)
        self.end_headers()

    def on_fine(self, number):
        return 200, {}

    def on_gone(self, number):
        return 410, {}

    def on_headless(self, number):
        return (405 if self.command == "HEAD" else 200), {}

    def on_moved(self, number):
        left = int(number)
        return 302, {"Location": f"/moved/{left - 1}" if left else "/fine"}

    def on_away(self, number):
        return 301, {"Location": {"file": "file:///etc/passwd", "nowhere": "http://["}[number]}

    def on_around(self, number):
        return 307, {"Location": "/around"}

    def log_message(self, *args):
        pass


Handler.do_HEAD = Handler.do_GET = Handler.answer


@pytest.fixture(scope="module")
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def asked():
    Handler.asked.clear()
    return Handler.asked


class TestAsking:
    def test_a_page_that_is_there_is_asked_for_its_head_alone(self, server, asked, settings):
        assert fault_of(f"{server}/fine?a=b#c", LOCAL) == ""
        [(method, path, headers)] = asked
        assert (method, path) == ("HEAD", "/fine?a=b")
        assert settings.SITE_URL in headers["User-Agent"]
        assert headers["Host"] == server.removeprefix("http://")

    def test_where_heads_are_refused_the_page_is_asked_for(self, server, asked):
        assert fault_of(f"{server}/headless", LOCAL) == ""
        assert [method for method, *_ in asked] == ["HEAD", "GET"]

    def test_signs_of_any_kind_are_sent_as_addresses_are(self, server, asked):
        assert fault_of(f"{server}/fine/für elise", LOCAL) == ""
        assert asked[0][1] == "/fine/f%C3%BCr%20elise"

    @pytest.mark.parametrize("hops, fault", [(0, ""), (4, ""), (5, "more than 5 redirects")])
    def test_redirects_are_followed_a_few_times(self, server, hops, fault):
        assert fault_of(f"{server}/moved/{hops}", LOCAL) == fault

    @pytest.mark.parametrize(
        "path, fault",
        [
            ("gone", "410 Gone"),
            ("around", "more than 5 redirects"),
            ("away/file", "something other than a web page"),
            ("away/nowhere", "no address"),
        ],
    )
    def test_a_fault_is_named(self, server, path, fault):
        assert fault in fault_of(f"{server}/{path}", LOCAL)

    @pytest.mark.parametrize(
        "url",
        [
            *("ftp://example.org/", "file:///etc/passwd", "http://", "https:///x", "http://[", "http://a:99999/"),
            *("//example.org", "javascript:alert(1)", "", "http://a\nb/", "http://" + "a" * 300 + "/"),
        ],
    )
    def test_what_is_no_web_page_is_never_asked(self, url):
        assert fault_of(url, LOCAL)

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0", "169.254.169.254"])
    def test_only_public_addresses_are_asked(self, server, asked, host):
        port = server.rpartition(":")[2]
        assert "not public" in fault_of(f"http://{host}:{port}/", Asking(timeout=1))
        assert asked == []

    def test_nor_by_a_redirect(self, server, asked, monkeypatch):
        monkeypatch.setattr("lore.checking.is_public", lambda address: not asked)
        assert "not public" in fault_of(f"{server}/moved/1", Asking(timeout=1))
        assert len(asked) == 1

    def test_nobody_there_is_a_fault(self):
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        assert "does not answer" in fault_of(f"http://127.0.0.1:{port}/", LOCAL)

    def test_a_server_without_a_certificate_is_a_fault(self, server):
        assert fault_of(server.replace("http:", "https:"), LOCAL)


@pytest.fixture
def dripping():
    """Takes the call, and sends one sign at a time without an end."""
    ended = threading.Event()

    def drip(listener):
        called, _ = listener.accept()
        with closing(called):
            while not ended.is_set():
                try:
                    called.sendall(b"H")
                except OSError:
                    return
                time.sleep(0.05)

    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        thread = threading.Thread(target=drip, args=[listener], daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        ended.set()
        thread.join(5)


def test_a_server_that_never_ends_does_not_hold_us(dripping):
    assert fault_of(dripping, Asking(timeout=0.3, allow_private=True)) == "no answer within 0.3 seconds"


@pytest.mark.parametrize(
    "address, public",
    [
        *((address, True) for address in ("1.1.1.1", "2606:4700::1111")),
        *((address, False) for address in ("10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1", "224.0.0.1", "::")),
        *(
            (address, False)
            for address in ("fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::")
        ),
    ],
)
def test_which_addresses_are_public(address, public):
    assert is_public(address) is public


@pytest.mark.django_db
class TestTheCommand:
    def said(self, *args):
        out = StringIO()
        call_command("check_sources", "--allow-private", "--timeout=5", *args, stdout=out)
        return out.getvalue()

    def test_notes_down_what_it_finds_and_names_the_broken(self, server):
        fine = make_source("fine", title="A fine one", url=f"{server}/fine", fault="404 Not Found")
        gone = make_source("gone", title="A lost one", url=f"{server}/gone")
        paper = make_source("paper", title="On paper")
        told = self.said()
        for source in (fine, gone, paper):
            source.refresh_from_db()
        assert (fine.fault, gone.fault, paper.fault) == ("", "410 Gone", "")
        assert fine.checked_at
        assert gone.checked_at
        assert paper.checked_at is None
        assert "A lost one: 410 Gone" in told
        assert "A fine one" not in told
        assert "2 addresses asked, 1 did not answer." in told

    def test_fails_only_when_asked_to(self, server):
        make_source(url=f"{server}/gone")
        with pytest.raises(CommandError):
            self.said("--fail")
        assert Source.objects.get().fault == "410 Gone"

    def test_with_nothing_broken_ends_well(self, server):
        make_source(url=f"{server}/fine")
        assert "0 did not answer" in self.said("--fail")

    @pytest.mark.parametrize("timeout", ["0", "-1", "nan", "1e9"])
    def test_wants_a_sensible_timeout(self, timeout):
        with pytest.raises(CommandError):
            call_command("check_sources", f"--timeout={timeout}")
