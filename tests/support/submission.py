# SPDX-License-Identifier: BSD-2-Clause
"""The other side of a relay: a Postfix submission server that asks Dovecot about every token.

What it accepts lands in a Maildir, so that a test can say "the mail arrived, byte for byte".
"""

import glob
import os
import re

from support import loopback, postfix, waiting

MAIL_UID = 65534
MAIL_SECONDS = waiting.LIMIT
SMTPD = """\
127.0.0.1:{port} inet n - n - 200 smtpd
  -o smtpd_tls_wrappermode={wrapper}
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_sasl_type=dovecot
  -o smtpd_sasl_path={sasl_socket}
  -o smtpd_sasl_security_options=noanonymous
  -o smtpd_tls_auth_only={auth_only}
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
"""
VIRTUAL = "virtual unix - n n - - virtual\n"


class SubmissionServer(postfix.Instance):
    """Started by the constructor; .port takes STARTTLS and AUTH, .smtps is TLS throughout."""

    def __init__(self, folder, certificate, dovecot, *, starttls=True, auth_without_tls=False,
                 options=None, ports=None):
        """options: more parameters of main.cf; ports: for STARTTLS and for TLS throughout."""
        self.port, self.smtps = ports or loopback.free_ports(2)
        self._mailbox = os.path.join(folder, "mail", "all")
        main = {
            "smtpd_tls_security_level": "may" if starttls else "none",
            "smtpd_tls_cert_file": certificate[0],
            "smtpd_tls_key_file": certificate[1],
            "smtpd_tls_loglevel": "1",
            "smtpd_client_connection_count_limit": "0",
            "smtpd_error_sleep_time": "0",
            "virtual_mailbox_domains": "example.org, password.example.org",
            "virtual_mailbox_base": os.path.join(folder, "mail"),
            "virtual_mailbox_maps": "static:all/",
            "virtual_uid_maps": f"static:{MAIL_UID}",
            "virtual_gid_maps": f"static:{MAIL_UID}",
            **(options or {}),
        }
        services = "".join(SMTPD.format(port=port, wrapper=wrapper,
                                        sasl_socket=dovecot.sasl_socket,
                                        auth_only="no" if auth_without_tls else "yes")
                           for port, wrapper in ((self.port, "no"), (self.smtps, "yes")))
        super().__init__(folder, "submission.example.org", main, services + VIRTUAL)
        self._make("mail", 0o755, MAIL_UID, MAIL_UID)
        self.start()

    def mails(self):
        """The messages that arrived, as bytes, oldest first."""
        found = []
        paths = glob.glob(f"{self._mailbox}/new/*")
        for path in sorted(paths, key=lambda path: os.stat(path).st_ctime_ns):
            with open(path, "rb") as message:
                found.append(message.read())
        return found

    def wait_mails(self, count):
        """Wait until count messages have arrived; more is an error as well."""
        waiting.until(lambda: len(self.mails()) >= count, MAIL_SECONDS, f"{count} mails to arrive")
        found = self.mails()
        if len(found) != count:
            raise AssertionError(f"{len(found)} mails arrived, not {count}")
        return found

    def logins(self):
        """What the server authenticated: [(mechanism, user), ...], one for each message."""
        self.settle_log()
        return re.findall(r"sasl_method=(\S+), sasl_username=([^\s,]+)", self.log_text())

    def refusals(self):
        """The log's lines about authentication that failed."""
        self.settle_log()
        return self.log_lines(r"SASL \S+ authentication failed")
