"""Asking the sources' addresses whether they still answer.

An address is what an editor typed: only the web is asked, only at public addresses, and the connection is made to the
very address that was judged.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from lore.models import Source

_MOST_REDIRECTS = 5
_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LONGEST_FAULT = Source._meta.get_field("fault").max_length


@dataclass(frozen=True)
class Asking:
    """How addresses are asked. `timeout` is the most seconds that one answer may take."""

    timeout: float = 10
    allow_private: bool = False


class Fault(Exception):
    """Why an address is no good, in a few words."""


def check_sources(asking: Asking) -> Iterator[Source]:
    """Asks each address and keeps what came of it at once, so that whoever stops half way loses nothing."""
    for source in Source.objects.exclude(url="").order_by("id"):
        source.checked_at, source.fault = timezone.now(), fault_of(source.url, asking)[:_LONGEST_FAULT]
        source.save(update_fields=["checked_at", "fault"])
        yield source


def fault_of(url: str, asking: Asking) -> str:
    """Empty when the address answers."""
    try:
        for _ in range(_MOST_REDIRECTS + 1):
            answered = _ask(url, asking)
            if answered is None:
                return ""
            url = answered
    except Fault as fault:
        return str(fault)
    return f"more than {_MOST_REDIRECTS} redirects"


def _ask(url: str, asking: Asking) -> str | None:
    """The address that it redirects to; None when the page is there. Raises Fault."""
    parts = _parts_of(url)
    status, reason, location = _request("HEAD", parts, asking)
    if status >= http.client.BAD_REQUEST:  # some servers do not know HEAD, or refuse it
        status, reason, location = _request("GET", parts, asking)
    if status in {301, 302, 303, 307, 308} and location:
        return _joined(url, location)
    if not http.client.OK <= status < http.client.MULTIPLE_CHOICES:
        raise Fault(f"{status} {reason}".strip())
    return None


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise Fault("redirects to no address at all") from None


def _parts_of(url: str) -> SplitResult:
    """With the host in ASCII."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port
    except ValueError:
        raise Fault("no address at all") from None
    if parts.scheme not in _PORTS or not host or port == 0:
        raise Fault("leads to something other than a web page")
    name = f"[{host}]" if ":" in host else host
    return parts._replace(netloc=f"{name}:{port}" if port else name)


def _request(method: str, parts: SplitResult, asking: Asking) -> tuple[int, str, str]:
    """Status, its name, and where it redirects to. The body is not read."""
    path = iri_to_uri(parts._replace(scheme="", netloc="", fragment="").geturl()) or "/"
    agent = f"BallerinaArchive/1.0 (+{settings.SITE_URL})"
    try:
        with _connected(parts, asking) as connection:
            connection.request(method, path, headers={"Host": parts.netloc, "User-Agent": agent})
            response = connection.getresponse()
            return response.status, response.reason, response.headers.get("Location", "")
    except TimeoutError:
        raise Fault(f"no answer within {asking.timeout:g} seconds") from None
    except ssl.SSLError as error:
        raise Fault(f"its certificate is not accepted: {error.reason}") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Fault(f"does not answer: {error or type(error).__name__}") from None


@contextmanager
def _connected(parts: SplitResult, asking: Asking) -> Iterator[http.client.HTTPConnection]:
    """Cut off when the time is over, so that a server that sends sign by sign does not hold us."""
    host = parts.hostname or ""
    port = parts.port or _PORTS[parts.scheme]
    connection = http.client.HTTPConnection(host, port, timeout=asking.timeout)
    connection.sock = _socket_to(host, port, asking, is_safe=parts.scheme == "https")
    is_late = threading.Event()
    watch = threading.Timer(asking.timeout, _cut_off, (connection.sock, is_late))
    watch.start()
    try:
        if isinstance(connection.sock, ssl.SSLSocket):
            connection.sock.do_handshake()
        yield connection
    except (OSError, http.client.HTTPException, ValueError):
        if is_late.is_set():
            raise TimeoutError from None
        raise
    finally:
        watch.cancel()
        connection.close()


def _cut_off(connected: socket.socket, is_late: threading.Event) -> None:
    is_late.set()
    with suppress(OSError):
        # Past the SSL socket's own method, which takes away what the other thread is reading from.
        socket.socket.shutdown(connected, socket.SHUT_RDWR)


def _socket_to(host: str, port: int, asking: Asking, *, is_safe: bool) -> socket.socket:
    """To the first of the host's public addresses that takes us."""
    refusal: OSError | None = None
    for address in _addresses_of(host, port, asking):
        try:
            plain = socket.create_connection((address, port), asking.timeout)
        except OSError as error:
            refusal = error
            continue
        if not is_safe:
            return plain
        context = ssl.create_default_context()
        return context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
    raise refusal or Fault("leads to an address that is not public")


def _addresses_of(host: str, port: int, asking: Asking) -> list[str]:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Fault("its host is not known") from None
    found = dict.fromkeys(str(row[4][0]) for row in rows)
    return [address for address in found if asking.allow_private or is_public(address)]


def is_public(address: str) -> bool:
    """An IPv6 address may carry an IPv4 one, and lead to where that leads."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
        if ip.sixtofour or ip.teredo or ip in _NAT64:
            return False
    return ip.is_global and not ip.is_multicast
