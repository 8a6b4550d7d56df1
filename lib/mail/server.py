"""The mail server that takes our messages, and what it says of each."""

import smtplib
import ssl
from contextlib import ExitStack
from email.message import EmailMessage
from types import TracebackType
from typing import Self

from sqlalchemy.orm import Session

from lib.errors import Invalid, Unavailable
from lib.settings import Settings, settings

_RETRY_AFTER_S = 60
_OK = 250


def may_be_regular(_session: Session) -> bool:
    """Whether mail can be sent unasked: there is a server, and people can say that they want no more."""
    config = settings()
    return bool(config.smtp_host and config.mail_from and config.mail_unsubscribe)


class Refused(Invalid):
    """The server doesn't take a message, and won't later."""


class Postponed(Unavailable):
    """The server doesn't take a message now; it was not sent."""


class MailServer:
    """A connection to the server of the settings, opened when it is needed.

    Args:
        config: says where it is.

    Raises:
        Invalid: the settings don't do for sending.
    """

    def __init__(self, config: Settings) -> None:
        if not config.smtp_host or not config.mail_from:
            raise Invalid("Mail is sent when MEALPREP_SMTP_HOST and MEALPREP_MAIL_FROM are set.")
        if config.smtp_user and config.smtp_security == "none":
            raise Invalid("A password isn't sent unencrypted; change MEALPREP_SMTP_SECURITY.")
        self._config = config
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        if self._smtp:
            self._smtp.close()

    def ready(self) -> None:
        """See to it that there is a connection that lives.

        Raises:
            Unavailable: the server doesn't answer, or has no time.
            Invalid: it doesn't know STARTTLS, or refuses the login.
        """
        if self._smtp and self._lives(self._smtp):
            return
        try:
            self._smtp = self._connected()
        except smtplib.SMTPNotSupportedError as error:
            raise Invalid("The mail server knows no STARTTLS, or no login.") from error
        except smtplib.SMTPAuthenticationError as error:
            if _is_temporary(error.smtp_code):
                raise Unavailable("The mail server has no time for a login.", _RETRY_AFTER_S) from error
            raise Invalid("The mail server refuses MEALPREP_SMTP_USER and its password.") from error
        except ssl.SSLError as error:
            what = "The mail server's certificate or encryption can't be trusted."
            raise Unavailable(what, _RETRY_AFTER_S) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable("The mail server doesn't answer.", _RETRY_AFTER_S) from error

    def send(self, message: EmailMessage) -> None:
        """Hand a message over.

        Raises:
            Refused: the server doesn't take it.
            Postponed: the server doesn't take it now.
            Unavailable: the connection broke, and nobody knows whether the message was taken.
        """
        assert self._smtp is not None, "ready() comes first"  # noqa: S101
        try:
            self._smtp.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            (code, _), *_ = error.recipients.values()
            raise _said_no("this recipient", code) from error
        except smtplib.SMTPSenderRefused as error:
            raise _said_no("this sender", error.smtp_code) from error
        except smtplib.SMTPDataError as error:
            raise _said_no("this message", error.smtp_code) from error
        except (smtplib.SMTPNotSupportedError, UnicodeEncodeError) as error:
            raise Refused("The mail server takes ASCII addresses only.") from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable("The connection to the mail server broke.", _RETRY_AFTER_S) from error

    def _connected(self) -> smtplib.SMTP:
        config, trusted = self._config, ssl.create_default_context()
        where, timeout = (config.smtp_host, config.smtp_port), config.smtp_timeout_s
        if config.smtp_security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=timeout, context=trusted)
        else:
            smtp = smtplib.SMTP(*where, timeout=timeout)
        with ExitStack() as unless_it_works:
            unless_it_works.callback(smtp.close)
            if config.smtp_security == "starttls":
                smtp.starttls(context=trusted)
            if config.smtp_user:
                smtp.login(config.smtp_user, config.smtp_password)
            unless_it_works.pop_all()
        return smtp

    def _lives(self, smtp: smtplib.SMTP) -> bool:
        try:
            if smtp.noop()[0] == _OK:
                return True
        except (OSError, smtplib.SMTPException):
            pass
        smtp.close()
        return False


def _said_no(to: str, code: int) -> Refused | Postponed:
    """Of the server's answer the code alone: its words may name the address."""
    if _is_temporary(code):
        return Postponed(f"The mail server doesn't take {to} now; it answers {code}.", _RETRY_AFTER_S)
    return Refused(f"The mail server refuses {to}; it answers {code}.")


def _is_temporary(code: int) -> bool:
    return 400 <= code < 500
