# SPDX-License-Identifier: BSD-2-Clause
"""The host under test: a Postfix that relays all mail through smtp(8) and the plugin."""

import os
import re
import time
import uuid
from dataclasses import dataclass

from support import postfix, process, waiting

QUEUE_SECONDS = waiting.LIMIT
FLUSH_SECONDS = 5
SMTP_SERVICE = "smtp unix - - {chroot} - 100 smtp\n"
SPAWN_SERVICE = "tokend unix - n n - 0 spawn user={user} argv={serve} --stdio\n"


@dataclass
class Transport:
    """One more smtp transport: its server, its password map and parameters of its own."""

    name: str
    domain: str
    port: int
    login: str
    options: dict


class RelayClient(postfix.Instance):
    """Not started by the constructor: mail may be queued, or sockets made, before start()."""

    def __init__(self, folder, stage, port, login, *, chroot="n", nexthop="[127.0.0.1]",
                 spawn=False, sasl_path=None, tls="encrypt", ca_file=None, mechanisms="",
                 options=None, transports=()):
        """login: the password map's value, "user:" or "user:password"; None for no entry."""
        relayhost = f"{nexthop}:{port}"
        main = {
            "relayhost": relayhost,
            "import_environment": f"{postfix.DEFAULT_IMPORT} "
                                  f"SASL_PATH={sasl_path or stage.sasl_path()}",
            "smtp_sasl_auth_enable": "yes",
            "smtp_sasl_password_maps": f"texthash:{folder}/etc/sasl_passwd",
            "smtp_sasl_tls_security_options": "noanonymous",
            "smtp_sasl_mechanism_filter": mechanisms,
            "smtp_tls_security_level": tls,
            "smtp_tls_loglevel": "1",
            "smtp_connection_cache_on_demand": "no",
            "smtp_destination_concurrency_limit": "100",
            "initial_destination_concurrency": "100",
            "default_destination_concurrency_failed_cohort_limit": "200",
            "transport_maps": f"texthash:{folder}/etc/transport",
            **({"smtp_tls_CAfile": ca_file} if ca_file else {}),
            **(options or {}),
        }
        services = SMTP_SERVICE.format(chroot=chroot)
        if spawn:
            services += SPAWN_SERVICE.format(user=stage.user, serve=stage.serve_path)
        passwords, routes = "", ""
        if login is not None:
            passwords = f"{relayhost} {login}\n"
        for transport in transports:
            hop = f"[127.0.0.1]:{transport.port}"
            passwords += f"{hop} {transport.login}\n"
            routes += f"{transport.domain} {transport.name}:{hop}\n"
            services += f"{transport.name} unix - - {chroot} - 100 smtp\n" + "".join(
                f"  -o {name}={value}\n" for name, value in transport.options.items())
        super().__init__(folder, "relay.example.org", main, services)
        self.write_config("sasl_passwd", passwords, 0o600)
        self.write_config("transport", routes)

    def send(self, body="Hello.\n", sender="sender@example.net", recipient="rcpt@example.org"):
        """Queue a message by sendmail(1); returns its Message-ID, by which the log names it."""
        message_id = f"<{uuid.uuid4().hex}@example.net>"
        content = body if isinstance(body, bytes) else body.encode()
        head = f"From: {sender}\nTo: {recipient}\nMessage-ID: {message_id}\nSubject: test\n\n"
        process.must(["/usr/sbin/sendmail", "-C", self.config, "-i", "-f", sender, "--",
                      recipient], stdin=head.encode() + content)
        return message_id

    def queue_id(self, message_id, seconds=waiting.LIMIT):
        lines = self.wait_log(f"message-id={re.escape(message_id)}", seconds)
        return re.search(r"\]: ([0-9A-Za-z]+): message-id", lines[0]).group(1)

    def flush(self):
        """Try everything in the queue now, whatever was said about later.

        A mail that is being deferred just now would be skipped: it is waited for, first until the
        queue manager has put it away, then until the process that tried it has let it go.
        """
        waiting.until(lambda: not self.queue("incoming", "active"), QUEUE_SECONDS,
                      "the queue manager to be done")
        waiting.until(lambda: not any(map(postfix.is_locked, self.queue_files("deferred"))),
                      QUEUE_SECONDS, "the deferred mails to be let go")
        process.must(["postqueue", "-c", self.config, "-f"])

    def flush_until_sent(self, message_id):
        """After a reload, when a queue manager that ends just then would lose a flush."""
        again = 0.0

        def is_sent():
            nonlocal again
            if "sent" in self.statuses(message_id):
                return True
            if time.monotonic() >= again:
                self.flush()
                again = time.monotonic() + FLUSH_SECONDS
            return False
        waiting.until(is_sent, waiting.LIMIT, lambda: f"{message_id} to be sent:\n"
                      + self.log_text()[-3000:])

    def wait_sent(self, message_id, seconds=waiting.LIMIT):
        return self._wait_status(message_id, "sent", 1, seconds)[-1]

    def wait_empty(self):
        """The log has it that a mail is sent a moment before the queue has it no longer."""
        waiting.until(lambda: not self.queue(), QUEUE_SECONDS,
                      lambda: f"an empty queue: {self.queue()}")

    def wait_deferred(self, message_id, seconds=waiting.LIMIT, count=1):
        """The log line of the count-th deferral of this message."""
        return self._wait_status(message_id, "deferred", count, seconds)[-1]

    def statuses(self, message_id):
        """All delivery statuses of a message, in order."""
        queue_id = self.queue_id(message_id)
        return re.findall(rf"{queue_id}: to=.* status=(\S+)", self.log_text())

    def plugin_warnings(self):
        """The plugin's own texts, as smtp(8) logs them."""
        lines = self.log_lines(r"warning: SASL authentication failure: ")
        return [line.split("SASL authentication failure: ", 1)[1] for line in lines]

    def make_socket_folder(self):
        """run/tokend in the queue directory, where `tokend serve` listens for a jailed smtp(8)."""
        folder = os.path.join(self.queue_directory, "run", "tokend")
        os.makedirs(folder, 0o755)
        return os.path.join(folder, "socket")

    def _wait_status(self, message_id, status, count, seconds):
        queue_id = self.queue_id(message_id)
        pattern = rf"{queue_id}: to=.* status={status}"

        def settled():
            lines = self.log_lines(pattern)
            if len(lines) >= count:
                return lines
            if status != "bounced" and self.log_lines(rf"{queue_id}: to=.* status=bounced"):
                raise AssertionError(f"{message_id} bounced: "
                                     + self.log_lines(rf"{queue_id}: .*bounced")[0])
            return None
        return waiting.until(settled, seconds, lambda: f"status {status} of {queue_id}:\n"
                             + self.log_text()[-3000:])
