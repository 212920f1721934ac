# SPDX-License-Identifier: BSD-2-Clause
"""Mail programs that use libsasl2, run as a person would run them: with a uid and a home.

They are the hosts of the plugin; nothing here knows a token.

imtest and its sisters, and mbsync on failure, print the SASL response that they send. That is
theirs to do (documentation warns of it), so their output is evidence of anything but that.
"""

import os

CYRUS = "/usr/lib/cyrus/bin"

MBSYNCRC = """
IMAPStore far
Host localhost
Port {port}
User {user}
{password}AuthMechs {mechanisms}
SSLType IMAPS
CertificateFile {certificate}

MaildirStore near
Path {home}/Mail/
Inbox {home}/Mail/INBOX

Channel all
Far :far:
Near :near:
Create Near
SyncState *
"""

PERL_IMAP = r"""
use strict;
use IO::Socket::INET;
use MIME::Base64;
use Authen::SASL qw(XS Cyrus);
my ($port, $user, $mechanism, $authzid, $host) = @ARGV;
$| = 1;
my $sasl = Authen::SASL->new(mechanism => $mechanism,
    callback => { user => $authzid, authname => $user });
my $client = $sasl->client_new('imap', $host);
my $response = $client->client_start();
if ($client->code < 0) {
    print 'code ', $client->code, ' ', join(' ', $client->error), "\n";
    exit 1;
}
print 'mechanism ', $client->mechanism, "\n";
exit 0 if $port == 0;
my $server = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port) or die "connect: $!";
<$server>;
print $server 'a authenticate ', $client->mechanism, ' ', encode_base64($response, ''), "\r\n";
while (my $line = <$server>) {
    if ($line =~ /^\+ ?(.*?)\r?\n/) {
        my $answer = $client->client_step(decode_base64($1));
        print $server encode_base64(defined $answer ? $answer : '', ''), "\r\n";
    } elsif ($line =~ /^a (.*?)\r?\n/) {
        print "server $1\n";
        exit($1 =~ /^OK/ ? 0 : 1);
    }
}
exit 2;
"""


def mbsync(home, port, user, certificate, mechanisms="XOAUTH2", *, password=None, wrapper=(),
           **options):
    """Fetch a whole mailbox into ~/Mail; messages() shows what came.

    wrapper: a command that runs it, such as strace.
    """
    home.make_folder("Mail")
    text = MBSYNCRC.format(port=port, user=user, mechanisms=mechanisms, certificate=certificate,
                           home=home.home, password=f"Pass {password}\n" if password else "")
    path = home.write("mbsyncrc", text)
    return home.run([*wrapper, "mbsync", "-c", path, "all"], **options)


def messages(home):
    """The messages that mbsync fetched, as bytes, without the header that it adds."""
    found = []
    for name in ("new", "cur"):
        folder = os.path.join(home.home, "Mail", "INBOX", name)
        for entry in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
            with open(os.path.join(folder, entry), "rb") as message:
                lines = message.read().splitlines(keepends=True)
            found.append(b"".join(line for line in lines if not line.startswith(b"X-TUID:")))
    return found


def cyrus_test(program, home, port, user, *, mechanism="XOAUTH2", starttls=False, password=None,
               wrapper=(), **options):
    """imtest, pop3test or smtptest: log in and out; is_authenticated() judges the Result."""
    argv = [*wrapper, f"{CYRUS}/{program}", "-a", user, "-u", user, "-p", str(port)]
    argv += ["-m", mechanism] if mechanism else []
    argv += ["-w", password] if password else []
    argv += ["-t", ""] if starttls else ["-s"]
    goodbye = ". logout\r\n" if program == "imtest" else "quit\r\n"
    return home.run([*argv, "localhost"], stdin=goodbye, **options)


def is_authenticated(result):
    return "\nAuthenticated." in result.stdout


def perl_imap(home, port, user, mechanism="XOAUTH2", *, authzid=None, host="localhost",
              wrapper=(), **options):
    """Perl's Authen::SASL::XS, or its ancestor ...::Cyrus; with port 0 it makes the first response and goes nowhere.

    host: what it calls the server, which is always on loopback.
    """
    return home.run([*wrapper, "perl", "-e", PERL_IMAP, port, user, mechanism, authzid or user,
                     host], **options)
