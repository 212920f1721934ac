# SPDX-License-Identifier: BSD-2-Clause
"""Microsoft Graph's sendMail with MIME: base64 as text/plain, for "me" or for a mailbox."""

import base64
import binascii
import email
import email.utils
import re
import urllib.parse

from support.sending_api import SendingApi, SendingRequest

SEND = "https://graph.microsoft.com/Mail.Send"
MOST = 4 << 20
MAILBOX = re.compile(r"/v1\.0/(?:me|users/([^/]+))/sendMail")


class _Request(SendingRequest):
    def refuse(self, status, code, message, **fields):
        self.answer(status, {"error": {"code": code, "message": message,
                                       "innerError": {"request-id": "1"}}}, **fields)

    def serve(self):
        user, found = self.api.user_of(self.token), MAILBOX.fullmatch(self.where)
        if user is None:
            self.refuse(401, "InvalidAuthenticationToken", "Lifetime validation failed, the "
                        "token is expired.")
        elif not any(each.startswith("https://graph.microsoft.com/") for each in
                     self.api.granted):
            self.refuse(401, "InvalidAuthenticationToken", "Access token validation failure. "
                        "Invalid audience.")
        elif SEND not in self.api.granted or found is None or self.command != "POST":
            self.refuse(403, "ErrorAccessDenied", "Access is denied. Check credentials and try "
                        "again.")
        elif found[1] is None and self.api.is_app:
            self.refuse(400, "BadRequest", "/me request is only valid with delegated "
                        "authentication flow.")
        elif found[1] is not None and urllib.parse.unquote(found[1]) not in self.api.mailboxes:
            self.refuse(403, "ErrorAccessDenied", "Access to OData is disabled: [RAOP] : Blocked "
                        "by tenant configured AppOnly AccessPolicy settings.")
        elif self.api.refusing is not None:
            self.refuse(*self.api.refusing)
        elif self.api.is_over_limit():
            self.refuse(429, "ApplicationThrottled", "Application is over its "
                        "MailboxConcurrency limit.", Retry_After=str(self.api.retry_after))
        elif self.length > MOST:
            self.refuse(413, "RequestEntityTooLarge", "The maximum request length is 4MB.")
        else:
            self.send(user)

    def send(self, user):
        try:
            content = base64.b64decode(self.body(), validate=True)
        except binascii.Error:
            self.refuse(400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string.")
            return
        sender = email.utils.parseaddr(email.message_from_bytes(content)["From"])[1]
        if self.headers.get("Content-Type") != "text/plain":
            self.refuse(400, "BadRequest", "Unable to read JSON request payload.")
        elif sender not in (user, *self.api.mailboxes):
            self.refuse(403, "ErrorSendAsDenied", "The user account which was used to submit "
                        "this request does not have the right to send mail on behalf of the "
                        "specified sending account.")
        else:
            self.deliver(content)

    def deliver(self, content):
        refused = self.api.take(content)
        if refused is None:
            self.answer(202)
        else:
            self.refuse(400, "ErrorInvalidRecipients", "At least one recipient is not valid., "
                        + (f"Recipient '{refused}' is not resolved." if refused else
                           "A message can't be sent because it contains no recipients."))


class GraphApi(SendingApi):
    handler = _Request

    def __init__(self, store, certificate, granted=(SEND,), **options):
        self.is_app = False
        self.mailboxes = set()
        super().__init__(store, certificate, granted, **options)
