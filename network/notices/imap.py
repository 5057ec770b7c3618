"""The mailbox in which answers by e-mail arrive, looked into over IMAP."""

import logging
import ssl
from typing import Any

from flask import current_app
from imap_tools import (
    AND,
    BaseMailBox,
    MailBox,
    MailBoxStartTls,
    MailBoxUnencrypted,
    MailMessage,
    MailMessageFlags,
)

from network.extensions import db
from network.jobs import keep_failure
from network.notices import inbound

log = logging.getLogger(__name__)

TIMEOUT = 30  # seconds for each answer of the server
AT_ONCE = 50  # mails of one look; the next look goes on


class _Mail(MailMessage):
    """A mail with its bytes as they came."""

    def __init__(self, fetch_data: list[Any]) -> None:
        self.content = self._get_message_data_parts(fetch_data)[0]
        super().__init__(fetch_data)


def empty() -> None:
    """Take in what lies there, and delete each mail once that is done.

    What we cannot take in, because something is wrong with us, gets a flag and stays for the administrator.
    Raises OSError or the library's errors if the mailbox cannot be reached.
    """
    config = current_app.config
    if not config["IMAP_SERVER"] or not config["INBOUND_ADDRESS"]:
        return
    with _box().login(config["IMAP_USERNAME"], config["IMAP_PASSWORD"], config["IMAP_FOLDER"]) as box:
        box.email_message_class = _Mail
        waiting = box.uids(AND(flagged=False, deleted=False))[:AT_ONCE]
        for uid in waiting:
            _take(box, uid)


def _box() -> BaseMailBox:
    config = current_app.config
    where = {"host": config["IMAP_SERVER"], "port": config["IMAP_PORT"], "timeout": TIMEOUT}
    secure = ssl.create_default_context()
    if config["IMAP_USE_SSL"]:
        return MailBox(**where, ssl_context=secure)
    if config["IMAP_USE_TLS"]:
        return MailBoxStartTls(**where, ssl_context=secure)
    return MailBoxUnencrypted(**where)


def _take(box: BaseMailBox, uid: str) -> None:
    head = next(box.fetch(uid_list=uid, mark_seen=False, headers_only=True), None)
    if head is None:
        return
    try:
        if head.size_rfc822 > current_app.config["MAX_CONTENT_LENGTH"]:
            inbound.COUNTED.labels("too large").inc()
        else:
            for mail in box.fetch(uid_list=uid, mark_seen=False):
                inbound.take(mail.content)  # type: ignore[attr-defined]  # it is the class named above
    except Exception as error:  # whatever is wrong with one mail must not keep back the others
        db.session.rollback()
        log.warning("inbound mail not taken in", exc_info=True)
        box.flag(uid, MailMessageFlags.FLAGGED, True)
        keep_failure("notices.fetch_mails", (), error, 1)
        return
    box.delete(uid)
