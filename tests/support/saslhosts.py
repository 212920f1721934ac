# SPDX-License-Identifier: BSD-2-Clause
"""Programs and libraries that use libsasl2, each as a command for one login at a server.

HOSTS: name, protocol, and a function of home, port, user and mechanism that gives (argv, stdin).
Whether a login succeeded the server says: what these print, and how they end, differs.
"""

from support import mailclients

MBSYNCRC = """
IMAPStore far
Host localhost
Port {port}
User {user}
{password}AuthMechs {mechanism}
SSLType None
Timeout 5

MaildirStore near
Path {home}/Mail/
Inbox {home}/Mail/INBOX

Channel all
Far :far:
Near :near:
"""

PERL_SMTP = r"""
use strict;
use Net::SMTP;
use Authen::SASL qw(XS Cyrus);
my ($port, $user, $mechanism) = @ARGV;
my $server = Net::SMTP->new('localhost', Port => $port, Timeout => 20) or die "connect: $!";
my $sasl = Authen::SASL->new(mechanism => $mechanism,
    callback => { user => $user, authname => $user, pass => 'tokend' });
my $done = $server->auth($sasl);
$server->quit;
exit($done ? 0 : 1);
"""

# Of Debian's cyrus-admin; cyradm is a shell around it.
PERL_IMAP = r"""
use strict;
use Cyrus::IMAP;
my ($port, $user, $mechanism) = @ARGV;
my $server = Cyrus::IMAP->new('localhost', $port, 0) or die "connect: $!";
exit($server->authenticate('-mechanism' => $mechanism, '-service' => 'imap', '-user' => $user,
    '-authz' => $user, '-password' => 'tokend') ? 0 : 1);
"""

LETPAN = r"""
import ctypes, sys
kind, port, user, mechanism = sys.argv[1], int(sys.argv[2]), *map(str.encode, sys.argv[3:])
lib = ctypes.CDLL("libetpan.so.20")
new = getattr(lib, kind + "_new")
new.restype = ctypes.c_void_p
session = ctypes.c_void_p(new(ctypes.c_size_t(0), None))
getattr(lib, kind + "_socket_connect")(session, b"localhost", port)
if kind == "mailsmtp":
    lib.mailesmtp_ehlo(session)
log_in = {"mailimap": "mailimap_authenticate", "mailpop3": "mailpop3_auth",
          "mailsmtp": "mailesmtp_auth_sasl"}[kind]
failed = getattr(lib, log_in)(session, mechanism, b"localhost", None, None, user, user, b"tokend",
                              None)
getattr(lib, kind + "_free")(session)
sys.exit(failed != 0)
"""


def mbsync(home, port, user, mechanism, password=""):
    """password: a line of the file, or none."""
    home.make_folder("Mail")
    path = home.write("mbsyncrc", MBSYNCRC.format(port=port, user=user, mechanism=mechanism,
                                                  password=password, home=home.home))
    return ["mbsync", "-c", path, "all"], None


def _cyrus(program, goodbye):
    def command(_home, port, user, mechanism):
        return [f"{mailclients.CYRUS}/{program}", "-a", user, "-u", user, "-p", port, "-m",
                mechanism, "localhost"], goodbye
    return command


def _perl(text):
    return lambda _home, port, user, mechanism: (["perl", "-e", text, port, user, mechanism], None)


def _letpan(kind):
    return lambda _home, port, user, mechanism: (
        ["python3", "-c", LETPAN, kind, port, user, mechanism], None)


HOSTS = (
    ("mbsync", "imap", mbsync),
    ("imtest", "imap", _cyrus("imtest", ". logout\r\n")),
    ("pop3test", "pop", _cyrus("pop3test", "quit\r\n")),
    ("smtptest", "smtp", _cyrus("smtptest", "quit\r\n")),
    ("lmtptest", "smtp", _cyrus("lmtptest", "quit\r\n")),
    ("Net::SMTP", "smtp", _perl(PERL_SMTP)),
    ("Cyrus::IMAP", "imap", _perl(PERL_IMAP)),
    ("libetpan's IMAP", "imap", _letpan("mailimap")),
    ("libetpan's POP3", "pop", _letpan("mailpop3")),
    ("libetpan's SMTP", "smtp", _letpan("mailsmtp")),
)
