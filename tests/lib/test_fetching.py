"""Fetching URLs from servers of the tests' own, and from where nothing may be fetched."""

import contextlib
import gzip
import socket
import ssl
import threading
import time
import tracemalloc
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

from lib import fetching
from lib.errors import Invalid, Unavailable
from lib.fetching import Fetched, fetch
from lib.settings import Settings, settings

LIMIT = 100_000
RESOLVE = socket.getaddrinfo


class Site:
    """A web server; `pages` maps paths to functions of the handler, `asked` holds what was requested."""

    def __init__(self, tls=None, address="127.0.0.1"):
        self.pages, self.asked = {}, []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                site.asked.append((self.path, dict(self.headers)))
                self.close_connection = True
                with contextlib.suppress(OSError):  # the client has had enough
                    site.pages[self.path](self)

            def log_message(self, *args):
                pass

        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        serving = type("Server", (ThreadingHTTPServer,), {"address_family": family})
        self.server = serving((address, 0), Handler)
        if tls:
            # In the handler's thread, not while accepting.
            self.server.socket = tls.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
            self.server.handle_error = print  # handshakes are meant to fail; pytest keeps this
        self.port = self.server.server_address[1]
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def answer(content=b"", status=200, length=True, **headers):
    """A page that answers so; header names are written with underscores."""

    def page(handler):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        if length:
            handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return page


def redirect(location, status=302):
    return answer(status=status, Location=location, Set_Cookie="seen=1")


def dripping(head, piece):
    """A page that sends its head at once and then the piece again and again."""

    def page(handler):
        handler.wfile.write(head)
        for _ in range(100):
            handler.wfile.write(piece)
            handler.wfile.flush()
            time.sleep(0.05)

    return page


def get(url, most_bytes=LIMIT, timeout_s=5.0):
    return fetch(url, most_bytes=most_bytes, timeout_s=timeout_s, accept="image/*")


@pytest.fixture
def allow():
    """Sets the allow-list."""
    with pytest.MonkeyPatch.context() as patch:

        def set_to(networks):
            patch.setenv("MEALPREP_FETCH_ALLOW", networks)
            settings.cache_clear()

        yield set_to
    settings.cache_clear()


@pytest.fixture
def site(allow):
    allow("127.0.0.1/32")
    site = Site()
    yield site
    site.close()


@pytest.fixture
def names(monkeypatch):
    """Host names with the answers that the resolver gives, one after the other, the last forever."""
    names, asked = {}, []

    def resolved(host, port, *which, **kinds):
        name = host.decode() if isinstance(host, bytes) else host
        if name not in names:
            return RESOLVE(host, port, *which, **kinds)
        asked.append(name)
        answers = names[name]
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [found for one in addresses for found in RESOLVE(one, port, type=socket.SOCK_STREAM)]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    resolved.answers, resolved.asked = names, asked
    return resolved


@pytest.fixture
def no_connections(monkeypatch):
    """Fails a test that connects to anything."""

    def connect(address, *which, **kinds):
        raise AssertionError(f"connected to {address}")

    monkeypatch.setattr(socket, "create_connection", connect)


@pytest.fixture
def authority(monkeypatch, tmp_path):
    """A certificate authority that this process trusts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    fetching._tls.cache_clear()
    yield authority
    fetching._tls.cache_clear()


def secure_site(authority, name, seen):
    """A site with a certificate for the name, which notes the names that clients ask for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)

    def note(connection, wanted, context):
        seen.append(wanted)

    context.sni_callback = note
    return Site(context)


def test_content_media_type_and_url_are_returned(site):
    site.pages["/a%20b.jpg?x=%C3%A4"] = answer(b"picture", Content_Type="Image/JPEG; q=1")
    url = f"{site.url}/a b.jpg?x=ä"
    assert get(url) == Fetched(b"picture", "image/jpeg", f"{site.url}/a%20b.jpg?x=%C3%A4")
    ((_, headers),) = site.asked
    assert headers["Host"] == f"127.0.0.1:{site.port}"
    assert headers["Accept"] == "image/*"
    assert set(headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}


def test_an_answer_without_media_type_is_bytes(site):
    site.pages["/"] = answer(b"x")
    assert get(site.url).media_type == "application/octet-stream"


@pytest.mark.parametrize(
    "host",
    """
    127.0.0.1 127.255.255.254 0.0.0.0 10.0.0.1 100.64.0.1 169.254.169.254 172.16.0.1 192.0.0.1
    192.0.2.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255
    2130706433 0x7f000001 0x7f.1 0x7f.0.0.1 0177.0.0.1 017700000001 127.1 127.0.1 0
    127。0。0。1 127．0．0．1 １２７.0.0.1 ①②⑦.0.0.1 127.0.0.1%00.test 127.0.0.1%2e %31%32%37.0.0.1
    localhost LOCALHOST ⓛocalhost ｌocalhost
    [::] [::1] [0:0:0:0:0:0:0:1] [::127.0.0.1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::FFFF:7F00:1]
    [::ffff:8.8.8.8] [64:ff9b::7f00:1] [64:ff9b::10.0.0.1] [64:ff9b:1::8.8.8.8] [100::1]
    [2001::1] [2001:db8::1] [2002:7f00:1::] [3fff::1] [fc00::1] [fd00:ec2::254] [fec0::1]
    [fe80::1] [fe80::1%25lo] [fe80::1%lo] [::1%lo] [2606:4700::1111%lo] [ff02::1]
    """.split(),
)
def test_hosts_that_are_not_public_are_refused_however_they_are_spelled(host, no_connections):
    with pytest.raises(Invalid, match=r"isn't public|no host|can't be read"):
        get(f"http://{host}/latest/meta-data/")


@pytest.mark.parametrize("name", ["localhost.", "127.0.0.1.", "intranet"])
def test_a_name_is_refused_by_what_it_resolves_to(name, names, no_connections):
    names.answers[name] = [["127.0.0.1"]]
    with pytest.raises(Invalid, match="isn't public"):
        get(f"http://{name}/")
    assert names.asked == [name]


def test_an_unknown_name_is_refused(monkeypatch):
    def unknown(host, port, **kinds):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Invalid, match=r"nowhere\.test doesn't exist"):
        get("http://nowhere.test/")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://example.com/x", "http"),
        ("file:///etc/passwd", "http"),
        ("gopher://127.0.0.1:6379/_", "http"),
        ("data:image/png;base64,AA==", "http"),
        ("//example.com/x", "http"),
        ("example.com/x", "http"),
        ("", "http"),
        ("http://user:secret@8.8.8.8/", "password"),
        ("http://user@8.8.8.8/", "password"),
        ("http://8.8.8.8\\@127.0.0.1/", "password"),
        ("http:///x", "no host"),
        ("http:127.0.0.1", "no host"),
        ("http://a b/", "no host"),
        ("http://8.8.8.8\\.test/", "no host"),
        ("http://[::1", "can't be read"),
        ("http://[v1.x]/", "can't be read"),
        ("http://8.8.8.8:port/", "can't be read"),
        ("http://8.8.8.8/\r\nX-Injected: 1", "can't be read"),
        ("http://xn--\udc80/", "can't be read"),
        ("http://8.8.8.8:22/", "80 or 443"),
        ("http://8.8.8.8:0/", "80 or 443"),
        ("http://8.8.8.8:-80/", "80 or 443"),
        ("https://8.8.8.8:8443/", "80 or 443"),
        ("http://8.8.8.8/" + "a" * 9000, "longer"),
        ("http://8.8.8.8/" + "ä" * 2000, "longer"),
    ],
)
def test_urls_that_cannot_be_used_say_why(url, why, no_connections):
    with pytest.raises(Invalid, match=why) as caught:
        get(url)
    assert "secret" not in caught.value.detail


def test_a_name_is_refused_when_any_of_its_addresses_is_not_public(names, no_connections):
    names.answers["mixed.test"] = [["8.8.8.8", "10.0.0.1", "2606:4700::1111"]]
    with pytest.raises(Invalid, match="isn't public"):
        get("http://mixed.test/")


def test_an_idn_is_resolved_in_its_ascii_form(names):
    names.answers["xn--bcher-kva.test"] = [["192.168.0.1"]]
    with pytest.raises(Invalid, match="isn't public"):
        get("http://Bücher.test/")
    assert names.asked == ["xn--bcher-kva.test"]


def test_a_name_is_resolved_once_so_that_it_cannot_change_its_answer(site, names):
    names.answers["rebinding.test"] = [["127.0.0.1"], ["127.0.0.2"]]
    site.pages["/"] = answer(b"once")
    assert get(f"http://rebinding.test:{site.port}/").content == b"once"
    assert names.asked == ["rebinding.test"]
    assert site.asked[0][1]["Host"] == f"rebinding.test:{site.port}"


def test_a_redirect_is_resolved_and_checked_again(site, names):
    names.answers["rebinding.test"] = [["127.0.0.1"], ["127.0.0.2"]]
    site.pages["/"] = redirect("/again")
    with pytest.raises(Invalid, match=r"After a redirect: .* isn't public"):
        get(f"http://rebinding.test:{site.port}/")
    assert names.asked == ["rebinding.test"] * 2
    assert len(site.asked) == 1


def test_the_next_address_is_tried_when_one_refuses_or_is_silent(site, names, allow):
    allow("127.0.0.0/8")
    names.answers["three.test"] = [["127.0.0.2", "127.0.0.3", "127.0.0.1"]]
    site.pages["/"] = answer(b"third")
    with contextlib.ExitStack() as open_sockets:
        full = open_sockets.enter_context(socket.create_server(("127.0.0.3", site.port), backlog=0))
        for _ in range(3):  # once its queue is full, nobody is answered any more
            waiting = open_sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        start = time.monotonic()
        assert get(f"http://three.test:{site.port}/", timeout_s=1.0).content == b"third"
        assert time.monotonic() - start > 0.4


def test_only_what_is_in_the_allowed_networks_is_let_through(site, allow):
    site.pages["/"] = answer(b"x")
    allow("127.0.0.2/32, 10.0.0.0/8, fd00::/8")
    with pytest.raises(Invalid, match="isn't public"):
        get(site.url)
    allow("10.0.0.0/8, 127.0.0.0/24")
    assert get(site.url).content == b"x"
    with pytest.raises(Invalid, match="isn't public"):
        get(f"http://[::ffff:127.0.0.1]:{site.port}/")


def test_an_ipv6_address_is_fetched_with_its_brackets_in_host(allow):
    allow("::1/128")
    site = Site(address="::1")
    site.pages["/"] = answer(b"six")
    assert get(f"http://[::1]:{site.port}/").content == b"six"
    assert site.asked[0][1]["Host"] == f"[::1]:{site.port}"
    site.close()


def test_the_allow_list_must_be_networks():
    assert Settings(MEALPREP_FETCH_ALLOW="").fetch_allow == ()
    for wrong in ("10.0.0.1/8", "intranet", "10.0.0.0/8;127.0.0.0/8"):
        with pytest.raises(ValueError, match="MEALPREP_FETCH_ALLOW"):
            Settings(MEALPREP_FETCH_ALLOW=wrong)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_without_cookies(site, status):
    site.pages |= {"/a/b": redirect("../c#part", status), "/c": answer(b"there")}
    assert get(f"{site.url}/a/b").url == f"{site.url}/c#part"
    assert [path for path, _ in site.asked] == ["/a/b", "/c"]
    assert not any("Cookie" in headers for _, headers in site.asked)


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("http://127.0.0.2/", "isn't public"),
        ("http://169.254.169.254/latest/meta-data/", "isn't public"),
        ("//[::1]/", "isn't public"),
        ("http://2130706434/", "isn't public"),
        ("http://8.8.8.8:6379/", "80 or 443"),
        ("file:///etc/passwd", "http"),
        ("ftp://8.8.8.8/", "http"),
        ("gopher://8.8.8.8/", "http"),
        ("http://user:secret@8.8.8.8/", "password"),
        ("http://[v1.x]/", "can't be read"),
        ("http://[", "no host"),
        ("/" + "a" * 9000, "longer"),
    ],
)
def test_a_redirect_is_checked_as_the_url_was(site, location, why):
    site.pages["/"] = redirect(location)
    with pytest.raises(Invalid, match=why):
        get(site.url)


def test_a_redirect_without_location_is_no_answer(site):
    site.pages["/"] = answer(status=302)
    with pytest.raises(Invalid, match="302"):
        get(site.url)


def test_five_redirects_are_followed_and_a_loop_ends(site):
    for step in range(5):
        site.pages[f"/{step}"] = redirect(f"/{step + 1}")
    site.pages |= {"/5": answer(b"end"), "/loop": redirect("/loop")}
    assert get(f"{site.url}/0").content == b"end"
    site.asked.clear()
    with pytest.raises(Invalid, match="more than 5 times"):
        get(f"{site.url}/loop")
    assert len(site.asked) == 6


@pytest.mark.parametrize("status", [204, 206, 299])
def test_every_success_is_an_answer(site, status):
    site.pages["/"] = answer(status=status)
    assert get(site.url).content == b""


@pytest.mark.parametrize("status", [300, 304, 400, 403, 404, 410, 429, 500, 503])
def test_any_other_status_is_named(site, status):
    site.pages["/"] = answer(b"<secret>" if status != 304 else b"", status=status)
    with pytest.raises(Invalid, match=str(status)) as caught:
        get(site.url)
    assert ("nothing" in caught.value.detail) == (status in (404, 410))
    assert "secret" not in caught.value.detail


@pytest.mark.parametrize("length", [True, False])
def test_a_body_may_have_just_the_limit(site, length):
    site.pages |= {"/fits": answer(b"x" * LIMIT, length=length), "/over": answer(b"x" * (LIMIT + 1))}
    assert len(get(f"{site.url}/fits").content) == LIMIT
    with pytest.raises(Invalid, match=f"larger than {LIMIT} bytes"):
        get(f"{site.url}/over")


def test_a_length_over_the_limit_is_refused_before_anything_is_read(site):
    site.pages["/"] = dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n", b"")
    start = time.monotonic()
    with pytest.raises(Invalid, match="larger"):
        get(site.url)
    assert time.monotonic() - start < 1


@pytest.mark.parametrize(
    "framing", [b"", b"Transfer-Encoding: chunked\r\n"], ids=["until closed", "chunked"]
)
def test_a_body_without_length_is_read_no_further_than_the_limit(site, framing):
    piece = b"x" * 50_000
    piece = b"c350\r\n" + piece + b"\r\n" if framing else piece
    site.pages["/"] = dripping(b"HTTP/1.1 200 OK\r\n" + framing + b"\r\n", piece)
    start = time.monotonic()
    with pytest.raises(Invalid, match="larger"):
        get(site.url)
    assert time.monotonic() - start < 1


def test_gzip_is_unpacked(site):
    site.pages["/"] = answer(gzip.compress(b"picture" * 1000), Content_Encoding="gzip")
    assert get(site.url).content == b"picture" * 1000


def test_a_gzip_bomb_never_fills_the_memory(site):
    site.pages["/"] = answer(gzip.compress(bytes(50_000_000)), Content_Encoding="gzip")
    tracemalloc.start()
    with pytest.raises(Invalid, match="larger"):
        get(site.url)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10 * LIMIT


@pytest.mark.parametrize(
    ("encoding", "body", "why"),
    [
        ("gzip", b"no gzip at all", "isn't the gzip"),
        ("gzip", gzip.compress(b"x" * 1000)[:-9], "ends early"),
        ("gzip", gzip.compress(b"x") + b"more", "goes on"),
        ("gzip, gzip", gzip.compress(gzip.compress(b"x")), "wasn't asked for"),
        ("deflate", zlib.compress(b"x"), "wasn't asked for"),
        ("br", b"x", "wasn't asked for"),
    ],
    # gzip writes the time into its header, and the processes of one run must agree on a test's name.
    ids=["not gzip", "cut", "goes on", "twice", "deflate", "brotli"],
)
def test_other_encodings_and_broken_ones_are_refused(site, encoding, body, why):
    site.pages["/"] = answer(body, Content_Encoding=encoding)
    with pytest.raises(Invalid, match=why):
        get(site.url)


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 200 OK\r\n", b"X-More: x\r\n"),
        (b"HTTP/1.1 2", b"0"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"", b""),
    ],
    ids=["body", "body with length", "chunks", "headers", "status", "continue", "silence"],
)
def test_a_slow_answer_ends_in_time_though_something_always_arrives(site, head, piece):
    site.pages["/"] = dripping(head, piece)
    start = time.monotonic()
    with pytest.raises(Unavailable, match=r"longer than 0\.3 seconds"):
        get(site.url, timeout_s=0.3)
    assert 0.25 < time.monotonic() - start < 1


def test_every_wait_is_for_what_is_left_of_the_time(site):
    def then_silent(handler):
        for _ in range(9):
            handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            time.sleep(0.05)
        time.sleep(1)

    site.pages["/"] = then_silent
    start = time.monotonic()
    with pytest.raises(Unavailable, match="longer"):
        get(site.url, timeout_s=0.5)
    assert time.monotonic() - start < 0.8


def test_a_flood_that_never_lets_a_read_wait_ends_in_time(site):
    def flood(handler):
        while True:
            handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)

    site.pages["/"] = flood
    with pytest.raises(Unavailable, match="longer"):
        get(site.url, timeout_s=0.2)


def test_redirects_share_one_time_limit(site):
    def slowly(handler):
        time.sleep(0.12)
        redirect("/")(handler)

    site.pages["/"] = slowly
    start = time.monotonic()
    with pytest.raises(Unavailable, match="longer"):
        get(site.url, timeout_s=0.3)
    assert time.monotonic() - start < 1
    assert 2 <= len(site.asked) <= 3


def test_a_slow_resolver_ends_in_time(monkeypatch):
    done = threading.Event()

    def hang(host, port, **kinds):
        done.wait(5)
        raise socket.gaierror(socket.EAI_AGAIN, "")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    with pytest.raises(Unavailable, match="longer"):
        get("http://slow.test/", timeout_s=0.1)
    done.set()


def test_a_handshake_that_is_never_answered_ends_in_time(allow):
    allow("127.0.0.1/32")
    silent = socket.create_server(("127.0.0.1", 0))
    with silent, pytest.raises(Unavailable, match="longer"):
        get(f"https://127.0.0.1:{silent.getsockname()[1]}/", timeout_s=0.2)


def test_nobody_listening_is_unavailable(site):
    site.close()
    with pytest.raises(Unavailable, match="can't be reached"):
        get(site.url)


@pytest.mark.parametrize(
    "said",
    [b"", b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"],
    ids=["nothing", "not HTTP", "less than its length"],
)
def test_an_answer_that_breaks_off_is_unavailable(site, said):
    site.pages["/"] = lambda handler: handler.wfile.write(said)
    with pytest.raises(Unavailable, match="broke off") as caught:
        get(site.url)
    assert "SSH" not in caught.value.detail


def test_proxies_and_netrc_of_the_environment_are_not_used(site, monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login user password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    site.pages["/"] = answer(b"direct")
    assert get(site.url).content == b"direct"
    assert "Authorization" not in site.asked[0][1]


def test_tls_asks_for_and_verifies_the_name_while_connecting_to_the_address(allow, names, authority):
    allow("127.0.0.1/32")
    names.answers["pictures.test"] = [["127.0.0.1"]]
    seen = []
    site = secure_site(authority, "pictures.test", seen)
    site.pages["/"] = answer(b"secure")
    assert get(f"https://pictures.test:{site.port}/").content == b"secure"
    assert seen == ["pictures.test"]
    assert site.asked[0][1]["Host"] == f"pictures.test:{site.port}"
    site.close()


@pytest.mark.parametrize("name", ["127.0.0.1", "others.test"])
def test_a_certificate_for_the_address_or_another_name_is_refused(allow, names, authority, name):
    allow("127.0.0.1/32")
    names.answers["pictures.test"] = [["127.0.0.1"]]
    site = secure_site(authority, name, [])
    with pytest.raises(Invalid, match=r"certificate of pictures\.test"):
        get(f"https://pictures.test:{site.port}/")
    assert site.asked == []
    site.close()


def test_a_certificate_of_an_unknown_authority_is_refused(allow, names, authority):
    allow("127.0.0.1/32")
    names.answers["pictures.test"] = [["127.0.0.1"]]
    site = secure_site(trustme.CA(), "pictures.test", [])
    with pytest.raises(Invalid, match="certificate"):
        get(f"https://pictures.test:{site.port}/")
    site.close()


def test_a_redirect_may_lead_to_https_and_not_back(site, names, authority):
    names.answers["pictures.test"] = [["127.0.0.1"]]
    secure = secure_site(authority, "pictures.test", [])
    site.pages["/up"] = redirect(f"https://pictures.test:{secure.port}/there")
    secure.pages |= {"/there": answer(b"secure"), "/down": redirect(f"{site.url}/up")}
    assert get(f"{site.url}/up").content == b"secure"
    with pytest.raises(Invalid, match="from https to http"):
        get(f"https://pictures.test:{secure.port}/down")
    secure.close()
