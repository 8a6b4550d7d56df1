"""A real mail server for tests, that does as it is told."""

import ssl
from contextlib import contextmanager
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

LOGIN = (b"cook", b"s3cret")


class Handler:
    """Keeps what it takes.

    Attributes:
        taken: (recipient, message) of each.
        raw: the messages as they came.
        says: what it answers to a recipient, instead of taking it.
        at_the_end: what it answers when it has a message, once.
    """

    def __init__(self):
        self.taken = []
        self.raw = []
        self.says = {}
        self.at_the_end = None
        self.connections = 0

    async def handle_EHLO(self, _server, session, _envelope, hostname):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        return "250 HELP"

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if address in self.says:
            return self.says[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        said, self.at_the_end = self.at_the_end, None
        if said == "hang up":
            server.transport.abort()
            return "250 never heard"
        if said:
            return said
        self.raw.append(envelope.original_content)
        message = message_from_bytes(envelope.content, policy=policy.SMTP)
        self.taken += [(address, message) for address in envelope.rcpt_tos]
        return "250 OK"

    def to(self):
        """Who was written to, in order."""
        return [address for address, _ in self.taken]


class _Controller(Controller):
    """A server on whichever port is free."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def _login(_server, _session, _envelope, _mechanism, data):
    return AuthResult(success=(data.login, data.password) == LOGIN, handled=False)


@contextmanager
def serving(certificate=None, *, implicit=False, **options):
    """A server on a port of its own, and its handler; with a certificate it wants TLS and a login."""
    handler = Handler()
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        certificate.configure_cert(context)
        options |= {"authenticator": _login, "auth_required": True}
        options |= {"ssl_context": context} if implicit else {"tls_context": context}
        options["auth_require_tls"] = not implicit
    controller = _Controller(handler, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        handler.port = controller.port
        yield handler
    finally:
        controller.stop(no_assert=True)
