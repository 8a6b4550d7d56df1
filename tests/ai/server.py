"""A server that speaks OpenAI's protocol on loopback, and says what a test has prepared."""

import base64
import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Says:
    """One answer: text with what it took, or a failure.

    `cut` ends it for its length, `refusal` refuses, `status` is an error's, `sleep_s` keeps it waiting,
    `usage` False leaves the tokens out, `hang_up` closes the connection in the middle; `picture` and
    `link` answer for images, and `code` goes with an error.
    """

    text: str = ""
    status: int = 200
    headers: dict = field(default_factory=dict)
    refusal: str | None = None
    cut: bool = False
    usage: bool = True
    tokens: tuple = (120, 80, 20)
    sleep_s: float = 0.0
    hang_up: bool = False
    picture: bytes = b""
    link: str = ""
    code: str | None = None


class ModelServer(ThreadingHTTPServer):
    """Answers each request with the next of `says`; the last one again and again."""

    daemon_threads = True

    def __init__(self, *says, only_chat=False, no_schema=False, no_stream=False, no_options=False):
        super().__init__(("127.0.0.1", 0), Handler)
        self.says, self.asked = list(says), []
        self.only_chat, self.no_schema, self.no_stream = only_chat, no_schema, no_stream
        self.no_options = no_options
        self.lock = threading.Lock()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/v1"

    def next(self, path, body):
        with self.lock:
            self.asked.append((path, body))
            return self.says.pop(0) if len(self.says) > 1 else self.says[0]


class Handler(BaseHTTPRequestHandler):
    """Both protocols, with streams and without."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.server.only_chat and "responses" in self.path:
            return self._json(404, {"error": {"message": "no such route"}})
        if self.server.no_schema and ("response_format" in body or "text" in body):
            return self._json(400, {"error": {"message": "schemas are not supported"}})
        unknown = sorted(body.keys() - {"model", "prompt", "n", "size"})
        if self.server.no_options and unknown:
            return self._json(400, {"error": {"message": "unknown parameter", "param": unknown[0]}})
        says = self.server.next(self.path, body)
        time.sleep(says.sleep_s)
        if says.status != 200:
            return self._json(says.status, {"error": {"message": "no", "code": says.code}}, says.headers)
        chat = "chat" in self.path
        if body.get("stream") and not self.server.no_stream:
            return self._stream(_chunks(says, body) if chat else _events(says, body), says.hang_up)
        if says.hang_up:
            self.close_connection = True
            return None
        if "images" in self.path:
            return self._json(200, _images(says))
        return self._json(200, _completion(says, body) if chat else _response(says, body))

    def do_GET(self):
        content = self.server.next(self.path, None).picture
        self.send_response(200)
        self.send_header("content-type", "image/jpeg")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _json(self, status, content, headers=()):
        data = json.dumps(content).encode()
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, events, hang_up):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True
        for place, event in enumerate(events):
            if hang_up and place == 2:
                return
            self.wfile.write(event.encode())
            self.wfile.flush()


def _usage(says, chat):
    into, out, cached = says.tokens
    if chat:
        details = {"prompt_tokens_details": {"cached_tokens": cached}}
        return {"prompt_tokens": into, "completion_tokens": out, "total_tokens": into + out, **details}
    return {
        "input_tokens": into,
        "output_tokens": out,
        "total_tokens": into + out,
        "input_tokens_details": {"cached_tokens": cached},
        "output_tokens_details": {"reasoning_tokens": 0},
    }


def _completion(says, body):
    message = {
        "role": "assistant",
        "content": None if says.refusal else says.text,
        "refusal": says.refusal,
    }
    choice = {"index": 0, "message": message, "finish_reason": "length" if says.cut else "stop"}
    head = {"id": "c1", "object": "chat.completion", "created": 1, "model": body["model"]}
    return {**head, "choices": [choice], **({"usage": _usage(says, True)} if says.usage else {})}


def _images(says):
    if says.text:  # something that isn't what was asked for
        return json.loads(says.text)
    one = {"url": says.link} if says.link else {"b64_json": base64.b64encode(says.picture).decode()}
    return {"created": 1, "data": [one], **({"usage": _usage(says, False)} if says.usage else {})}


def _pieces(text):
    return [text[start : start + 200] for start in range(0, len(text), 200)] or [""]


def _chunks(says, body):
    head = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": body["model"]}
    for piece in [] if says.refusal else _pieces(says.text):
        choice = {"index": 0, "delta": {"content": piece}, "finish_reason": None}
        yield f"data: {json.dumps({**head, 'choices': [choice]})}\n\n"
    delta = {"refusal": says.refusal} if says.refusal else {}
    last = {"index": 0, "delta": delta, "finish_reason": "length" if says.cut else "stop"}
    yield f"data: {json.dumps({**head, 'choices': [last]})}\n\n"
    if says.usage and body.get("stream_options", {}).get("include_usage"):
        yield f"data: {json.dumps({**head, 'choices': [], 'usage': _usage(says, True)})}\n\n"
    yield "data: [DONE]\n\n"


def _response(says, body):
    content = (
        {"type": "refusal", "refusal": says.refusal}
        if says.refusal
        else {"type": "output_text", "text": says.text, "annotations": []}
    )
    message = {"id": "m1", "type": "message", "role": "assistant", "status": "completed"}
    found = {
        "id": "r1",
        "object": "response",
        "created_at": 1,
        "model": body["model"],
        "status": "incomplete" if says.cut else "completed",
        "output": [{**message, "content": [content]}],
        "parallel_tool_calls": False,
        "tool_choice": "auto",
        "tools": [],
    }
    return {**found, **({"usage": _usage(says, False)} if says.usage else {})}


def _events(says, body):
    place = {"item_id": "m1", "output_index": 0, "content_index": 0, "logprobs": []}
    number = 0
    for piece in [] if says.refusal else _pieces(says.text):
        number += 1
        delta = {
            "type": "response.output_text.delta",
            "delta": piece,
            "sequence_number": number,
            **place,
        }
        yield f"event: {delta['type']}\ndata: {json.dumps(delta)}\n\n"
    kind = "response.incomplete" if says.cut else "response.completed"
    last = {"type": kind, "response": _response(says, body), "sequence_number": number + 1}
    yield f"event: {kind}\ndata: {json.dumps(last)}\n\n"


@contextmanager
def serving(*says, **options):
    """A server in a thread of its own."""
    server = ModelServer(*says, **options)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
