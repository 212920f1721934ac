# SPDX-License-Identifier: BSD-2-Clause
"""Throw-away certificate authorities: verified TLS is tested as such, and not switched off."""

import functools
import os

from support import process

DAYS = ("-days", "2")
NAMES = ("localhost",)


@functools.cache
def _days_before():
    """Options for days that are over: OpenSSL 3.5 refuses the first form, and 3.0 has no other."""
    if "-not_after" not in process.run(["openssl", "x509", "-help"]).text:
        return "-days", "-1"
    return "-not_before", "20200101000000Z", "-not_after", "20200102000000Z"


class Authority:
    """A CA in a folder of its own; .certificate is what clients trust."""

    def __init__(self, folder, name="test CA"):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        os.chmod(folder, 0o755)
        self.certificate = os.path.join(folder, "ca.pem")
        self._key = os.path.join(folder, "ca.key")
        self._issued = 0
        process.must(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                      "ec_paramgen_curve:prime256v1", "-nodes", *DAYS,
                      "-subj", f"/CN={name}", "-keyout", self._key, "-out", self.certificate,
                      "-addext", "basicConstraints=critical,CA:true",
                      "-addext", "keyUsage=critical,keyCertSign,cRLSign"])
        os.chmod(self.certificate, 0o644)

    def issue(self, *names, addresses=()):
        """A server certificate for localhost, 127.0.0.1 and more: (certificate, key)."""
        self._issued += 1
        stem = os.path.join(self.folder, f"server{self._issued}")
        return self._sign(stem, ",".join(
            [f"DNS:{name}" for name in (*NAMES, *names)] +
            [f"IP:{address}" for address in ("127.0.0.1", *addresses)]))

    def issue_for_only(self, name):
        """A certificate whose one name is not the server's, for refusal tests."""
        self._issued += 1
        return self._sign(os.path.join(self.folder, f"server{self._issued}"), f"DNS:{name}")

    def issue_expired(self, *names):
        """One that ended yesterday: to who verifies it, the clock may as well be wrong."""
        self._issued += 1
        return self._sign(os.path.join(self.folder, f"server{self._issued}"),
                          ",".join(f"DNS:{name}" for name in names), days=_days_before())

    def _sign(self, stem, alternatives, days=DAYS):
        extensions = f"{stem}.ext"
        with open(extensions, "w", encoding="ascii") as out:
            out.write(f"subjectAltName={alternatives}\nextendedKeyUsage=serverAuth\n"
                      "basicConstraints=CA:false\n")
        process.must(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt",
                      "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=test server",
                      "-keyout", f"{stem}.key", "-out", f"{stem}.csr"])
        process.must(["openssl", "x509", "-req", "-in", f"{stem}.csr", "-CA", self.certificate,
                      "-CAkey", self._key, "-CAcreateserial", *days,
                      "-extfile", extensions, "-out", f"{stem}.pem"])
        return f"{stem}.pem", f"{stem}.key"
