# SPDX-License-Identifier: BSD-2-Clause
"""A private Dovecot: IMAP, POP3 and the SASL service of a Postfix smtpd, with tokens checked.

Tokens are checked by introspection at the scripted provider at every login, and must belong to
the user that the client names: a plugin that sends a stale token, or another's, fails here as it
would at a real provider.
"""

import os
import re
import subprocess
import time

from support import loopback, process, waiting

START_SECONDS = waiting.LIMIT
LOG_SECONDS = waiting.LIMIT
MAIL_UID = 65534

# Of both versions; endless has a login process serve any number of clients.
SERVICES = """namespace inbox {{
  inbox = yes
}}
service imap-login {{
  {endless}
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  {endless}
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
    ssl = yes
  }}
}}
service auth {{
  unix_listener {sasl_socket} {{
    mode = 0666
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""

# No limit of memory: under a preloaded sanitizer, which reserves more, it ends processes.
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {log}
auth_verbose = yes
listen = 127.0.0.1
protocols = imap pop3
ssl = {ssl}
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = {plaintext_needs_tls}
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
auth_username_chars =
first_valid_uid = 1
mail_location = maildir:~/Maildir
mail_max_userip_connections = 0
default_process_limit = 400
default_client_limit = 4000
default_vsz_limit = 0
{passdbs}
userdb {{
  driver = static
  args = uid={uid} gid={uid} home={folder}/mail/%u
}}
""" + SERVICES

SIEVE = """
protocols = imap pop3 sieve
service managesieve-login {{
  inet_listener sieve {{
    port = {port}
  }}
}}
"""

PASSWORD_PASSDB = """
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = {folder}/users
}}
"""

TOKEN_PASSDB = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
"""

OAUTH2 = """
introspection_mode = post
introspection_url = {introspection}
force_introspection = yes
active_attribute = active
active_value = true
username_attribute = email
username_format = %u
scope = mail
timeout_msecs = 20000
max_parallel_connections = 20
{tls}
"""


# What 2.4 reads, which has another language for most of it.
CONFIG_24 = """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {log}
auth_verbose = yes
listen = 127.0.0.1
protocols {{
  imap = yes
  pop3 = yes
}}
ssl = {ssl}
ssl_server_cert_file = {certificate}
ssl_server_key_file = {key}
auth_allow_cleartext = {plaintext_without_tls}
auth_mechanisms {{
  {mechanisms}
}}
auth_failure_delay = 0
auth_username_chars =
first_valid_uid = 1
mail_driver = maildir
mail_path = ~/Maildir
mail_inbox_path = ~/Maildir
mail_max_userip_connections = 0
default_process_limit = 400
default_client_limit = 4000
default_vsz_limit = unlimited
{passdbs}
userdb static {{
  fields {{
    uid = {uid}
    gid = {uid}
    home = {folder}/mail/%{{user}}
  }}
}}
""" + SERVICES

SIEVE_24 = """
protocols {{
  imap = yes
  pop3 = yes
  sieve = yes
}}
service managesieve-login {{
  inet_listener sieve {{
    port = {port}
  }}
}}
"""

PASSWORD_PASSDB_24 = """
passdb passwd-file {{
  mechanisms_filter = plain login
  passwd_file_path = {folder}/users
}}
"""

TOKEN_PASSDB_24 = """
oauth2 {{
  introspection_mode = post
  introspection_url = {introspection}
  force_introspection = yes
  active_attribute = active
  active_value = true
  username_attribute = email
  username_validation_format = %{{user}}
  scope = mail
  http_client_request_timeout = 20s
  {tls}
}}
passdb oauth2 {{
  mechanisms_filter = xoauth2 oauthbearer
}}
"""


def is_24():
    """Whether Debian's Dovecot here is 2.4 or newer."""
    version = subprocess.run(["dovecot", "--version"], capture_output=True, text=True,
                             check=True).stdout
    return tuple(map(int, re.findall(r"\d+", version)[:2])) >= (2, 4)


class Dovecot:
    """Starts at once; stop() ends it. Certificate and key come from ca.Authority.issue."""

    def __init__(self, folder, certificate, provider, *, mechanisms=("xoauth2", "oauthbearer"),
                 passwords=None, tls="required", provider_ca=None, ports=None, sieve=None):
        """passwords: {user: password}, for plain and login; tls: Dovecot's `ssl` setting.

        ports: of IMAP, IMAPS, POP3 and POP3S, if they are to be certain ones; sieve: the port
        of ManageSieve, which is served only then.
        """
        self.folder = folder
        self.log = os.path.join(folder, "dovecot.log")
        self.sasl_socket = os.path.join(folder, "sasl")
        self._passwords = passwords or {}
        self.imap, self.imaps, self.pop3, self.pop3s = ports or loopback.free_ports(4)
        for name in ("", "mail"):
            os.makedirs(os.path.join(folder, name), exist_ok=True)
            os.chmod(os.path.join(folder, name), 0o755)
        os.chown(os.path.join(folder, "mail"), MAIL_UID, MAIL_UID)
        self._write_config(certificate, provider, mechanisms, tls, provider_ca, sieve)
        self._daemon = process.Background(["dovecot", "-F", "-c", self._path("dovecot.conf")],
                                          self._path("dovecot.out"), group=True)
        try:
            waiting.until(self._is_ready, START_SECONDS, f"Dovecot: {self.log}")
        except BaseException:
            self.stop()
            raise

    def stop(self):
        """All processes at once: the master alone would wait seconds for idle login processes."""
        self._daemon.stop()

    def log_text(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def logins(self, protocol=None, mechanism=None, at_least=0):
        """The successful logins in the log: [(protocol, user, mechanism), ...].

        A client hears "OK" a moment before the log does: so many are waited for.
        """
        waiting.until(lambda: len(self._logins(protocol, mechanism)) >= at_least, LOG_SECONDS,
                      f"{at_least} logins in {self.log}")
        return self._logins(protocol, mechanism)

    def _logins(self, protocol, mechanism):
        found = re.findall(r"(imap|pop3|managesieve)-login: Info: (?:Login|Logged in): "
                           r"user=<([^>]*)>, method=([A-Z0-9-]+)", self.log_text())
        return [login for login in found
                if protocol in (None, login[0]) and mechanism in (None, login[2])]

    def deliver(self, user, content):
        """Put a message into the user's mailbox."""
        maildir = self._path("mail", user, "Maildir")
        for name in ("cur", "new", "tmp"):
            os.makedirs(os.path.join(maildir, name), exist_ok=True)
        for folder in (self._path("mail", user), maildir,
                       *(os.path.join(maildir, name) for name in ("cur", "new", "tmp"))):
            os.chown(folder, MAIL_UID, MAIL_UID)
        path = os.path.join(maildir, "new", f"{time.monotonic_ns()}.test")
        with open(path, "wb") as out:
            out.write(content)
        os.chown(path, MAIL_UID, MAIL_UID)

    def _path(self, *parts):
        return os.path.join(self.folder, *parts)

    def _is_ready(self):
        """By the log alone: a connection would leave a login process behind that ends late."""
        self._daemon.require_running()
        return os.path.exists(self.log) and "starting up" in self.log_text()

    def _write_config(self, certificate, provider, mechanisms, tls, provider_ca, sieve):
        passwords = bool(self._passwords)
        if passwords:
            mechanisms = (*mechanisms, "plain", "login")
            self._write("users", "".join(f"{user}:{{PLAIN}}{password}::::::\n"
                                         for user, password in self._passwords.items()), 0o644)
        values = {
            "folder": self.folder, "log": self.log, "ssl": tls, "certificate": certificate[0],
            "key": certificate[1], "uid": MAIL_UID, "imap": self.imap, "imaps": self.imaps,
            "pop3": self.pop3, "pop3s": self.pop3s, "sasl_socket": self.sasl_socket,
            "introspection": provider.introspection_endpoint, "port": sieve}
        text = self._config_24 if is_24() else self._config_23
        self._write("dovecot.conf", text(values, mechanisms, passwords, provider_ca), 0o644)

    def _config_23(self, values, mechanisms, passwords, provider_ca):
        self._write("oauth2.conf", OAUTH2.format(
            **values, tls=f"tls_ca_cert_file = {provider_ca}" if provider_ca else ""), 0o644)
        passdbs = (PASSWORD_PASSDB if passwords else "") + TOKEN_PASSDB
        return CONFIG.format(
            **values, endless="service_count = 0", mechanisms=" ".join(mechanisms),
            passdbs=passdbs.format(**values),
            plaintext_needs_tls="yes" if values["ssl"] == "required" else "no"
        ) + (SIEVE.format(**values) if values["port"] else "")

    @staticmethod
    def _config_24(values, mechanisms, passwords, provider_ca):
        passdbs = (PASSWORD_PASSDB_24 if passwords else "") + TOKEN_PASSDB_24
        # Those that are on by themselves are named, too.
        chosen = {"plain": "no", **{name: "yes" for name in mechanisms}}
        return CONFIG_24.format(
            **values, endless="restart_request_count = unlimited",
            mechanisms="\n  ".join(f"{name} = {on}" for name, on in chosen.items()),
            passdbs=passdbs.format(
                **values, tls=f"ssl_client_ca_file = {provider_ca}" if provider_ca else ""),
            plaintext_without_tls="no" if values["ssl"] == "required" else "yes"
        ) + (SIEVE_24.format(**values) if values["port"] else "")

    def _write(self, name, text, mode):
        with open(self._path(name), "w", encoding="utf-8") as out:
            out.write(text)
        os.chmod(self._path(name), mode)
