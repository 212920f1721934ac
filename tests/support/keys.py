# SPDX-License-Identifier: BSD-2-Clause
"""Private keys and certificates, made by the openssl command for one test; and a PKCS#11 token.

Every line of a key is remembered as a secret, so that no part of one can stand in an output.
"""

import base64
import glob
import itertools
import os
import re
import shutil

from support import masking, process

GENERATE = {"rsa": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
            "ec": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]}
SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "4711-is-the-PIN"
LABEL, EMPTY = "tests", "empty"
PROVIDER_CONF = """openssl_conf = openssl
[openssl]
providers = providers
[providers]
default = its_own
pkcs11 = cards
[its_own]
activate = 1
[cards]
module = {module}
pkcs11-module-path = {card}
activate = 1
"""


def _openssl_folders():
    """Of engines, and of providers."""
    engines = re.search(r'"(.*)"', process.must(["openssl", "version", "-e"]).stdout)[1]
    return engines, os.path.join(os.path.dirname(engines), "ossl-modules")


class KeyFolder:
    """Files that root owns and the tokend user may read, as an admin lays them down."""

    def __init__(self, folder, gid):
        self.folder = folder
        self._gid = gid
        self._numbers = itertools.count(1)
        os.makedirs(folder, 0o755, exist_ok=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content, mode=0o640):
        path = self.path(name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(content)
        self._own(path, mode)
        return path

    def make(self, kind, password=None):
        """A key of a kind; with a password its file is encrypted."""
        path = self.path(f"{kind}-{next(self._numbers)}.pem")
        process.must(["openssl", "genpkey", *GENERATE[kind], "-out", path])
        made = Key(path)
        if password is not None:
            masking.add(password, "key password")
            process.must(["openssl", "pkcs8", "-topk8", "-in", path, "-out", f"{path}.enc",
                          "-passout", "stdin"], stdin=f"{password}\n")
            os.replace(f"{path}.enc", path)
        self._own(path, 0o640)
        return made

    def _own(self, path, mode):
        if os.geteuid() == 0:
            os.chown(path, 0, self._gid)
        os.chmod(path, mode)


class Certificate:
    """certificate: its file; public: one with its public key."""

    def __init__(self, path):
        self.certificate = path
        self.public = f"{path}.pub"
        with open(self.public, "w", encoding="ascii") as out:
            out.write(process.must(["openssl", "x509", "-in", path, "-noout", "-pubkey"]).stdout)

    def thumbprint(self, digest):
        """As x5t (sha1) and x5t#S256 (sha256) have it: RFC 7515 4.1.7."""
        text = process.must(["openssl", "x509", "-in", self.certificate, "-noout", "-fingerprint",
                             f"-{digest}"]).stdout
        octets = bytes.fromhex(text.partition("=")[2].strip().replace(":", ""))
        return base64.urlsafe_b64encode(octets).decode().rstrip("=")


class Key(Certificate):
    """path: the private key; public: the public one; certificate: a self-signed one."""

    def __init__(self, path):
        self.path = path
        with open(path, encoding="ascii") as pem:
            self.pem = pem.read()
        for line in self.pem.splitlines():
            if not line.startswith("-----") and len(line) >= masking.SHORTEST:
                masking.add(line, "private key")
        certificate = f"{path}.crt"
        process.must(["openssl", "req", "-new", "-x509", "-key", path, "-subj", "/CN=robot",
                      "-days", "2", "-out", certificate])
        super().__init__(certificate)


class Token:
    """A PKCS#11 token of SoftHSM with one key and its certificate, and another one without, for the
    processes of one uid.

    OpenSSL reaches it by a loader: libp11's engine, or pkcs11-provider.
    """

    def __init__(self, folder, uid, key, loader="engine"):
        self.folder = folder
        self.log = os.path.join(folder, "logins")
        self.environment = {"SOFTHSM2_CONF": os.path.join(folder, "softhsm2.conf"),
                            "PKCS11_MODULE_PATH": SOFTHSM}
        self.uri = f"pkcs11:token={LABEL};object=signer"
        os.makedirs(os.path.join(folder, "tokens"))
        with open(self.environment["SOFTHSM2_CONF"], "w", encoding="ascii") as conf:
            conf.write(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\n"
                       "log.level = ERROR\n")
        with open(self.log, "x", encoding="ascii"):
            pass
        masking.add(PIN, "PIN")
        self._fill(key)
        if loader == "provider":
            self._name_provider()
        self._count_logins()
        for top, _, files in os.walk(folder):
            for path in (top, *(os.path.join(top, name) for name in files)):
                os.chown(path, uid, -1)

    @staticmethod
    def loaders():
        """Those that this machine has."""
        engines, modules = _openssl_folders()
        return [name for name, folder in (("engine", engines), ("provider", modules))
                if glob.glob(f"{folder}/pkcs11.so")]

    @staticmethod
    def missing():
        """What this machine lacks for it; empty if nothing."""
        lacks = []
        if shutil.which("softhsm2-util") is None or not os.path.exists(SOFTHSM):
            lacks.append("softhsm2")
        if not Token.loaders():
            lacks.append("libengine-pkcs11-openssl (or pkcs11-provider)")
        return lacks

    def flagged(self, flags, label=LABEL):
        """The environment in which the token of that label says so of itself (CKF_...)."""
        return {**self.environment, "TOKEND_CARD_FLAGS": hex(flags), "TOKEND_CARD_LABEL": label}

    def logins(self):
        """How many PINs were tried."""
        with open(self.log, encoding="ascii") as log:
            return len(log.readlines())

    def _name_provider(self):
        path = os.path.join(self.folder, "openssl.cnf")
        with open(path, "w", encoding="ascii") as conf:
            conf.write(PROVIDER_CONF.format(module=f"{_openssl_folders()[1]}/pkcs11.so",
                                            card=os.path.join(self.folder, "card.so")))
        self.environment["OPENSSL_CONF"] = path

    def _count_logins(self):
        """From here on each goes through a module that counts them (card.c)."""
        card = os.path.join(self.folder, "card.so")
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "card.c")
        process.must(["cc", "-shared", "-fPIC", "-o", card, source])
        self.environment |= {"PKCS11_MODULE_PATH": card, "TOKEND_CARD_MODULE": SOFTHSM,
                             "TOKEND_CARD_LOG": self.log}

    def _fill(self, key):
        for label in (LABEL, EMPTY):
            self._run("--init-token", "--free", "--label", label, "--so-pin", "no-officer")
        self._run("--import", key.path, "--token", LABEL, "--label", "signer", "--id", "01")
        certificate = f"{key.certificate}.der"
        process.must(["openssl", "x509", "-in", key.certificate, "-outform", "DER", "-out",
                      certificate])
        process.must(["pkcs11-tool", "--module", SOFTHSM, "--token-label", LABEL, "--login",
                      "--pin", PIN, "--write-object", certificate, "--type", "cert", "--label",
                      "signer", "--id", "01"], env=self.environment)

    def _run(self, *args):
        process.must(["softhsm2-util", *args, "--pin", PIN], env=self.environment)
