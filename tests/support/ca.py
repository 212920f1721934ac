# SPDX-License-Identifier: BSD-2-Clause
"""Throw-away certificate authorities: verified TLS is tested as such, and not switched off.

What is asked for again in this process is what was made the first time: each key and each
certificate is a start of openssl, and a module has dozens of tests.
"""

import functools
import os
import tempfile

from support import process

DAYS = ("-days", "2")
NAMES = ("localhost",)
NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


@functools.cache
def _days_before():
    """Options for days that are over: OpenSSL 3.5 refuses the first form, and 3.0 has no other."""
    if "-not_after" not in process.run(["openssl", "x509", "-help"]).text:
        return "-days", "-1"
    return "-not_before", "20200101000000Z", "-not_after", "20200102000000Z"


def _read(path):
    with open(path, encoding="ascii") as made:
        return made.read()


def _write(path, text, mode):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w",
              encoding="ascii") as out:
        out.write(text)


@functools.cache
def _self_signed(name):
    """The certificate of a CA and its key."""
    with tempfile.TemporaryDirectory(prefix="tokend-ca-") as folder:
        key, certificate = os.path.join(folder, "key"), os.path.join(folder, "pem")
        process.must(["openssl", "req", "-x509", *NEW_KEY, *DAYS, "-subj", f"/CN={name}",
                      "-keyout", key, "-out", certificate,
                      "-addext", "basicConstraints=critical,CA:true",
                      "-addext", "keyUsage=critical,keyCertSign,cRLSign"])
        return _read(certificate), _read(key)


@functools.cache
def _signed(name, alternatives, days):
    """A server's certificate by the CA of that name, and its key."""
    with tempfile.TemporaryDirectory(prefix="tokend-ca-") as folder:
        of_ca = [os.path.join(folder, f"ca.{kind}") for kind in ("pem", "key")]
        for path, text in zip(of_ca, _self_signed(name)):
            _write(path, text, 0o600)
        stem = os.path.join(folder, "server")
        _write(f"{stem}.ext", f"subjectAltName={alternatives}\nextendedKeyUsage=serverAuth\n"
               "basicConstraints=CA:false\n", 0o600)
        process.must(["openssl", "req", "-new", *NEW_KEY, "-subj", "/CN=test server",
                      "-keyout", f"{stem}.key", "-out", f"{stem}.csr"])
        process.must(["openssl", "x509", "-req", "-in", f"{stem}.csr", "-CA", of_ca[0],
                      "-CAkey", of_ca[1], "-CAcreateserial", *days, "-extfile", f"{stem}.ext",
                      "-out", f"{stem}.pem"])
        return _read(f"{stem}.pem"), _read(f"{stem}.key")


class Authority:
    """A CA with a folder of its own; .certificate is what clients trust."""

    def __init__(self, folder, name="test CA"):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        os.chmod(folder, 0o755)
        self.certificate = os.path.join(folder, "ca.pem")
        self._name = name
        self._issued = 0
        _write(self.certificate, _self_signed(name)[0], 0o644)

    def issue(self, *names, addresses=()):
        """A server certificate for localhost, 127.0.0.1 and more: (certificate, key)."""
        return self._issue([f"DNS:{name}" for name in (*NAMES, *names)] +
                           [f"IP:{address}" for address in ("127.0.0.1", *addresses)])

    def issue_for_only(self, name):
        """A certificate whose one name is not the server's, for refusal tests."""
        return self._issue([f"DNS:{name}"])

    def issue_expired(self, *names):
        """One that ended yesterday: to who verifies it, the clock may as well be wrong."""
        return self._issue([f"DNS:{name}" for name in names], _days_before())

    def _issue(self, alternatives, days=DAYS):
        self._issued += 1
        stem = os.path.join(self.folder, f"server{self._issued}")
        certificate, key = _signed(self._name, ",".join(alternatives), days)
        _write(f"{stem}.pem", certificate, 0o644)
        _write(f"{stem}.key", key, 0o600)
        return f"{stem}.pem", f"{stem}.key"
