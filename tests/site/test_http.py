import pytest
from django.test import RequestFactory

from ballerina_site.http import (
    NOBODY,
    canonical,
    client_address,
    client_network,
    client_site,
    go,
    is_htmx,
    page_of,
    safe_next,
    same_query,
)

HERE = RequestFactory()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "198.51.100.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        (2, "1.1.1.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "198.51.100.1"),
        (1, "nonsense", "198.51.100.1"),
        (1, "", "198.51.100.1"),
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
    ],
)
def test_client_address(settings, proxies, forwarded, expected):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = HERE.get("/", REMOTE_ADDR="198.51.100.1", headers={"X-Forwarded-For": forwarded})
    assert client_address(request) == expected


def test_an_address_that_cannot_be_known():
    assert client_address(HERE.get("/", REMOTE_ADDR="")) == NOBODY


@pytest.mark.parametrize(
    ("address", "network", "site"),
    [
        ("203.0.113.9", "203.0.113.9", "203.0.113.9"),
        ("2001:db8:0:7::9", "2001:db8:0:7::/64", "2001:db8::/48"),
        ("::ffff:203.0.113.9", "203.0.113.9", "203.0.113.9"),
    ],
)
def test_client_network(address, network, site):
    request = HERE.get("/", REMOTE_ADDR=address)
    assert (client_network(request), client_site(request)) == (network, site)


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:x",
        "",
        "http:///x",
        "home",
        "foo",
        "?x",
        "é",
    ],
)
def test_next_that_leads_away(to):
    assert safe_next(HERE.get("/", {"next": to}), "/home/") == "/home/"


def test_next_on_the_site():
    assert safe_next(HERE.post("/?next=/a/", {"next": "/b/?c=d#e"}), "/") == "/b/?c=d#e"
    assert safe_next(HERE.get("/", {"next": "/a/"}), "/") == "/a/"


def test_page_of():
    assert page_of(HERE.get("/a/?b=c")) == "/a/?b=c"
    assert page_of(HERE.post("/a/")) == "/a/"
    assert page_of(HERE.post("/a/", headers={"Referer": "http://testserver/b/?c=d"})) == "/b/?c=d"
    assert page_of(HERE.post("/a/", headers={"Referer": "http://evil.example/b/"})) == "/a/"


def test_htmx_boosted_links_are_pages():
    assert is_htmx(HERE.get("/", headers={"HX-Request": "true"}))
    assert not is_htmx(HERE.get("/", headers={"HX-Request": "true", "HX-Boosted": "true"}))


def test_go():
    assert go(HERE.get("/"), "/a/").url == "/a/"
    assert go(HERE.get("/", headers={"HX-Request": "true"}), "/a/").headers["HX-Redirect"] == "/a/"


def test_same_query():
    assert same_query(HERE.get("/a/?b=c&d=%20"), "/e/") == "/e/?b=c&d=%20"
    assert same_query(HERE.get("/a/"), "/e/") == "/e/"


def test_canonical(settings):
    settings.SITE_URL = "https://archive.example"
    assert canonical("/lore/") == "https://archive.example/lore/"
