# SPDX-License-Identifier: BSD-2-Clause
"""Gmail's users.messages.send: by media upload and by the resumable one."""

import itertools
import re

from support.sending_api import SendingApi, SendingRequest

SEND = "https://www.googleapis.com/auth/gmail.send"
ALLOWED = {SEND, "https://mail.google.com/", "https://www.googleapis.com/auth/gmail.compose"}
MOST = 36700160
PATH = "/upload/gmail/v1/users/me/messages/send"
RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+)")


class _Request(SendingRequest):
    def refuse(self, status, reason, message, **fields):
        self.answer(status, {"error": {"code": status, "message": message, "errors": [
            {"domain": "global", "reason": reason, "message": message}]}}, **fields)

    def serve(self):
        if self.api.user_of(self.token) is None:
            self.refuse(401, "authError", "Invalid Credentials")
        elif self.where != PATH or self.command == "GET":
            self.refuse(403, "insufficientPermissions", "Insufficient Permission")
        elif not self.api.enabled:
            self.refuse(403, "accessNotConfigured", "Gmail API has not been used in project 123 "
                        "before or it is disabled. Enable it, then retry.")
        elif not self.api.granted & ALLOWED:
            self.refuse(403, "insufficientPermissions", "Insufficient Permission")
        elif self.api.refusing is not None:
            self.refuse(*self.api.refusing)
        elif self.api.is_over_limit():
            self.refuse(429, "rateLimitExceeded", "User-rate limit exceeded.",
                        Retry_After=str(self.api.retry_after))
        elif self.query.get("uploadType") == "media" and self.command == "POST":
            self.media()
        elif self.query.get("uploadType") == "resumable" and self.command == "POST":
            self.begin_session()
        elif self.query.get("upload_id") in self.api.sessions and self.command == "PUT":
            self.put(self.api.sessions[self.query["upload_id"]])
        else:
            self.refuse(404, "notFound", "Not Found")

    def media(self):
        if self.headers.get("Content-Type") != "message/rfc822":
            self.refuse(400, "badContent", "Media type is not supported.")
        elif self.length > MOST:
            self.refuse(413, "uploadTooLarge", "Request entity too large")
        else:
            self.send(self.body())

    def begin_session(self):
        size = int(self.headers.get("X-Upload-Content-Length", 0))
        if self.headers.get("X-Upload-Content-Type") != "message/rfc822" or self.length:
            self.refuse(400, "badContent", "Media type is not supported.")
        elif size > MOST:
            self.refuse(413, "uploadTooLarge", "Request entity too large")
        else:
            name = f"session-{next(self.api.numbers)}"
            self.api.sessions[name] = {"size": size, "content": b"", "answer": None}
            self.answer(200, Location=f"{self.api.base}{PATH}?upload_id={name}")

    def put(self, session):
        found = RANGE.fullmatch(self.headers.get("Content-Range", ""))
        have = len(session["content"])
        if found is None or int(found[3]) != session["size"]:
            self.refuse(400, "badRequest", "Invalid Content-Range")
        elif session["answer"] is not None:
            self.answer(200, session["answer"])
        elif found[1] is None:
            self.incomplete(session)
        elif int(found[1]) != have or int(found[2]) - have + 1 != self.length:
            self.refuse(400, "badRequest", "The range does not follow what is there.")
        else:
            cut = self.cut_after()
            session["content"] += self.body(cut)
            if cut is not None:
                self.close_connection = True
            elif len(session["content"]) < session["size"]:
                self.incomplete(session)
            else:
                self.send(session["content"], session)

    def incomplete(self, session):
        have = len(session["content"])
        self.answer(308, **({"Range": f"bytes=0-{have - 1}"} if have else {}))

    def send(self, content, session=None):
        refused = self.api.take(content)
        if refused is not None:
            self.refuse(400, "invalidArgument",
                        "Invalid To header" if refused else "Recipient address required")
            return
        result = {"id": f"18c2f0aa{len(self.api.mails):04}", "labelIds": ["SENT"]}
        if session is not None:
            session["answer"] = result
        self.answer(200, result)


class GmailApi(SendingApi):
    handler = _Request

    def __init__(self, store, certificate, granted=(SEND,), **options):
        self.enabled = True
        self.sessions = {}
        self.numbers = itertools.count(1)
        super().__init__(store, certificate, granted, **options)
