"""The server's worker, over real sockets: slow connections stop nobody, too many requests are turned away and told when to come again."""

import http.client
import os
import re
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from courses.kernel.connection import BODY_BYTES, HEAD_BYTES, length_of
from courses.kernel.gunicorn import RETRY_SECONDS, busy

ROOT = Path(__file__).resolve().parents[2]
THREADS = 4


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("served")
    (made / "large").write_bytes(os.urandom(1024) * 12 * 1024)
    return made


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = int(probe.getsockname()[1])
    line = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "--workers", "1", "--threads", str(THREADS)]
    line += ["--bind", f"127.0.0.1:{number}", "tests.kernel.served:app"]
    with (folder / "log").open("ab") as log:
        server = subprocess.Popen(line, cwd=ROOT, env={**os.environ, "SERVED_FOLDER": str(folder)}, stdin=subprocess.DEVNULL, stderr=log)
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", number), 5).close()
            break
        except OSError:
            assert time.monotonic() < deadline and server.poll() is None, "the server did not start"
            time.sleep(0.1)
    yield number
    server.terminate()
    assert server.wait(30) == 0


def link(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), 30)


def asked(port: int, path: str = "/", body: bytes | Iterator[bytes] | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST" if body else "GET", path, body)
    answer = connection.getresponse()
    said = answer.status, answer.read()
    connection.close()
    return said


def test_many_who_never_finish_their_request_stop_nobody(port):
    slow = [link(port) for _ in range(300)]
    for place, one in enumerate(slow):
        one.sendall(b"GET / HTTP/1.1\r\nHost: local" if place % 3 else b"")
    assert [asked(port) for _ in range(5)] == [(200, b"GET / 0")] * 5
    for one in slow:
        one.close()


def test_many_who_send_a_long_body_slowly_stop_nobody(port):
    slow = [link(port) for _ in range(60)]
    for one in slow:
        one.sendall(b"POST / HTTP/1.1\r\nHost: local\r\nContent-Length: 2000\r\n\r\n" + b"x" * 100)
    assert asked(port) == (200, b"GET / 0")
    for one in slow:
        one.close()


def test_uploads_that_stall_leave_threads_for_others_and_are_turned_away_beyond(port):
    stalled = [link(port) for _ in range(THREADS)]
    for one in stalled:
        one.sendall(b"POST / HTTP/1.1\r\nHost: local\r\nContent-Length: 9999999\r\n\r\n" + b"x" * 100)
    answers = [asked(port)]
    turned_away = sum(b" 503 " in one.recv(12) + one.recv(64) for one in stalled[1:])
    assert answers == [(200, b"GET / 0")]
    assert turned_away == THREADS - 1
    for one in stalled:
        one.close()


def test_many_who_never_read_their_answer_stop_nobody_and_a_reader_gets_all_of_it(port, folder):
    deaf = [link(port) for _ in range(4 * THREADS)]
    for one in deaf:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.sendall(b"GET /file HTTP/1.1\r\nHost: local\r\n\r\n")
    assert asked(port) == (200, b"GET / 0")
    assert asked(port, "/file") == (200, (folder / "large").read_bytes())
    for one in deaf:
        one.close()


def test_bodies_of_every_kind_arrive_whole(port):
    assert asked(port, "/a", b"x" * 1000) == (200, b"POST /a 1000")
    assert asked(port, "/b", b"x" * (BODY_BYTES + 70_000)) == (200, b"POST /b %d" % (BODY_BYTES + 70_000))
    assert asked(port, "/c", iter([b"x" * 5000] * 7)) == (200, b"POST /c 35000")
    with link(port) as one:
        one.sendall(b"POST /e HTTP/1.1\r\nHost: local\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        assert one.recv(100).startswith(b"HTTP/1.1 100")
        one.sendall(b"hello")
        assert b"POST /e 5" in one.recv(4000)


def test_one_connection_serves_many_requests_also_sent_at_once(port):
    with link(port) as one:
        one.sendall(b"GET /1 HTTP/1.1\r\nHost: local\r\n\r\n" * 3 + b"GET /4 HTTP/1.1\r\nHost: local\r\nConnection: close\r\n\r\n")
        said = b""
        while piece := one.recv(65536):
            said += piece
    assert re.findall(rb"GET /\d 0", said) == [b"GET /1 0"] * 3 + [b"GET /4 0"]


def test_the_answer_to_what_is_read_as_it_comes_says_that_its_connection_ends(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for number in range(3):  # each at once after the other, as the pieces of an upload
        connection.request("POST", f"/{number}", b"x" * (BODY_BYTES + 70_000))
        answer = connection.getresponse()
        assert answer.headers["Connection"] == "close" and answer.read() == b"POST /%d %d" % (number, BODY_BYTES + 70_000)
    connection.request("GET", "/short")
    assert connection.getresponse().headers["Connection"] == "keep-alive"
    connection.close()


def test_nonsense_is_answered_and_closed(port):
    with link(port) as one:
        one.sendall(b"NONSENSE\r\n\r\n")
        assert one.recv(4000).startswith(b"HTTP/1.1 400")
    with link(port) as one:
        one.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * HEAD_BYTES)
        assert one.recv(4000).startswith(b"HTTP/1.1 431")


def test_a_phone_that_is_gone_before_its_answer_costs_no_thread_and_no_line_in_the_log(port, folder):
    for _ in range(THREADS + 1):
        gone = link(port)
        gone.sendall(b"GET /held?gone HTTP/1.1\r\nHost: local\r\n\r\n")
        gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closed with a reset
        gone.close()
    (folder / "gone").touch()
    assert [asked(port, "/held?gone") for _ in range(THREADS + 1)] == [(200, b"GET /held 0")] * (THREADS + 1)
    assert b"broke off" not in (folder / "log").read_bytes()


def test_beyond_what_may_wait_503_says_when_to_come_again_and_who_was_taken_in_is_answered(port, folder):
    most = THREADS * 5
    time.sleep(0.5)  # until the threads of the requests before are free again
    links = [link(port) for _ in range(most + 12)]
    for one in links:
        one.sendall(b"GET /held HTTP/1.1\r\nHost: local\r\nAccept: application/json\r\n\r\n")
        one.setblocking(False)
    answers: dict[int, bytes] = {}
    _hear(links, answers, 12)
    (folder / "go").touch()
    _hear(links, answers, len(links))
    said = list(answers.values())
    refused = [one for one in said if b" 503 " in one]
    assert len(refused) == 12
    assert sum(b"GET /held 0" in one for one in said) == most
    assert all(RETRY_SECONDS[0] <= int(re.search(rb"Retry-After: (\d+)", one)[1]) <= RETRY_SECONDS[1] for one in refused)  # type: ignore[index]
    assert len({re.search(rb"Retry-After: (\d+)", one)[1] for one in refused}) > 1  # type: ignore[index]
    for one in links:
        one.close()


def _hear(links: list[socket.socket], answers: dict[int, bytes], wanted: int) -> None:
    deadline = time.monotonic() + 60
    while len(answers) < wanted:
        assert time.monotonic() < deadline, f"{len(answers)} of {wanted} were answered"
        for place, one in enumerate(links):
            if place not in answers:
                with suppress(BlockingIOError):
                    answers[place] = one.recv(4000)
        time.sleep(0.01)


def test_the_length_of_a_request_is_known_only_once_its_head_is_whole():
    assert length_of(b"") == length_of(b"GET / HTTP/1.1\r\nHost: x\r\n") == 0
    assert length_of(b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET") == 27
    assert length_of(b"POST / HTTP/1.1\r\ncontent-LENGTH:  7\r\n\r\n") == 46
    assert length_of(b"POST / HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n") is None
    assert length_of(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n") is None


def test_whoever_reads_pages_is_told_in_a_page_and_a_script_in_json():
    assert b"text/html" in busy(b"GET / HTTP/1.1\r\nAccept: text/html\r\n\r\n")
    assert b"application/json" in busy(b"POST / HTTP/1.1\r\nAccept: application/json\r\n\r\n")
