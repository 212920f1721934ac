# SPDX-License-Identifier: BSD-2-Clause
"""Files before and after `tokend setup`, as Python's configparser has them.

    python3 ini_readers.py getmail|offlineimap <CASES

Each case is a line "STATUS BYTES BYTES", then the file before and after. STATUS is -1 where setup
refused it. Prints how many were taken, and stops at the first file that Python reads in another way.
"""

import configparser
import io
import sys

USER = "alice@gmail.com"
HOST = "imap.gmail.com"
TYPES = ("IMAP", "Gmail", "SimpleIMAPRetriever", "SimpleIMAPSSLRetriever",
         "MultidropIMAPRetriever", "MultidropIMAPSSLRetriever")
TOKEND = ("tokend\", \"token\", \"" + USER + "\"", "token(\"" + USER + "\")")


class Offlineimap:
    """offlineimap3: ConfigParser, and [DEFAULT] counts."""

    command, hosts, users, type = "oauth2_access_token_eval", "remotehost", "remoteuser", "type"
    wanted = {"auth_mechanisms": ("XOAUTH2",), "type": ("IMAP", "Gmail"),
              "ssl": ("yes", "true", "on", "1")}
    authority = ("sslcacertfile", "cert_fingerprint")
    secrets = ("remotepass", "remotepassfile", "remotepasseval", "oauth2_refresh_token",
               "oauth2_refresh_token_eval", "oauth2_access_token")

    @staticmethod
    def parser():
        return configparser.ConfigParser()

    @staticmethod
    def is_head(name):
        return name.startswith("Repository ")

    @staticmethod
    def is_tunnel(options):
        return options.get("preauthtunnel") or options.get("transporttunnel")

    @staticmethod
    def host(options):
        """Gmail's is its own."""
        return options.get("remotehost", HOST if options.get("type") == "Gmail" else None)


class Getmail:
    """getmail6: RawConfigParser, whose defaults it drops."""

    command, users, authority = "password_command", "username", ("ca_certs", "ssl_fingerprints")
    wanted = {"type": ("SimpleIMAPSSLRetriever", "MultidropIMAPSSLRetriever"),
              "use_xoauth2": ("true", "1", "yes", "on")}
    secrets = ("password", "use_cram_md5", "use_kerberos")

    @staticmethod
    def parser():
        return configparser.RawConfigParser()

    @staticmethod
    def is_head(name):
        return name == "retriever"

    @staticmethod
    def is_tunnel(_):
        return False

    @staticmethod
    def host(options):
        return options.get("server")


def read(program, data):
    """As both open the file: {section: {option: value}}, as written, or None."""
    parser = program.parser()
    try:
        parser.read_file(io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
    except (configparser.Error, UnicodeDecodeError):
        return None
    if program is Getmail:
        parser._defaults = {}
    sections = {}
    for name in parser.sections():
        sections[name] = dict(parser.items(name, raw=True))
    return sections


def is_ours(program, name, options):
    """True, False, or None where a % decides it."""
    if not program.is_head(name) or options.get("type") not in TYPES:
        return False
    if program.is_tunnel(options):
        return False
    host, user = program.host(options), options.get(program.users)
    return (host or "").lower() == HOST and (user or "").lower() == USER


def check_ours(program, old, new):
    for option, values in program.wanted.items():
        assert new[option].lower() in [value.lower() for value in values], option
        assert option not in ("type", "auth_mechanisms") or new[option] in values, option
    assert any(word in new[program.command] for word in TOKEND)
    assert new[program.users] == USER and program.host(new).lower() == HOST
    assert any(new.get(option) for option in program.authority)
    assert not any(option in new for option in program.secrets)
    set_here = {program.command, program.users, "server", "remotehost", "port", "remoteport",
                *program.wanted, *program.authority, *program.secrets}
    for option, value in old.items():
        assert option in set_here or new[option] == value, option
    assert set(new) <= set(old) | set_here


def names(section):
    return [word.lstrip() for word in section.get("accounts", "").split(",") if word.strip()]


def check(program, before, after):
    """True if the file had an account of ours."""
    old, new = read(program, before), read(program, after)
    if old is None:
        return False
    assert new is not None, "Python no longer reads the file"
    found = False
    for name, options in old.items():
        if is_ours(program, name, options):
            found = True
            check_ours(program, options, new[name])
        elif name == "general" and new[name] != options:
            assert names(new[name])[:-1] == names(options), "accounts"
            assert names(new[name])[-1] == USER
            assert {**new[name], "accounts": 0} == {**options, "accounts": 0}
        else:
            assert new[name] == options, f"[{name}]"
    made = [name for name in new if name not in old]
    assert bool(made) != found, "there and not found, or the reverse"
    for name in made:
        if is_ours(program, name, new[name]):
            check_ours(program, new[name], new[name])
    # Comments stay, in their order.
    left = iter(after.splitlines())
    for line in before.splitlines():
        assert not line.strip().startswith((b"#", b";")) or line in left, line
    return found


def main():
    program = {"getmail": Getmail, "offlineimap": Offlineimap}[sys.argv[1]]
    cases = taken = ours = unread = 0
    while line := sys.stdin.buffer.readline():
        status, *lengths = map(int, line.split())
        before, after = (sys.stdin.buffer.read(length) for length in lengths)
        cases += 1
        if status == -1:
            continue
        taken += 1
        unread += read(program, before) is None
        try:
            ours += check(program, before, after)
        except (AssertionError, KeyError) as error:
            sys.exit(f"{sys.argv[1]}: {error!r}\n{before!r}\nbecame\n{after!r}")
    print(f"# {sys.argv[1]}: of {cases} files {taken} taken, {ours} with the account, "
          f"{unread} that Python refuses")
    return 0 if taken > cases // 20 and ours > cases // 100 else "too few were taken"


if __name__ == "__main__":
    sys.exit(main())
