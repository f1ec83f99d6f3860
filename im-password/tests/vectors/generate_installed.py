#!/usr/bin/env python3
"""Writes `installed.tsv`: formats that compute with the installation's secret or a column beside the stored value.

    apt-get install php-cli mariadb-server
    /tmp/venv/bin/python generate_installed.py

Gitea by Python's hashlib, argon2-cffi and bcrypt, PBKDF2 by PHP, too; Mahara and EspoCRM by PHP's `crypt()` as these products call it, and by passlib; `ENCODE()` by MariaDB.
"""

import contextlib
import hashlib
import pathlib
import subprocess
import tempfile
import time

import argon2.low_level as argon2
import passlib.hash as known

from generate import FRENCH, OTHERS, QUOTES, File, as_bytes, bcrypt_of, md5, of_length, php, sha1

P = "correct horse 42"
PASSWORDS = [(P, ""), (QUOTES, "quotes"), (FRENCH, "French"), ("пароль 日本 🔑", "other letters"), (of_length(90), "90 bytes"), ("", "nothing")]
SALT = "3f9c0de1a7b2c4d5e6f708192a3b4c5d"
OLD_SALT = "aB3$x9Qz_1"


def gitea_of(algorithm, password, salt):
    """As Gitea's modules/auth/password/hash does it."""
    raw = salt.encode() if len(salt) == 10 else bytes.fromhex(salt)
    name, *numbers = algorithm.split("$")
    numbers = [int(number) for number in numbers]
    password = as_bytes(password)
    if name in ("", "pbkdf2"):
        rounds, length = numbers or (10_000, 50)
        digest = hashlib.pbkdf2_hmac("sha256", password, raw, rounds, length)
        found = php("hash_pbkdf2", b"sha256", password, raw, rounds, length, True)
        assert found == digest
    elif name == "argon2":
        passes, memory, lanes, length = numbers or (2, 65536, 8, 50)
        digest = argon2.hash_secret_raw(password, raw, passes, memory, lanes, length, argon2.Type.ID)
    elif name == "scrypt":
        count, block, lanes, length = numbers or (65536, 16, 2, 50)
        digest = hashlib.scrypt(password, salt=raw, n=count, r=block, p=lanes, dklen=length, maxmem=1 << 29)
    return f"{algorithm}:{digest.hex()}"


def write_gitea(file):
    for algorithm, note in [
        ("", "an account of before algorithms were written"), ("pbkdf2", "no numbers"), ("pbkdf2$10000$50", "pbkdf2_v1"), ("pbkdf2$50000$50", "pbkdf2, pbkdf2_v2"),
        ("pbkdf2$100$32", "a digest of 32 bytes"), ("argon2$2$64$8$50", "argon2 with less memory"), ("argon2$1$128$1$32", "other numbers"), ("scrypt$256$8$1$50", "scrypt with less memory"), ("scrypt$16$16$2$32", "other numbers"),
    ]:
        some = PASSWORDS if algorithm.count("$") > 2 or "$100$" in algorithm else PASSWORDS[:3]
        for password, what in some:
            for salt in (SALT, OLD_SALT):
                kind = "ten bytes of salt" if salt == OLD_SALT else ""
                file.good("gitea", password, gitea_of(algorithm, password, salt), "; ".join(filter(None, [note, what, kind])), salt=salt)
    file.row("gitea", P, gitea_of("argon2", P, SALT), "match", "argon2 without numbers", salt=SALT)
    file.row("gitea", P, gitea_of("scrypt", P, SALT), "match", "scrypt without numbers", salt=SALT)
    file.row("gitea", P, gitea_of("pbkdf2$320000$50", P, SALT), "match", "pbkdf2_hi", salt=SALT)
    for password, what in PASSWORDS[:4]:
        stored = bcrypt_of(password, "$2a$04$N0tRandomSaltForAlice.")
        file.good("gitea", password, f"bcrypt$10:{stored}", what or "bcrypt", salt=SALT)
    file.row("gitea", P, "bcrypt:" + bcrypt_of(P, "$2a$04$N0tRandomSaltForAlice."), "match", "bcrypt without numbers", salt=SALT)
    good = gitea_of("pbkdf2$100$50", P, SALT)
    file.row("gitea", P, good, "missing", "no salt")
    file.row("gitea", P, good, "mismatch", "the salt's digits as they are", salt=OLD_SALT)
    file.row("gitea", P, good, "mismatch", "a salt that is no hex digits", salt="z" * 32)
    file.row("gitea", P, good, "mismatch", "an empty salt", salt="")
    digest = good.split(":")[1]
    for stored, note in [
        ("", "empty"), (digest, "no algorithm and no colon"), (good[:-1], "a digit short"), (good + "00", "a byte more"), (good[:-1] + "g", "no digit"), (f"pbkdf2$0$50:{digest}", "no rounds"),
        (f"pbkdf2$100:{digest}", "a number short"), (f"pbkdf2$100$50$1:{digest}", "a number more"), (f"pbkdf2$100$49:{digest}", "another length"), (f"pbkdf2$0100$50:{digest}", "a zero before"),
        (f"pbkdf2_v2:{digest}", "a name of the settings, which is never stored"), (f"argon2$2$64$0$50:{digest}", "no lanes"), (f"argon2$0$64$1$50:{digest}", "no passes"), (f"scrypt$100$8$1$50:{digest}", "no power of two"),
        (f"scrypt$256$8$0$50:{digest}", "no lanes"), (f"dummy:{SALT}", "an algorithm of tests"), (f"bcrypt$10:{digest}", "no bcrypt"), ("pbkdf2$100$4:01234567", "a digest of 4 bytes"), (f"bcrypt$10$4:{bcrypt_of(P, '$2a$04$N0tRandomSaltForAlice.')}", "a number more"),
    ]:
        file.row("gitea", P, stored, "unsupported", note, salt=SALT)
    for stored, note in [
        (f"pbkdf2$4000000$50:{digest}", "over the limit, as it takes two blocks"), (f"argon2$11$64$8$50:{digest}", "passes over the limit"), (f"argon2$2$300000$8$50:{digest}", "memory over the limit"), (f"scrypt$1048576$16$2$50:{digest}", "memory over the limit"),
    ]:
        file.row("gitea", P, stored, "too-costly", note, salt=SALT)


def mahara_of(password, salt, setting, secret):
    """As AuthInternal::encrypt_password does it."""
    if setting == "$6$":
        password, full = sha1(salt + password), md5(secret + salt)[:16]
        again = known.sha512_crypt.using(rounds=5000, salt=full).hash(password)
    else:
        full, again = md5(secret + salt)[:22], None
    whole = php("crypt", as_bytes(password), (setting + full).encode()).decode()
    assert again is None or again.replace("rounds=5000$", "") == whole
    return whole[:len(setting)] + whole[len(setting) + len(full):]


def write_mahara(file):
    for setting in ["$2a$04$", "$2a$05$", "$6$"]:
        for secret in ["", "some site salt", "k+L<q 'é"]:
            for at, (password, what) in enumerate(PASSWORDS):
                salt = f"5ca1ab{at:02x}"
                note = "; ".join(filter(None, [setting, what, "a site salt" if secret else ""]))
                file.good("mahara", password, mahara_of(password, salt, setting, secret), note, salt=salt, secret=secret)
    for at in range(16):
        # Each last digit of the salt.
        salt = f"{at:08x}"
        file.good("mahara", P, mahara_of(P, salt, "$2a$04$", "s"), f"salt {at}", salt=salt, secret="s")
    for setting in ["$2a$04$", "$6$"]:
        good = mahara_of(P, "5ca1ab1e", setting, "site")
        file.row("mahara", P, good, "mismatch", f"{setting}; another site salt", salt="5ca1ab1e", secret="sites")
        file.row("mahara", P, good, "mismatch", f"{setting}; no site salt", salt="5ca1ab1e", secret="")
        file.row("mahara", P, good, "mismatch", f"{setting}; another salt", salt="5ca1ab1f", secret="site")
        file.row("mahara", P, good, "missing", f"{setting}; no salt", secret="site")
        file.row("mahara", P, good, "missing", f"{setting}; nothing known of a site salt", salt="5ca1ab1e")
        for stored, note in [(good[:-1], "a digit short"), (good + ".", "a digit more"), (good[:-3] + "+" + good[-2:], "no digit"), (good.replace("$", "%", 1), "another mark")]:
            file.row("mahara", P, stored, "unsupported", f"{setting}; {note}", salt="5ca1ab1e", secret="site")
    for stored, note in [
        ("", "empty"), (sha1(P), "the SHA-1 of before 1.5"), (bcrypt_of(P, "$2a$04$N0tRandomSaltForAlice."), "a whole bcrypt value"), (mahara_of(P, "5ca1ab1e", "$2a$04$", "").replace("2a", "2y"), "another variant"),
        (mahara_of(P, "5ca1ab1e", "$2a$04$", "").replace("04", "03"), "cost 3"), ("$6$" + mahara_of(P, "5ca1ab1e", "$6$", "")[4:], "no dollar sign before the digest"),
    ]:
        file.row("mahara", P, stored, "unsupported", note, salt="5ca1ab1e", secret="")
    file.row("mahara", P, mahara_of(P, "5ca1ab1e", "$2a$04$", "").replace("04", "16"), "too-costly", "over the limit", salt="5ca1ab1e", secret="")


def espocrm_of(password, secret):
    """As EspoCRM's PasswordHash did it."""
    setting = f"$6${secret}$"
    whole = php("crypt", md5(password).encode(), setting.encode()).decode()
    assert known.sha512_crypt.using(rounds=5000, salt=secret).hash(md5(password)).replace("rounds=5000$", "") == whole
    return whole.replace(setting, "")


def write_espocrm(file):
    for secret in ["1d0c8b7a6f5e4d3c", "short"]:
        for password, what in PASSWORDS + [(password, "other characters") for password in OTHERS]:
            file.good("espocrm-old", password, espocrm_of(password, secret), what, secret=secret)
    good = espocrm_of(P, "1d0c8b7a6f5e4d3c")
    file.row("espocrm-old", P, good, "match", "a salt's first 16 bytes count", secret="1d0c8b7a6f5e4d3c0")
    file.row("espocrm-old", P, good, "mismatch", "another salt", secret="1d0c8b7a6f5e4d3d")
    file.row("espocrm-old", P, good, "missing", "no salt")
    for stored, note in [("", "empty"), (good[:-1], "a digit short"), (good + ".", "a digit more"), (good[:-1] + "z", "unused bits"), (good[:9] + "+" + good[10:], "no digit"), ("$6$1d0c8b7a6f5e4d3c$" + good, "with its salt")]:
        file.row("espocrm-old", P, stored, "unsupported", note, secret="1d0c8b7a6f5e4d3c")


@contextlib.contextmanager
def mariadb():
    """A server of its own; gives what answers an SQL expression of bytes."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        subprocess.run(["mariadb-install-db", "--no-defaults", f"--datadir={folder}/data", "--auth-root-authentication-method=normal", "--skip-test-db", "--user=root"], check=True, capture_output=True)
        socket = f"{folder}/s"
        server = subprocess.Popen(["mariadbd", "--no-defaults", f"--datadir={folder}/data", f"--socket={socket}", "--skip-networking", "--user=root"], stderr=subprocess.DEVNULL)
        try:
            client = ["mariadb", "--no-defaults", f"--socket={socket}", "-uroot", "-N", "-B", "-e"]
            for _ in range(300):
                if subprocess.run([*client, "SELECT 1"], capture_output=True).returncode == 0:
                    break
                time.sleep(0.1)
            yield lambda sql: bytes.fromhex(subprocess.run([*client, f"SELECT HEX({sql})"], check=True, capture_output=True, text=True).stdout.strip())
        finally:
            server.terminate()
            server.wait()


def write_encode(file):
    with mariadb() as ask:
        def encode_of(password, key):
            return ask(f"ENCODE(X'{as_bytes(password).hex()}', X'{as_bytes(key).hex()}')")

        for key in ["encryption_seed", "a", "", "seed with blanks", "clé €"]:
            for password, what in PASSWORDS[:-1] + [("abc\0def", "a NUL"), ("ÿ" * 130, "260 bytes"), ("x", "a letter")]:
                file.good("mysql-encode", password, encode_of(password, key), what, secret=key)
        good = encode_of(P, "encryption_seed")
        file.row("mysql-encode", P, good, "match", "blanks in the key do not count", secret="encryption _seed")
        file.row("mysql-encode", P, good, "mismatch", "another key", secret="encryption_seeds")
        file.row("mysql-encode", P, good[:-1], "mismatch", "a byte short", secret="encryption_seed")
        file.row("mysql-encode", P, good + b"\0", "mismatch", "a byte more", secret="encryption_seed")
        file.row("mysql-encode", P, P, "mismatch", "clear text", secret="encryption_seed")
        file.row("mysql-encode", P, good, "missing", "no key")
        file.row("mysql-encode", "", "", "unsupported", "nothing", secret="encryption_seed")


if __name__ == "__main__":
    file = File("installed")
    write_gitea(file)
    write_mahara(file)
    write_espocrm(file)
    write_encode(file)
    file.write()
