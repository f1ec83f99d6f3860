#!/usr/bin/env python3
"""Writes the vectors of the named formats that `generate.py` does not, with its tools and rules.

    /tmp/venv/bin/python generate_named.py [folder]

`catalogue.tsv` is written only where the folder holds the tables it is taken from. What Python computes is computed by PHP or by passlib, too, and must be the same.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import subprocess
import sys
import warnings
import zlib

import argon2.low_level as argon2
import bcrypt
import passlib.crypto.scrypt
import passlib.hash as known

from generate import (File, FRENCH, LENGTHS, OTHERS, QUOTES, as_bytes, argon2_of, bcrypt_of,
                      des_of, md5, of_length, php, phpass_of, sha1, sha256)

warnings.filterwarnings("ignore")

P = "correct horse 42"
SALT = "N0tRandomSaltForAlice."
NULS = ["abc\0def", "\0"]
DIGITS = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def b64(data):
    return base64.b64encode(data).decode()


def ab64(data):
    return b64(data).rstrip("=").replace("+", ".")


def phrase(program, *arguments):
    """A PHP expression over `$a[0]`, `$a[1]`, ... as bytes."""
    return php(f"(fn(...$a) => {program})", *[as_bytes(a) for a in arguments])


def agree(python, program, *arguments):
    """What Python computed, if PHP finds the same."""
    found = phrase(program, *arguments)
    assert found == as_bytes(python), (python, found)
    return python


def passwords():
    for length in LENGTHS:
        yield of_length(length), f"{length} bytes"
    for password in OTHERS:
        yield password, "other characters"


def few():
    for password in ["", of_length(73), QUOTES, FRENCH, "пароль-42"]:
        yield password, "other characters" if password in (QUOTES, FRENCH) else f"{len(password.encode())} bytes"


def crypt_of(handler, password, setting, **settings):
    """A crypt(3) value by passlib and by PHP."""
    stored = handler.using(**settings).hash(password)
    assert php("crypt", as_bytes(password), setting.encode()).decode() == stored, (stored, setting)
    return stored


def ext_des_of(password, rounds, salt):
    stored = known.bsdi_crypt.using(rounds=rounds, salt=salt).hash(password)
    assert php("crypt", as_bytes(password), stored[:9].encode()).decode() == stored
    return stored


def md5_crypt_of(password, salt):
    return crypt_of(known.md5_crypt, password, f"$1${salt}$", salt=salt)


def apr1_of(password, salt):
    stored = known.apr_md5_crypt.using(salt=salt).hash(password)
    if password and len(password.encode()) < 200 and "\t" not in password:
        run = subprocess.run(["openssl", "passwd", "-apr1", "-salt", salt, "-stdin"],
                             input=password.encode() + b"\n", capture_output=True, check=True)
        assert run.stdout.decode().strip() == stored
    return stored


def sha_crypt_of(kind, password, salt, rounds=5000, explicit=False):
    handler = {"5": known.sha256_crypt, "6": known.sha512_crypt}[kind]
    stored = handler.using(salt=salt, rounds=rounds).hash(password)
    setting = f"${kind}$rounds={rounds}${salt}$" if explicit or rounds != 5000 else f"${kind}${salt}$"
    if explicit and "rounds=" not in stored:
        stored = stored.replace(f"${kind}$", f"${kind}$rounds={rounds}$")
    assert php("crypt", as_bytes(password), setting.encode()).decode() == stored, (stored, setting)
    return stored


def write_crypt():
    file = File("crypt")
    sha256_crypt = lambda p, salt="saltstring", **r: sha_crypt_of("5", p, salt, **r)
    sha512_crypt = lambda p, salt="saltstring", **r: sha_crypt_of("6", p, salt, **r)
    makers = {
        "ext-des-crypt": lambda p: ext_des_of(p, 25, "./zZ"),
        "md5-crypt": lambda p: md5_crypt_of(p, "aB/.9zZ0"),
        "apr1": lambda p: apr1_of(p, "aB/.9zZ0"),
        "sha256-crypt": lambda p: sha256_crypt(p, rounds=1000),
        "sha512-crypt": lambda p: sha512_crypt(p, rounds=1000),
    }
    for format, maker in makers.items():
        for password, note in passwords():
            file.good(format, password, maker(password), note)
        stored = maker("abc")
        for password in ["abc\0def", "abc\0", "\0abc"]:
            file.row(format, password, stored, "mismatch", "NUL: crypt(3) would stop reading there")
    for rounds in [1, 3, 725, 5001]:
        for salt in ["....", "zzzz", "9.aZ"]:
            file.good("ext-des-crypt", P, ext_des_of(P, rounds, salt), f"{rounds} rounds, salt {salt}")
    stored = ext_des_of("é234567é", 725, "ab.z")
    file.row("ext-des-crypt", "C)234567C)", stored, "match", "seven bits of a byte are looked at")
    for salt in ["", "a", "ab", "al000000", "rasmusle", "$"[:0] + "éa"]:
        if salt.isascii() and salt:
            file.good("md5-crypt", P, md5_crypt_of(P, salt), f"salt of {len(salt)}")
            file.good("apr1", P, apr1_of(P, salt), f"salt of {len(salt)}")
        else:
            # passlib takes no such salt.
            stored = php("crypt", P.encode(), f"$1${salt}$".encode()).decode()
            file.good("md5-crypt", P, stored, f"salt of {len(salt.encode())}, by PHP alone")
    for salt in ["", "a", "0123456789abcdef"]:
        for rounds in [1000, 1234, 4096, 5000]:
            for explicit in [False, True]:
                if rounds != 5000 and explicit:
                    continue
                note = f"salt of {len(salt)}, {rounds} rounds" + (", told" if explicit else "")
                settings = {"rounds": rounds, "explicit": explicit}
                file.good("sha256-crypt", P, sha256_crypt(P, salt, **settings), note)
                file.good("sha512-crypt", P, sha512_crypt(P, salt, **settings), note)
    file.good("sha512-crypt", P, sha512_crypt(P, rounds=10000), "as Moodle")
    for password, note in passwords():
        file.good("sha512-crypt-64", password, sha512_crypt(password)[:64], note)
    for salt in ["", "0123456789abcdef"]:
        file.good("sha512-crypt-64", P, sha512_crypt(P, salt, rounds=1000)[:64], f"salt of {len(salt)}, rounds told")
        file.good("sha512-crypt-64", P, sha512_crypt(P, salt)[:64], f"salt of {len(salt)}")
    stored = sha512_crypt(P)[:64]
    file.row("sha512-crypt-64", "abc\0def", sha512_crypt("abc")[:64], "mismatch", "NUL: crypt(3) would stop reading there")
    for bad, note in [(stored[:-1], "63 characters"), (sha512_crypt(P)[:65], "65 characters"), (sha512_crypt(P), "whole"), (stored[:-1] + "!", "no digit"), (sha256_crypt(P), "sha256-crypt"), (stored.replace("$6$", "$5$"), "another mark"),
                      ("$6$rounds=5000$" + "s" * 16 + "$", "no digest")]:
        file.row("sha512-crypt-64", P, bad, "unsupported", note)
    file.row("sha512-crypt", P, stored, "unsupported", "cut")
    file.row("sha512-crypt-64", P, sha512_crypt(P, rounds=1000).replace("=1000$", "=1000001$")[:64], "too-costly", "over the limit")
    file.write()


def drupal_of(password, log2, salt):
    password = as_bytes(password)
    digest = hashlib.sha512(salt.encode() + password).digest()
    for _ in range(1 << log2):
        digest = hashlib.sha512(digest + password).digest()
    agree(digest, "array_reduce(range(1, 1 << (int) $a[2]), fn($d, $_) => hash('sha512', $d . $a[1], true),"
          " hash('sha512', $a[0] . $a[1], true))", salt, password, str(log2))
    text = ""
    for i in range(0, 64, 3):
        part = digest[i:i + 3]
        value = int.from_bytes(part, "little")
        text += "".join(DIGITS[value >> 6 * n & 63] for n in range(len(part) + 1))
    return ("$S$" + DIGITS[log2] + salt + text)[:55]


def wp_of(password, cost=4, letter="y"):
    digest = b64(hmac.digest(b"wp-sha384", as_bytes(password), "sha384"))
    agree(digest, "base64_encode(hash_hmac('sha384', $a[0], 'wp-sha384', true))", password)
    return "$wp" + bcrypt_of(digest, f"$2{letter}${cost:02}${SALT}")


def double_of(password, setting):
    return bcrypt_of(bcrypt_of(password, setting), setting)


def combined_of(password, ident="H", log2=8, letter="y", cost=4):
    inner = phpass_of(password, ident, log2, "kP2xq9Lz")
    outer = bcrypt_of(inner[12:], f"$2{letter}${cost:02}${SALT}")
    return f"${ident}\\2{letter}${inner[3:12]}${cost:02}\\{outer[7:29]}${outer[29:]}"


def base36(digest):
    """PHP's base_convert from 16 to 36, on 64 bits."""
    whole, value = 0, 0.0
    for digit in digest:
        if whole is not None and whole * 16 + int(digit, 16) < 1 << 63:
            whole = whole * 16 + int(digit, 16)
            value = float(whole)
        else:
            whole, value = None, value * 16 + int(digit, 16)
    text = ""
    while not text or value >= 1:
        text = "0123456789abcdefghijklmnopqrstuvwxyz"[int(value % 36)] + text
        value /= 36
    return agree(text, "base_convert($a[0], 16, 36)", digest)


def write_silverstripe(file):
    for kind, digest in [("sha1", sha1), ("md5", md5)]:
        format = f"silverstripe-old({kind}($pass.$salt))"
        for password, note in [*passwords(), *((p, "a NUL counts") for p in NULS)]:
            salt = sha1(note)
            file.good(format, password, base36(digest(as_bytes(password) + salt.encode())), note, salt=salt)
        stored = base36(digest(P + "salt"))
        file.row(format, P, stored[:10] + "0" * (len(stored) - 10), "match", "the first ten characters count", salt="salt")
        other = "0" if stored[9] != "0" else "1"
        file.row(format, P, stored[:9] + other + stored[10:], "mismatch", "the tenth", salt="salt")
        file.row(format, P, stored, "mismatch", "another salt", salt="Salt")
        for wrong, note in [(stored[:10], "no more than is compared"), (stored.upper(), "capitals"), ("", "empty"),
                            (digest(P + "salt"), "hex digits"), (stored[:-1] + "-", "no digit"), (stored + "0" * 10, "too long")]:
            file.row(format, P, wrong, "unsupported", note, salt="salt")
    # Zeros at the front make it shorter.
    for number in range(10 ** 6):
        if md5(f"{number}salt").startswith("000"):
            file.good("silverstripe-old(md5($pass.$salt))", str(number), base36(md5(f"{number}salt")), "zeros at the front", salt="salt")
            break


def symfony_of(password, setting):
    """As NativePasswordHasher."""
    plain = as_bytes(password)
    if setting.startswith("$2") and (len(plain) > 72 or b"\0" in plain):
        plain = phrase("base64_encode(hash('sha512', $a[0], true))", plain)
        assert plain == base64.b64encode(hashlib.sha512(as_bytes(password)).digest())
    return bcrypt_of(plain, setting)


def write_symfony(file):
    for password, note in [*passwords(), *((p, "a NUL counts") for p in NULS)]:
        file.good("symfony", password, symfony_of(password, f"$2y$04${SALT}"), note)
    long = of_length(72)
    file.row("symfony", long + "x", symfony_of(long, f"$2y$04${SALT}"), "mismatch", "what is over 72 bytes counts")
    file.row("symfony", long + "x", symfony_of(long + "y", f"$2y$04${SALT}"), "mismatch", "all of it")
    file.row("symfony", long + "x", bcrypt_of(long + "x", f"$2y$04${SALT}"), "mismatch", "bcrypt over the password itself")
    file.row("symfony", b64(hashlib.sha512((long + "x").encode()).digest()), symfony_of(long + "x", f"$2y$04${SALT}"), "mismatch", "a digest of 88 characters is no password")
    for setting in [f"$2a$04${SALT}", f"$2b$05${SALT}"]:
        file.good("symfony", P, symfony_of(P, setting), setting[:7])
    for password in [P, QUOTES, FRENCH, of_length(73), of_length(200)]:
        for id, memory, lanes in [("argon2id", 64, 1), ("argon2i", 64, 1), ("argon2id", 128, 2)]:
            file.good("symfony", password, argon2_of(password, id, memory, 1, lanes), f"{id}, {memory} KiB")
    file.good("symfony", P, sha_crypt_of("6", P, "saltstring"), "what crypt() knows else")
    file.good("symfony", P, sha_crypt_of("5", P, "saltstring"), "what crypt() knows else")
    file.good("symfony", P, md5_crypt_of(P, "aB/.9zZ0"), "what crypt() knows else")
    good = symfony_of(P, f"$2y$04${SALT}")
    for wrong, note in [("", "empty"), (md5(P), "MD5"), (good[:-1], "a digit short"), (good + "x", "a digit more"), ("$wp" + good, "WordPress'"), (P, "clear text")]:
        file.row("symfony", P, wrong, "unsupported", note)
    file.row("symfony", P, good.replace("$04$", "$16$"), "too-costly", "bcrypt cost 16")


def write_cms():
    file = File("products")
    write_symfony(file)
    write_silverstripe(file)
    for password, note in [*passwords(), *((p, "a NUL counts") for p in NULS)]:
        file.good("drupal7", password, drupal_of(password, 7, "Zr4.tY/1"), note)
        file.good("wp-bcrypt", password, wp_of(password), note)
    for log2 in [8, 11, 15, 16]:
        file.good("drupal7", P, drupal_of(P, log2, "zzzzzzzz"), f"2^{log2} rounds")
    for password in [P, QUOTES, FRENCH, ""]:
        inner = md5(password)
        file.good("drupal7", password, "U" + drupal_of(inner, 7, "abcdefgh"), "over MD5")
        file.good("drupal7", password, "U" + phpass_of(inner, "P", 8, "abcdefgh"), "phpass over MD5")
        file.good("drupal7", password, "U" + phpass_of(inner, "H", 8, "abcdefgh"), "phpass over MD5")
        file.good("drupal7", password, "U" + bcrypt_of(inner, f"$2y$04${SALT}"), "bcrypt over MD5")
    file.row("drupal7", md5(P), "U" + drupal_of(md5(P), 7, "abcdefgh"), "mismatch", "the MD5 is no password")
    file.row("drupal7", P, "U" + drupal_of(P, 7, "abcdefgh"), "mismatch", "U over the password itself")
    file.good("wp-bcrypt", P, wp_of(P, 10), "cost 10")
    file.row("wp-bcrypt", P, "$wp" + bcrypt_of(P, f"$2y$04${SALT}"), "mismatch", "bcrypt over the password itself")
    file.row("bcrypt", P, wp_of(P)[3:], "mismatch", "without its mark")
    long = "x" * 100
    file.row("wp-bcrypt", long + "y", wp_of(long), "mismatch", "all bytes count")
    file.row("wp-bcrypt", " padded ", wp_of("padded"), "match", "WordPress' form trims", input="trim")
    file.row("wp-bcrypt", "O'Brien", wp_of("O\\'Brien"), "match", "and slashes", input="trim+addslashes")

    for password, note in passwords():
        stored = double_of(password, f"$2a$04${SALT}")
        file.good("wcf2", password, stored, note)
        file.good("phpbb3", password, combined_of(password), note)
    for password in ["abc\0", "abc\0def"]:
        file.row("wcf2", password, double_of("abc", f"$2a$04${SALT}"), "mismatch", "NUL: crypt(3) would stop there")
    file.good("wcf2", P, double_of(P, f"$2a$08${SALT}"), "WoltLab's cost")
    file.good("wcf2", P, double_of(P, f"$2y$05${SALT}"), "$2y$")
    file.row("wcf2", P, bcrypt_of(P, f"$2a$04${SALT}"), "mismatch", "once only")
    file.row("bcrypt", P, double_of(P, f"$2a$04${SALT}"), "mismatch", "twice")
    for ident in "HP":
        for letter in "ay":
            for log2, cost in [(7, 4), (11, 10)]:
                stored = combined_of(P, ident, log2, letter, cost)
                file.good("phpbb3", P, stored, f"2^{log2} rounds, cost {cost}")
    file.good("phpbb3", "abc\0def", combined_of_by_hand(b"abc\0def"), "a NUL counts")
    file.row("phpbb3", "<b>&", combined_of("&lt;b&gt;&amp;"), "match", "phpBB escapes first", input="nfc+trim+html")

    for password, note in [*passwords(), *((p, "a NUL counts") for p in NULS)]:
        plain = as_bytes(password)
        stored = "*" + sha1(hashlib.sha1(plain).digest()).upper()
        agree(stored, "'*' . strtoupper(sha1(sha1($a[0], true)))", password)
        if "\0" not in password:
            assert known.mysql41.hash(password) == stored
        file.good("mysql41", password, stored, note)
        stored = "".join(hashlib.sha1(bytes([b])).hexdigest() for b in plain)
        stored = agree(sha1(stored), "sha1(implode('', array_map('sha1', $a[0] === '' ? [] : str_split($a[0]))))", password)
        file.good("hesk", password, stored, note)
        if "\0" not in password:
            stored = known.mysql323.hash(password)
            blanks = password[:1] in (" ", "")
            if blanks:
                file.row("mysql323", password, stored, "match", note)
            else:
                file.good("mysql323", password, stored, note)
    file.row("mysql323", "a b\tc", known.mysql323.hash("abc"), "match", "blanks and tabs do not count")
    file.row("mysql323", "a\nbc", known.mysql323.hash("abc"), "mismatch", "line ends do")
    file.row("mysql323", P, known.mysql323.hash(P).upper(), "match", "capital digits")
    file.row("mysql41", P, known.mysql41.hash(P).lower(), "match", "small digits")
    file.row("hesk", P, sha1(P), "mismatch", "SHA-1 of the whole")

    write_flarum(file)
    write_magento(file)
    file.write()


def combined_of_by_hand(password):
    digest = hashlib.md5(b"kP2xq9Lz" + password).digest()
    for _ in range(1 << 7):
        digest = hashlib.md5(digest + password).digest()
    text = ""
    for i in range(0, 16, 3):
        part = digest[i:i + 3]
        value = int.from_bytes(part, "little")
        text += "".join(DIGITS[value >> 6 * n & 63] for n in range(len(part) + 1))
    outer = bcrypt_of(text, f"$2y$04${SALT}")
    return f"$H\\2y$5kP2xq9Lz$04\\{outer[7:29]}${outer[29:]}"


def write_flarum(file):
    def row(type, password, **salts):
        fields = {"type": type, "password": password}
        fields.update({name.replace("_", "-"): salt for name, salt in salts.items()})
        return json.dumps(fields, separators=(",", ":"))

    for password in [P, FRENCH, QUOTES, "", of_length(73), "abc\0def"]:
        for hash, name in [(md5, "md5"), (sha1, "sha1")]:
            once = hash(password)
            agree(once, f"{name}($a[0])", password)
            twice = agree(hash("aQ!" + once), f"{name}('aQ!' . {name}($a[0]))", password)
            setting = f"$2y$04${SALT}"
            file.good("flarum-old", password, row(name, once), "")
            file.good("flarum-old", password, row(name, hash("aQ!" + password), salt_before="aQ!"), "salt before")
            file.good("flarum-old", password, row(name, hash(password + "é\""), salt_after="é\""), "salt after")
            file.good("flarum-old", password, row(f"{name}-double", twice, salt_before="aQ!"), "")
            file.good("flarum-old", password, row(f"{name}-double", hash(once + "aQ!"), salt_after="aQ!"), "")
            file.good("flarum-old", password, row(f"{name}-bcrypt", bcrypt_of(once, setting)), "")
            file.good("flarum-old", password, row(f"{name}-double-bcrypt", bcrypt_of(twice, setting), salt_before="aQ!"), "")
        d = md5("k3" + md5(password))
        file.good("flarum-old", password, row("kmd5", d[:16] + "k3" + d[16:]), "")
        if "\0" not in password:
            file.good("flarum-old", password, row("bcrypt", bcrypt_of(password, f"$2y$04${SALT}")), "")
            file.good("flarum-old", password, row("phpass", phpass_of(password, "P", 8, "abcdefgh")), "")
            file.good("flarum-old", password, row("phpass", bcrypt_of(password, f"$2a$04${SALT}")), "phpass with bcrypt")
    file.row("flarum-old", P, json.dumps({"type": "md5", "password": md5(P), "salt-before": None}), "match", "no salt, said so")
    file.row("flarum-old", P, json.dumps({"password": md5(P).upper(), "type": "md5"}, indent=1), "match", "another spelling")
    for stored, note in [
        (row("plain", P), "clear text"), (row("md6", md5(P)), "an unknown type"), (row("md5", md5(P)[:-1]), "a digit short"),
        (row("md5", sha1(P)), "another length"), (row("md5-bcrypt", md5(P)), "no bcrypt"), (row("bcrypt", md5(P)), "no bcrypt"),
        (row("kmd5", md5(P)), "no letters"), (row("md5", md5(P), pepper="x"), "an unknown field"), ('{"type":"md5"}', "no hash"),
        ('{"password":"' + md5(P) + '"}', "no type"), (row("md5", md5(P))[:-1], "no end"), (row("md5", md5(P)) + "x", "more behind it"),
        (json.dumps({"type": "md5", "password": 5}), "a number"), ("[]", "a list"), ("null", "null"), ("", "empty"),
        (json.dumps({"type": "md5", "password": md5(P), "salt-after": ["x"]}), "a salt that is a list"), (md5(P), "no JSON"),
        (row("plain-bcrypt", bcrypt_of(P, f"$2y$04${SALT}")), "an unknown type"), (row("kmd5-bcrypt", bcrypt_of(P, f"$2y$04${SALT}")), "an unknown type"),
    ]:
        file.row("flarum-old", P, stored, "unsupported", note)
    file.row("flarum-old", P, row("md5-bcrypt", bcrypt_of(P, f"$2y$04${SALT}").replace("$04$", "$16$")), "too-costly", "bcrypt cost 16")


def magento_step(version, salt, value):
    if version == "0":
        return agree(md5(salt + value), "md5($a[0] . $a[1])", salt, value)
    if version == "1":
        return agree(sha256(salt + value), "hash('sha256', $a[0] . $a[1])", salt, value)
    length, ops, memory = (32, 2, 64 << 20) if version == "2" else map(int, version[2:].split("_"))
    salt16 = (salt * 16)[:16]
    raw = argon2.hash_secret_raw(as_bytes(value), salt16.encode(), ops, memory // 1024, 1, length, argon2.Type.ID)
    return agree(raw.hex(), "bin2hex(sodium_crypto_pwhash((int) $a[2], $a[0], $a[1], (int) $a[3], (int) $a[4], SODIUM_CRYPTO_PWHASH_ALG_ARGON2ID13))",
                 value, salt16, str(length), str(ops), str(memory))


def magento_of(password, versions, salt="OEe9E5XB9RynfztrKAnMibnSGIQxDkVV"):
    value = password
    for version in versions.split(":"):
        value = magento_step(version, salt, value)
    return f"{value}:{salt}:{versions}"


def write_magento(file):
    small = "3_32_1_8192000"
    for password in [P, FRENCH, QUOTES, "", of_length(73), "abc\0def", "пароль-42"]:
        for versions in ["0", "1", "0:1", small, f"1:{small}", f"0:1:{small}"]:
            file.good("magento2", password, magento_of(password, versions), f"versions {versions}")
    for versions in ["2", "3_32_2_67108864", "1:3_32_2_67108864", "3_16_1_16384", "3_64_3_65536", "1:1:1:1:1:1:1:1"]:
        file.good("magento2", P, magento_of(P, versions), f"versions {versions}")
    for salt in ["ab", "a", "x" * 15]:
        file.good("magento2", P, magento_of(P, "1:" + small, salt), "a short salt is repeated")
    m = magento_of(P, "1")
    file.row("magento2", P, m[:64].upper() + m[64:], "match", "capital digits")
    for stored, note in [
        ("", "empty"), (m[:-2], "no version"), (m[:-1], "an empty version"), (m + ":", "an empty version behind"), (m[:-1] + "4", "an unknown version"),
        (m[1:], "a digit short"), ("g" + m[1:], "no digit"), (m[:-1] + "0", "digits of another version"), (m[:64] + "::1", "no salt"),
        (m[:-1] + "3", "no parameters"), (m[:-1] + "3_32_2", "a parameter short"), (m[:-1] + "3_32_2_65536_1", "a parameter more"),
        (m[:-1] + "3_32_2_-1", "a sign"), (m[:-1] + "3_32_0_65536", "no passes"), (m[:-1] + "3_32_1_1024", "less than 8 KiB"),
        (m[:-1] + "3_033_1_65536", "a zero before"), (m + ":1:1:1:1:1:1:1:1", "nine steps"), (m + " ", "a space behind"),
    ]:
        file.row("magento2", P, stored, "unsupported", note)
    for versions in ["3_32_2_1073741824", "3_32_11_65536", "1:3_32_4294967295_65536"]:
        file.row("magento2", P, m[:-1] + versions, "too-costly", f"versions {versions}")


def pbkdf2(name, password, salt, rounds, length):
    raw = hashlib.pbkdf2_hmac(name, as_bytes(password), as_bytes(salt), rounds, length)
    return agree(raw, f"hash_pbkdf2('{name}', $a[0], $a[1], (int) $a[2], (int) $a[3], true)", password, salt, str(rounds), str(length))


def passlib_of(password, name, rounds, salt):
    length = {"sha1": 20, "sha256": 32, "sha512": 64}[name]
    tag = "pbkdf2" if name == "sha1" else f"pbkdf2-{name}"
    stored = f"${tag}${rounds}${ab64(salt)}${ab64(pbkdf2(name, password, salt, rounds, length))}"
    if "\0" not in password:
        handler = getattr(known, f"pbkdf2_{name}")
        assert handler.using(rounds=rounds, salt=salt).hash(password) == stored
    return stored


def scrypt_raw(password, salt, n, r, p, length):
    return hashlib.scrypt(as_bytes(password), salt=as_bytes(salt), n=n, r=r, p=p, maxmem=1 << 30, dklen=length)


def scrypt_of(password, log2=4, r=8, p=1, salt=b"fixedsaltfixed00", length=32):
    raw = scrypt_raw(password, salt, 1 << log2, r, p, length)
    stored = f"$scrypt$ln={log2},r={r},p={p}${b64(salt).rstrip('=')}${b64(raw).rstrip('=')}"
    if length == 32 and "\0" not in password and log2 < 7:
        passlib.crypto.scrypt._set_backend("builtin")
        assert known.scrypt.using(rounds=log2, block_size=r, parallelism=p, salt=salt).hash(password) == stored
    return stored


def discourse_of(password, rounds=10, salt="0e5c2e6979a727e62ea86dcbe438783e"):
    return f"$pbkdf2-sha256$i={rounds},l=32${salt}${pbkdf2('sha256', password, salt, rounds, 32).hex()}"


def seafile_of(password, rounds=10, salt=bytes(range(32))):
    return f"PBKDF2SHA256${rounds}${salt.hex()}${pbkdf2('sha256', password, salt, rounds, 32).hex()}"


def write_kdf():
    file = File("kdf")
    for password, note in [*passwords(), *((p, "a NUL counts") for p in NULS)]:
        for name in ["sha1", "sha256", "sha512"]:
            file.good("passlib-pbkdf2", password, passlib_of(password, name, 10, b"\xfb\xff16 bytes or so"), note)
        file.good("scrypt", password, scrypt_of(password), note)
        file.good("discourse", password, discourse_of(password), note)
        file.good("seafile", password, seafile_of(password), note)
    for name in ["sha1", "sha256", "sha512"]:
        for rounds, salt in [(1, b"x"), (25000, b"0123456789abcdef"), (1000, bytes(range(64))), (7, b"")]:
            file.good("passlib-pbkdf2", P, passlib_of(P, name, rounds, salt), f"{rounds} rounds, salt of {len(salt)}")
    for rest in [{"log2": 1}, {"log2": 14}, {"r": 1}, {"r": 3, "p": 5}, {"p": 2}, {"salt": b"x"}, {"salt": b""},
                 {"salt": bytes(range(64))}, {"length": 16}, {"length": 64}, {"log2": 16, "r": 8, "p": 1}]:
        file.good("scrypt", P, scrypt_of(P, **rest), f"{rest}")
    for rounds in [1, 64000, 600000]:
        file.good("discourse", P, discourse_of(P, rounds), f"{rounds} rounds")
    d = discourse_of(P)
    file.row("discourse", P, d.replace("l=32$", "l=32$$"), "match", "joined with a dollar sign more")
    file.row("discourse", P, discourse_of(P).replace("0e5c2e6979a727e62ea86dcbe438783e", "0E5C2E6979A727E62EA86DCBE438783E"), "mismatch", "the salt's letter case counts")
    hexed = pbkdf2("sha256", P, bytes.fromhex("0e5c2e6979a727e62ea86dcbe438783e"), 10, 32).hex()
    file.row("discourse", P, d[:-64] + hexed, "mismatch", "the salt is no hex digits")
    file.good("seafile", P, seafile_of(P, 10000), "Seafile's rounds")
    file.good("seafile", P, seafile_of(P, salt=b"x"), "a short salt")
    s = seafile_of(P)
    file.row("seafile", P, s[:18] + s[18:].upper(), "match", "capital digits")
    file.row("seafile", P, s.replace("$10$", "$11$"), "mismatch", "other rounds")

    def bad(format, stored, note, expect="unsupported"):
        file.row(format, P, stored, expect, note)

    k = passlib_of(P, "sha256", 10, b"0123456789abcdef")
    for stored, note in [
        ("", "empty"), ("$pbkdf2-sha256$", "nothing behind"), (k[:-1], "a digit short"), (k + "A", "a digit more"), (k + "$", "a field more"),
        (k.replace("$10$", "$0$"), "no rounds"), (k.replace("$10$", "$010$"), "a zero before"), (k.replace("$10$", "$-1$"), "a sign"),
        (k.replace("$10$", "$$"), "nothing for rounds"), (k.replace("$10$", "$4294967296$"), "rounds of 33 bits"),
        (k.replace("sha256", "sha384"), "an unknown digest"), (k.replace("pbkdf2-sha256", "PBKDF2-SHA256"), "capitals"), (k[1:], "no dollar sign"),
        (k.replace("sha256", "sha512"), "a digest of another length"), (k + "=", "padding"), (k[:40] + "+" + k[41:], "another base64"),
        (k[:40] + "\0" + k[41:], "a NUL"), (d, "Discourse's"), (" " + k, "a space before"),
    ]:
        bad("passlib-pbkdf2", stored, note)
    bad("passlib-pbkdf2", k.replace("$10$", "$4000001$"), "over the limit", "too-costly")
    bad("passlib-pbkdf2", k.replace("$10$", "$4294967295$"), "over the limit", "too-costly")
    c = scrypt_of(P)
    salt, digest = c.split("$")[3:]
    for stored, note in [
        ("", "empty"), ("$scrypt$", "nothing behind"), (c + "$", "a field more"), (c + "=", "padding"), (c.replace("ln=4", "ln=0"), "N is 1"),
        (c.replace("ln=4", "ln=04"), "a zero before"), (c.replace("ln=4", "n=4"), "another name"), (c.replace("r=8", "r=0"), "no blocks"),
        (c.replace("p=1", "p=0"), "no lanes"), (c.replace("p=1", "p=1,x=1"), "a field more"), (c.replace(",p=1", ""), "no lanes at all"),
        (c.replace("r=8", "r=4294967295").replace("p=1", "p=4294967295"), "a product of 64 bits"), (c.replace("ln=4", "ln=41"), "N of 42 bits"),
        (c.replace("ln=4", "ln=4294967295"), "N beyond all"), (c.replace("ln=4,r=8", "r=8,ln=4"), "another order"),
        (c.replace(digest, "AAAA"), "a digest of three bytes"), (c.replace(digest, "A" * 88), "a digest of 66 bytes"),
        (c.replace(salt, "A" * 88), "a salt of 66 bytes"), (c[:-1] + "f", "unused bits"), (c[:20] + "\0" + c[21:], "a NUL"), ("$7$C6..../....SodiumChloride$", "another spelling"),
    ]:
        bad("scrypt", stored, note)
    for old, new in [("ln=4", "ln=19"), ("ln=4", "ln=40"), ("ln=4,r=8,p=1", "ln=18,r=8,p=3"), ("ln=4,r=8,p=1", "ln=10,r=8,p=600"), ("r=8", "r=1073741823")]:
        bad("scrypt", c.replace(old, new), f"{new}: over the limit", "too-costly")
    for stored, note in [
        ("", "empty"), (d[:-1], "a digit short"), (d + "0", "a digit more"), (d + "$", "a field more"), (d.replace("i=10", "i=0"), "no rounds"),
        (d.replace("i=10", "10"), "no name"), (d.replace("l=32", "l=64"), "another length"), (d.replace(",l=32", ""), "no length"), (d.replace(",l=32", ",l=32,x"), "a field more"),
        (d.replace("0e5c2e6979a727e62ea86dcbe438783e", ""), "no salt"), (d.replace("sha256", "sha512"), "another digest"), (d[-64:], "the digest alone"), (k, "passlib's"),
    ]:
        bad("discourse", stored, note)
    bad("discourse", d.replace("i=10", "i=4000001"), "over the limit", "too-costly")
    for stored, note in [
        ("", "empty"), (s[:-1], "a digit short"), (s + "0", "a digit more"), (s + "$", "a field more"), (s.replace("$10$", "$0$"), "no rounds"), (s.replace("$10$", "$ 10$"), "a space"),
        (s.replace("PBKDF2SHA256", "PBKDF2SHA1"), "another digest"), (s.replace("PBKDF2", "pbkdf2"), "small letters"), (s[:20] + "g" + s[21:], "no digit"), (s.replace("$0001", "$001"), "an odd salt"),
    ]:
        bad("seafile", stored, note)
    bad("seafile", s.replace("$10$", "$4000001$"), "over the limit", "too-costly")
    file.write()


def django_pbkdf2(password, name="sha256", rounds=10, salt="vut9inh2pqqbQ15"):
    length = {"sha1": 20, "sha256": 32}[name]
    stored = f"pbkdf2_{name}${rounds}${salt}${b64(pbkdf2(name, password, salt, rounds, length))}"
    if "\0" not in password:
        handler = getattr(known, f"django_pbkdf2_{name}")
        assert handler.using(rounds=rounds, salt=salt).hash(password) == stored
    return stored


def django_scrypt(password, n=16, r=8, p=1, salt="vfb68f7xJmvmLXVDOTsX2g"):
    return f"scrypt${n}${salt}${r}${p}${b64(scrypt_raw(password, salt, n, r, p, 64))}"


def mediawiki_pbkdf2(password, name="sha512", rounds=10, length=64, salt=b"16 bytes of salt"):
    return f":pbkdf2:{name}:{rounds}:{length}:{b64(salt)}:{b64(pbkdf2(name, password, salt, rounds, length))}"


def layered(password, old=None, name="sha512", rounds=10, length=64, salt=b"16 bytes of salt"):
    inner = md5(password)
    if old is not None:
        inner = md5(f"{old}-{inner}")
    raw = pbkdf2(name, inner, salt, rounds, length)
    letter = "A" if old is None else "B"
    return f":pbkdf2-legacy{letter}:!{name}:{rounds}:{length}!{old or ''}!{b64(salt)}!{b64(raw)}"


def write_typed():
    """Django and MediaWiki."""
    file = File("typed")
    for password, note in [*passwords(), *((p, "a NUL counts") for p in NULS)]:
        file.good("django", password, django_pbkdf2(password), note)
        file.good("django", password, django_pbkdf2(password, "sha1"), note)
        file.good("django", password, django_scrypt(password), note)
        file.good("django", password, "argon2" + argon2_of(password), note)
        inner = agree(sha256(password), "hash('sha256', $a[0])", password)
        file.good("django", password, "bcrypt_sha256$" + bcrypt_of(inner, f"$2b$04${SALT}"), note)
        file.good("django", password, f"md5$Sa1t${md5('Sa1t' + password)}", note)
        file.good("django", password, f"sha1$Sa1t${sha1('Sa1t' + password)}", note)
        file.good("django", password, f"sha1$${sha1(password)}", note)
        file.good("django", password, f"md5$${md5(password)}", note)
        file.good("django", password, md5(password), note)
        if "\0" not in password:
            file.good("django", password, "bcrypt$" + bcrypt_of(password, f"$2b$04${SALT}"), note)
            file.good("django", password, "crypt$$" + des_of(password, "ab"), note)
    file.good("django", P, django_pbkdf2(P, rounds=1000000), "Django 5.2")
    file.good("django", P, django_pbkdf2(P, rounds=10000), "Django 1.4")
    file.good("django", P, django_pbkdf2(P, "sha1", 20000), "PBKDF2 with SHA-1")
    file.good("django", P, django_scrypt(P, 16384, 8, 5), "Django 5.2")
    file.good("django", P, "argon2" + argon2_of(P, m=102400, t=2, p=8), "Django 5.2")
    file.good("django", P, "crypt$ab$" + des_of(P, "ab"), "the first Django")
    file.good("django", P, "crypt$$" + sha_crypt_of("6", P, "salt"), "crypt(3) of today")
    for password in ["", "!", P]:
        file.row("django", password, "!", "mismatch", "nobody's password")
        file.row("django", password, "!jYvh5zQ0YduJPaMEk2A3U0j9cGsgNnTrEA5LsS1y", "mismatch", "nobody's password")
    for password, note in [*passwords(), *((p, "a NUL counts") for p in NULS)]:
        file.good("mediawiki", password, f":A:{md5(password)}", note)
        file.good("mediawiki", password, f":B:332fe026:{md5('332fe026-' + md5(password))}", note)
        file.good("mediawiki", password, mediawiki_pbkdf2(password), note)
        file.good("mediawiki", password, layered(password), note)
        file.good("mediawiki", password, layered(password, "332fe026"), note)
        file.good("mediawiki", password, ":argon2:" + argon2_of(password), note)
        if "\0" not in password:
            stored = bcrypt_of(password, f"$2y$04${SALT}")
            file.good("mediawiki", password, f":bcrypt:4${stored[7:29]}${stored[29:]}", note)
    for name in ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"]:
        for length in [16, 64, 128]:
            file.good("mediawiki", P, mediawiki_pbkdf2(P, name, 10, length), f"{name}, {length} bytes")
    for name, length in [("whirlpool", 64), ("ripemd160", 20)]:
        raw = phrase(f"hash_pbkdf2('{name}', $a[0], $a[1], 10, {length}, true)", P, "16 bytes of salt")
        file.good("mediawiki", P, f":pbkdf2:{name}:10:{length}:{b64(b'16 bytes of salt')}:{b64(raw)}", f"{name}, by PHP alone")
    file.good("mediawiki", P, mediawiki_pbkdf2(P, "sha512", 30000), "MediaWiki's rounds")
    file.good("mediawiki", P, mediawiki_pbkdf2(P, "sha256", 10000, 128), "MediaWiki 1.24")
    file.good("mediawiki", P, layered(P, "42", "sha256", 10000, 128), "MediaWiki 1.24")
    file.good("mediawiki", P, f":B::{md5('-' + md5(P))}", "an empty salt")
    stored = bcrypt_of(P, f"$2y$10${SALT}")
    file.good("mediawiki", P, f":bcrypt:10${stored[7:29]}${stored[29:]}", "cost 10")
    file.row("mediawiki", P, f":A:{md5(P).upper()}", "match", "capital digits")
    file.row("mediawiki", md5(P), layered(P), "mismatch", "the old hash is no password")

    def bad(format, stored, note, expect="unsupported"):
        file.row(format, P, stored, expect, note)

    d, c = django_pbkdf2(P), django_scrypt(P)
    for stored, note in [
        ("", "empty"), (d[:-1], "no padding"), (d[1:], "a letter short"), (d + "$", "a field more"), (d + "=", "padding more"), (d.replace("$10$", "$0$"), "no rounds"),
        (d.replace("$10$", "$+10$"), "a sign"), (d.replace("vut9inh2pqqbQ15", ""), "no salt"), (d.replace("sha256", "sha512"), "an unknown algorithm"),
        (d.replace("sha256", "sha1"), "another length"), ("pbkdf2_sha256$", "nothing behind"), ("bcrypt$", "nothing behind"), ("bcrypt_sha256$x", "no bcrypt"),
        ("argon2$argon2x$v=19$", "no Argon2"), ("argon2$" + argon2_of(P), "a dollar sign more"), ("bcrypt" + bcrypt_of(P, f"$2b$04${SALT}"), "a dollar sign short"),
        ("md5$a$" + md5(P)[:-1], "a digit short"), ("md5$" + md5(P), "no salt field"), ("sha1$a$" + md5(P), "another length"), ("md5$a$b$" + md5(P), "a field more"),
        ("crypt$$", "nothing behind"), ("crypt$" + des_of(P, "ab"), "a dollar sign short"), (c.replace("$16$", "$15$"), "N is no power of two"), (c.replace("$16$", "$1$"), "N is 1"),
        (c.replace("$8$1$", "$0$1$"), "no blocks"), (c.replace("$8$1$", "$8$0$"), "no lanes"), (c[:-4], "three bytes short"), ("!x", "another mark"), ("!" + "x" * 41, "a long mark"),
        (md5(P)[:-1], "31 digits"), (sha1(P), "40 digits"), ("SHA1$$" + sha1(P), "capitals"),
    ]:
        bad("django", stored, note)
    bad("django", d.replace("$10$", "$4000001$"), "over the limit", "too-costly")
    bad("django", c.replace("$16$", "$1048576$"), "over the limit", "too-costly")
    bad("django", "bcrypt$" + bcrypt_of(P, f"$2b$04${SALT}").replace("$04$", "$16$"), "over the limit", "too-costly")
    bad("django", "argon2" + argon2_of(P).replace("m=64", "m=262145"), "over the limit", "too-costly")
    w, l = mediawiki_pbkdf2(P), layered(P, "332fe026")
    bc = bcrypt_of(P, f"$2y$04${SALT}")
    for stored, note in [
        ("", "empty"), (":", "a colon"), (md5(P), "no type"), (":A:" + md5(P)[:-1], "a digit short"), (":a:" + md5(P), "a small letter"), (":C:" + md5(P), "an unknown type"),
        (":A:x:" + md5(P), "a salt too many"), (":B:" + md5(P), "no salt field"), (w[1:], "no colon"), (w[:-1], "padding short"), (w + ":", "a field more"),
        (w.replace("sha512", "haval128,4"), "an unknown digest"), (w.replace("sha512", "crc32"), "no digest that can be keyed"), (w.replace(":10:", ":0:"), "no rounds"), (w.replace(":64:", ":32:"), "another length"), (w.replace(":64:", ":064:"), "a zero before"),
        (w.replace("sha512:", ""), "a field short"), (mediawiki_pbkdf2(P, length=8), "8 bytes"), (l.replace("!332fe026", ""), "a field short"), (l + "!", "a field more"),
        (l.replace(":!", ":x!"), "parameters of the inner layer"), (l.replace("legacyB", "legacyA"), "a salt too many"), (l.replace("legacyB", "legacyC"), "an unknown layer"), (":argon2:x", "no Argon2"),
        (f":bcrypt:04${bc[7:29]}${bc[29:]}", "a zero before"), (f":bcrypt:4${bc[7:]}", "no dollar sign"), (f":bcrypt:3${bc[7:29]}${bc[29:]}", "cost 3"), (f":bcrypt:32${bc[7:29]}${bc[29:]}", "cost 32"),
        (f":bcrypt:4${bc[7:30]}${bc[30:]}", "a salt of 23"),
    ]:
        bad("mediawiki", stored, note)
    bad("mediawiki", w.replace(":10:", ":4000001:"), "over the limit", "too-costly")
    wide = mediawiki_pbkdf2(P, "sha256", 10, 128).replace(":10:", ":1000001:")
    bad("mediawiki", wide, "over the limit in four blocks", "too-costly")
    bad("mediawiki", l.replace(":10:", ":4000001:"), "over the limit", "too-costly")
    bad("mediawiki", f":bcrypt:16${bc[7:29]}${bc[29:]}", "over the limit", "too-costly")
    file.write()


def ldap_of(tag, password, salt=b""):
    name = {"SHA": "sha1", "MD5": "md5"}.get(tag.removeprefix("S") if tag not in ("SHA", "SHA256", "SHA384", "SHA512") else tag, None)
    if name is None:
        name = "sha" + tag[-3:]
    raw = hashlib.new(name, as_bytes(password) + salt).digest()
    agree(raw, f"hash('{name}', $a[0] . $a[1], true)", password, salt)
    return f"{{{tag}}}" + b64(raw + salt)


def ldap_389(password, rounds=10, salt=bytes(range(64))):
    raw = pbkdf2("sha256", password, salt, rounds, 256)
    return "{PBKDF2_SHA256}" + b64(rounds.to_bytes(4, "big") + salt + raw)


def write_ldap():
    file = File("ldap")
    plain, salted = ["MD5", "SHA", "SHA256", "SHA384", "SHA512"], ["SMD5", "SSHA", "SSHA256", "SSHA384", "SSHA512"]
    for password, note in [*passwords(), *((p, "a NUL counts") for p in NULS)]:
        for tag in plain:
            file.good("ldap", password, ldap_of(tag, password), note)
        for tag in salted:
            file.good("ldap", password, ldap_of(tag, password, b"\xff\0salt"), note)
        file.good("ldap", password, "{ARGON2}" + argon2_of(password), note)
    assert known.ldap_md5.hash(P) == ldap_of("MD5", P) and known.ldap_sha1.hash(P) == ldap_of("SHA", P)
    assert known.ldap_salted_sha1.using(salt=b"salt").hash(P) == ldap_of("SSHA", P, b"salt")
    assert known.ldap_salted_md5.using(salt=b"salt").hash(P) == ldap_of("SMD5", P, b"salt")
    assert known.ldap_salted_sha256.using(salt=b"salt").hash(P) == ldap_of("SSHA256", P, b"salt")
    assert known.ldap_salted_sha512.using(salt=b"salt").hash(P) == ldap_of("SSHA512", P, b"salt")
    for tag in salted:
        for salt in [b"x", bytes(range(16)), bytes(range(64))]:
            file.good("ldap", P, ldap_of(tag, P, salt), f"salt of {len(salt)}")
    for name, tags in [("sha1", ["PBKDF2", "PBKDF2-SHA1"]), ("sha256", ["PBKDF2-SHA256"]), ("sha512", ["PBKDF2-SHA512"])]:
        for password, note in few():
            inner = passlib_of(password, name, 10, b"0123456789abcdef").split("$", 2)[2]
            for tag in tags:
                file.good("ldap", password, f"{{{tag}}}{inner}", note)
        if name != "sha1":
            assert getattr(known, f"ldap_pbkdf2_{name}").using(rounds=10, salt=b"0123456789abcdef").hash(P) == \
                f"{{PBKDF2-{name.upper()}}}" + passlib_of(P, name, 10, b"0123456789abcdef").split("$", 2)[2]
    for password, note in few():
        file.good("ldap", password, ldap_389(password), f"389 Directory Server; {note}")
        for inner in [des_of(password, "ab"), ext_des_of(password, 25, "abcd"), md5_crypt_of(password, "salt"),
                      bcrypt_of(password, f"$2y$04${SALT}"), sha_crypt_of("5", password, "salt", 1000), sha_crypt_of("6", password, "salt", 1000)]:
            tag = "{CRYPT}" if len(inner) % 2 else "{crypt}"
            file.good("ldap", password, tag + inner, note)
        if password:
            for tag in ["{PLAIN}", "{CLEARTEXT}", "{cleartext}"]:
                file.good("ldap-plain", password, tag + password, note)
    s = ldap_of("SSHA", P, b"salt")
    file.row("ldap", P, s.replace("SSHA", "ssha"), "match", "small letters")
    file.row("ldap", P, s.replace("SSHA", "sShA"), "match", "both")
    file.row("ldap-plain", P, "{PLAIN}" + P.upper(), "mismatch", "letter case")
    file.row("ldap-plain", "{PLAIN}" + P, "{PLAIN}" + P, "mismatch", "its mark is no part of it")
    file.row("ldap-plain", P, "{PLAIN}", "unsupported", "nothing stored is no password")
    file.row("ldap-plain", P, P, "unsupported", "clear text without a mark")
    file.row("ldap-plain", P, "{SSHA}" + P, "unsupported", "another mark")
    file.row("ldap", P, "{PLAIN}" + P, "unsupported", "clear text is a format of its own")

    def bad(stored, note, expect="unsupported"):
        file.row("ldap", P, stored, expect, note)

    m = ldap_of("MD5", P)
    n = ldap_389(P)
    for stored, note in [
        ("", "empty"), ("{", "a brace"), ("{SSHA}", "nothing behind"), (s[1:], "no brace"), (s.replace("}", ""), "no end of the mark"), (s[:-1], "padding short"), (s + "=", "padding more"),
        (s + "\n", "a line end"), (s.replace("SSHA", "SSHB"), "an unknown mark"), (s.replace("SSHA", "SHA"), "a salt too many"), (m.replace("MD5", "SMD5"), "no salt"), (m.replace("MD5", "SHA"), "a short digest"),
        (ldap_of("SSHA", P, bytes(65)), "a salt of 65"), (s.replace("{SSHA}", "{SSHA} "), "a space"), (s[:12] + "-" + s[13:], "another base64"), (s[:12] + "\0" + s[13:], "a NUL"), ("{MD5}" + md5(P), "hex digits"),
        ("{CRYPT}", "nothing behind"), ("{CRYPT}" + md5(P), "no crypt"), ("{CRYPT}{CRYPT}" + des_of(P, "ab"), "twice"), ("{ARGON2}x", "no Argon2"), ("{PBKDF2}x", "no PBKDF2"), ("{PBKDF2}0$AAAA$" + "A" * 27, "no rounds"),
        ("{PBKDF2}1$AAAA$" + "A" * 24, "a short digest"), (n[:-4], "three bytes short"), ("{PBKDF2_SHA256}" + b64(bytes(324)), "no rounds"), ("{PBKDF2_SHA256}AAAA", "three bytes"), ("{SASL}alice@example.org", "no hash"),
    ]:
        bad(stored, note)
    bad("{PBKDF2}4000001$AAAA$" + "A" * 26 + "A", "over the limit", "too-costly")
    bad("{PBKDF2_SHA256}" + b64((500001).to_bytes(4, "big") + bytes(320)), "over the limit in eight blocks", "too-costly")
    bad("{CRYPT}" + bcrypt_of(P, f"$2y$04${SALT}").replace("$04$", "$16$"), "over the limit", "too-costly")
    bad("{CRYPT}" + sha_crypt_of("6", P, "salt", 1000).replace("=1000$", "=1000001$"), "over the limit", "too-costly")
    file.write()


def wcf1(password, salt):
    inner = agree(sha1(salt + sha1(password)), "sha1($a[1] . sha1($a[0]))", password, salt)
    return sha1(salt + inner)


def wcf1e(options, password, salt):
    method, salting, place, first = options
    e = {"c": lambda x: str(zlib.crc32(as_bytes(x))), "m": md5, "s": sha1}[method]
    function = {"c": "crc32", "m": "md5", "s": "sha1"}[method]
    assert phrase(f"(string) {function}($a[0])", password) == e(password).encode()
    if salting == "1":
        inner = e(password) if first == "1" else password
        inner = e(inner + salt if place == "a" else salt + inner)
    else:
        inner = e(password)
    return e(salt + inner)


def write_woltlab():
    file = File("woltlab")
    salt = "0123456789abcdef0123456789abcdef01234567"
    for password, note in [*passwords(), *((p, "a NUL counts") for p in NULS)]:
        file.good("woltlab", password, f"wcf1:{wcf1(password, salt)}:{salt}", note)
        file.good("woltlab", password, f"vb3:{md5(md5(password) + 'aQ!')}:aQ!", note)
        if "\0" not in password:
            file.good("woltlab", password, "Bcrypt:" + bcrypt_of(password, f"$2y$04${SALT}"), note)
            file.good("woltlab", password, "wcf2:" + double_of(password, f"$2a$04${SALT}"), note)
    for password, note in [*few(), ("abc\0def", "a NUL counts")]:
        m, s = md5(password), "a:Q!"
        rows = [
            f"wbb2:{m}", f"wbb2:{m}:", f"wbb2:{sha1(password)}", f"WBB2:{sha1(password)}:x",
            *(f"{kind}:{md5(m + s)}:{s}" for kind in ["vb3", "vb4", "vb5", "ipb2", "Vb5", "IPB2"]),
            *(f"{kind}:{md5(md5(s) + m)}:{s}" for kind in ["ipb3", "mybb1", "Mybb1"]),
            *(f"{kind}:{md5(password + s)}:{s}" for kind in ["joomla1", "joomla2", "joomla3"]),
            f"joomla3:{m}:", f"phpfox3:{md5(m + md5(s))}:{s}",
            f"xf1:{sha1(sha1(password) + s)}:{s}", f"xf1:{sha256(sha256(password) + s)}:{s}",
            f"smf1:{sha1('élodie' + password)}:élodie", f"smf2:{sha1('élodie' + password)}:élodie",
            f"phpbb3:{m}", f"phpass:{m}:", f"vb5bcrypt:{bcrypt_of(m, f'$2y$04${SALT}')}", f"vb5argon2:{argon2_of(m)}",
            f"argon2:{argon2_of(password)}", f"Argon2:{argon2_of(password, 'argon2i')}", f"drupal8:{drupal_of(password, 7, 'abcdefgh')}",
        ]
        if "\0" not in password:
            rows += [
                f"phpbb3:{phpass_of(password, 'H', 8, 'abcdefgh')}:", f"phpbb3:{phpass_of(password, 'P', 8, 'abcdefgh')}:salt",
                f"phpass:{phpass_of(password, 'P', 8, 'abcdefgh')}", f"phpbb3:{combined_of(password)}", f"phpbb3:{combined_of(password)}:",
                f"xf12:{bcrypt_of(password, f'$2a$04${SALT}')}", f"DoubleBcrypt:{double_of(password, f'$2a$04${SALT}')}",
                f"cryptMD5:{md5_crypt_of(password, 'salt')}", f"bcrypt:{bcrypt_of(password, f'$2y$04${SALT}')}:",
            ]
        for stored in rows:
            file.good("woltlab", password, stored, f"{stored.split(':')[0]}, {note}")
        stored = f"smf2:{sha1('élodie' + password)}"
        file.good("woltlab", password, stored, f"smf2 with the name, {note}", username="ÉLODIE")
        for options in [a + b + c + d for a in "ms" for b in "01" for c in "ab" for d in "01"]:
            stored = f"wcf1e{options}:{wcf1e(options, password, salt)}:{salt}"
            file.good("woltlab", password, stored, f"wcf1e{options}, {note}")
        for options in ["c1a1", "c0b0"]:
            stored = f"wcf1e{options}:{wcf1e(options, password, salt)}:{salt}"
            file.good("woltlab", password, stored, f"wcf1e{options}, {note}")
        for name, length in [("sha256", 32), ("sha512", 64), ("sha1", 20)]:
            raw = pbkdf2(name, password, salt, 10, length).hex()
            file.good("woltlab", password, f"Pbkdf2:{raw}:{salt}:{name}:10:{length}", f"bytes counted, {note}")
            php_digits = phrase(f"hash_pbkdf2('{name}', $a[0], $a[1], 10, 32)", password, salt).decode()
            file.good("woltlab", password, f"pbkdf2:{php_digits}:{salt}:{name}:10:32", f"PHP's digits counted, {note}")
    file.good("woltlab", P, "Bcrypt:" + bcrypt_of(P, f"$2y$12${SALT}"), "WoltLab's cost")
    for password in ["", P]:
        file.row("woltlab", password, "invalid:", "mismatch", "nobody's password")
    file.row("woltlab", P, "Bcrypt:" + double_of(P, f"$2a$04${SALT}"), "mismatch", "twice")
    file.row("woltlab", P, "wcf2:" + bcrypt_of(P, f"$2a$04${SALT}"), "mismatch", "once")
    file.row("woltlab", P, f"vb3:{md5(md5(P) + 'aQ!')}:aq!", "mismatch", "the salt's letter case counts")
    file.row("woltlab", P, f"smf2:{sha1('alice' + P)}", "mismatch", "another name", username="bob")
    w = f"wcf1:{wcf1(P, salt)}:{salt}"
    b = bcrypt_of(P, f"$2y$04${SALT}")
    k = f"Pbkdf2:{pbkdf2('sha256', P, salt, 10, 32).hex()}:{salt}:sha256:10:32"
    for stored, note in [
        ("", "empty"), (":", "a colon"), ("Bcrypt:", "nothing behind"), (b, "no type"), ("Bcrypt" + b, "no colon"), ("Bcrypt:" + b[:-1], "a digit short"), ("Bcrypt:x" + b, "a letter more"),
        (w[5:], "no type"), (w.replace("wcf1:", "wcf3:"), "an unknown type"), (w.replace("wcf1:", "wcf1:0"), "a digit more"), (w.replace("wcf1:", "vb3:"), "digits of another type"), ("wcf1::" + salt, "no digest"),
        (w.replace("wcf1:", "wcf1e:"), "no letters"), (w.replace("wcf1:", "wcf1es1a2:"), "an unknown letter"), (w.replace("wcf1:", "wcf1ex1a1:"), "an unknown letter"), (w.replace("wcf1:", "wcf1es1c1:"), "an unknown letter"), (w.replace("wcf1:", "wcf1em1a1:"), "digits of another method"),
        ("wcf1ec1a1:4294967296:x", "a sum of 33 bits"), ("wcf1ec1a1:01:x", "a zero before"), (" Bcrypt:" + b, "a space before"), ("phpbb3:$H$x", "no phpass"), ("phpass:" + combined_of(P), "phpBB's type alone has these"), ("drupal8:" + b, "no hash of Drupal"),
        (k + ":", "a field more"), (k[:-3], "a field short"), (k.replace(":32", ":33"), "another length"), (k.replace(":10:", ":0:"), "no rounds"), (k.replace("sha256", "crc32"), "an unknown digest"), (k.replace(salt, ""), "no salt"),
        ("argon2:x", "no Argon2"), ("cryptMD5:" + b, "no md5-crypt"), (P, "clear text"), ("vb3:" + md5(P)[:-1] + "g:x", "no digit"),
    ]:
        file.row("woltlab", P, stored, "unsupported", note)
    file.row("woltlab", P, "Bcrypt:" + b.replace("$04$", "$16$"), "too-costly", "over the limit")
    file.row("woltlab", P, "wcf2:" + b.replace("$04$", "$16$"), "too-costly", "over the limit")
    file.row("woltlab", P, k.replace(":10:", ":4000001:"), "too-costly", "over the limit")
    file.write()


def write_malformed():
    file = File("malformed-named")

    def bad(format, stored, note, expect="unsupported"):
        file.row(format, P, stored, expect, note)

    e = ext_des_of(P, 725, "abcd")
    for stored, note in [
        ("", "empty"), (e[:-1], "a digit short"), (e + ".", "a digit more"), (e[1:], "no mark"), ("_" + "...." + e[5:], "no rounds"), (e[:-1] + "/", "unused bits"), (e[:6] + "$" + e[7:], "no digit"),
        (e[:6] + "\0" + e[7:], "a NUL"), ("-" + e[1:], "another mark"), ("_" * 20, "underscores"), (des_of(P, "ab"), "traditional"),
    ]:
        bad("ext-des-crypt", stored, note)
    bad("ext-des-crypt", "_zzzz" + e[5:], "16,777,215 rounds", "too-costly")
    bad("ext-des-crypt", "_/..2" + e[5:], "1,048,577 rounds", "too-costly")
    for format, c in [("md5-crypt", md5_crypt_of(P, "abcdefgh")), ("apr1", apr1_of(P, "abcdefgh"))]:
        magic, salt, digest = c[:c.index("abc")], "abcdefgh", c[-22:]
        for stored, note in [
            ("", "empty"), (c[:-1], "a digit short"), (c + ".", "a digit more"), (c + "$", "a field more"), (magic, "nothing behind"), (magic + salt, "no digest"), (magic + salt + "i$" + digest, "a salt of nine"),
            (c[:-1] + "4", "unused bits"), (c[:-2] + "+" + c[-1], "no digit"), (magic + "a:b$" + digest, "a colon in the salt"), (magic + "a\nb$" + digest, "a line end in the salt"), (magic + "a\0b$" + digest, "a NUL in the salt"),
            (c.replace(magic, "$2$"), "another mark"), (c.replace(magic, magic.upper() + "x"), "another mark"), (c[1:], "no dollar sign"), (" " + c, "a space before"), ("$1$" + c if format == "apr1" else "$apr1$" + c, "two marks"),
        ]:
            bad(format, stored, note)
    bad("md5-crypt", apr1_of(P, "abcdefgh"), "Apache's")
    bad("apr1", md5_crypt_of(P, "abcdefgh"), "FreeBSD's")
    for kind, format in [("5", "sha256-crypt"), ("6", "sha512-crypt")]:
        c = sha_crypt_of(kind, P, "saltsalt", 1000)
        digest = c.split("$")[-1]
        for stored, note in [
            ("", "empty"), (c[:-1], "a digit short"), (c + ".", "a digit more"), (c.replace("=1000$", "=999$"), "999 rounds"), (c.replace("=1000$", "=0$"), "no rounds"), (c.replace("=1000$", "=01000$"), "a zero before"),
            (c.replace("=1000$", "=+1000$"), "a sign"), (c.replace("=1000$", "=$"), "nothing for rounds"), (c.replace("=1000$", "=99999999999$"), "rounds of 37 bits"), (c.replace("rounds", "Rounds"), "a capital letter"),
            (c.replace("saltsalt", "s" * 17), "a salt of 17"), (c[:-1] + "z", "unused bits"), (c[:-3] + "+" + c[-2:], "no digit"), (c.replace(f"${kind}$", f"${11 - int(kind)}$"), "the other one's mark"), (c + "$", "a field more"),
            (f"${kind}$" + digest, "no salt field"), (c.replace("saltsalt", "salt:alt"), "a colon in the salt"), (c[:-2] + "\0" + c[-1], "a NUL"), (c[:30], "cut short"),
        ]:
            bad(format, stored, note)
        bad(format, c.replace("=1000$", "=1000001$"), "over the limit", "too-costly")
        bad(format, c.replace("=1000$", "=999999999$"), "over the limit", "too-costly")
    d = drupal_of(P, 7, "abcdefgh")
    for stored, note in [
        ("", "empty"), (d[:-1], "a digit short"), (d + ".", "a digit more"), ("$S$4" + d[4:], "2^6 rounds"), ("$S$T" + d[4:], "2^31 rounds"), ("$s$" + d[3:], "a small letter"), (d[:20] + "+" + d[21:], "no digit"),
        ("U" + md5(P), "MD5"), ("UU" + d, "two marks"), ("u" + d, "a small letter"), (d[:6] + "\0" + d[7:], "a NUL"), ("$P$" + d[3:], "phpass' mark"),
    ]:
        bad("drupal7", stored, note)
    bad("drupal7", "$S$J" + d[4:], "2^21 rounds", "too-costly")
    bad("drupal7", "U$S$S" + d[4:], "2^30 rounds", "too-costly")
    w = wp_of(P)
    for stored, note in [("", "empty"), ("$wp", "nothing behind"), (w[:-1], "a digit short"), (w[3:], "bcrypt"), ("$WP" + w[3:], "capitals"), ("$wp$" + w[3:], "a dollar sign more"), ("$wp$P$" + "." * 31, "phpass")]:
        bad("wp-bcrypt", stored, note)
    bad("wp-bcrypt", w.replace("$04$", "$16$"), "over the limit", "too-costly")
    c = combined_of(P)
    for stored, note in [
        ("", "empty"), (c[:-1], "a digit short"), (c + ".", "a digit more"), (c.replace("\\2y$", "$2y$"), "no backslash"), (c.replace("$H\\", "$CP\\"), "a broken row"), (c.replace("\\2y$", "\\2b$"), "a variant phpBB has not"),
        (c.replace("\\2y$", "\\2y\\H$"), "three"), (c.replace("$04\\", "$4\\"), "cost of one digit"), (c.replace("$04\\", "$04$"), "a dollar sign inside"), (c.replace("$04\\", "$03\\"), "cost 3"), (c.replace("$6kP", "$4kP"), "2^6 rounds"),
        (c.replace("kP2x", "kP!x"), "no digit"), (c.replace("$H\\", "$S\\"), "another inner hash"), (phpass_of(P, "H", 8, "abcdefgh"), "phpass"), (bcrypt_of(P, f"$2y$04${SALT}"), "bcrypt"),
    ]:
        bad("phpbb3", stored, note)
    bad("phpbb3", c.replace("$04\\", "$16\\"), "over the limit", "too-costly")
    bad("phpbb3", c.replace("$6kP", "$JkP"), "2^21 rounds", "too-costly")
    b = double_of(P, f"$2a$04${SALT}")
    for stored, note in [("", "empty"), (b[:-1], "a digit short"), (b.replace("$2a$", "$2f$"), "unknown variant"), ("wcf2:" + b, "a type before")]:
        bad("wcf2", stored, note)
    bad("wcf2", b.replace("$04$", "$16$"), "over the limit", "too-costly")
    m, n = known.mysql41.hash(P), known.mysql323.hash(P)
    for stored, note in [("", "empty"), (m[1:], "no star"), (m[:-1], "a digit short"), (m + "0", "a digit more"), ("**" + m[2:], "two stars"), (m[:-1] + "G", "no digit"), ("*NO PASSWORD SET*", "Phorum's mark")]:
        bad("mysql41", stored, note)
    for stored, note in [("", "empty"), (n[:-1], "a digit short"), (n + "0", "a digit more"), ("8" + n[1:], "a bit too many"), (n[:8] + "f" + n[9:], "a bit too many"), (n[:-1] + "g", "no digit"), (md5(P), "32 digits")]:
        bad("mysql323", stored, note)
    for stored, note in [("", "empty"), (sha1(P)[:-1], "a digit short"), (sha1(P) + "0", "a digit more"), (sha1(P)[:-1] + "g", "no digit")]:
        bad("hesk", stored, note)
    file.write()


# (system, format) of the catalogue and what verifies its rows.
CATALOGUE = {
    ("drupal", "drupal-sha512"): "drupal7", ("drupal", "drupal-U-sha512"): "drupal7", ("dokuwiki", "drupal_sha512"): "drupal7",
    ("wordpress", "wp-bcrypt"): "wp-bcrypt",
    ("typo3", "md5crypt"): "md5-crypt", ("typo3", "pbkdf2-sha256"): "passlib-pbkdf2", ("typo3", "blowfish-class"): "bcrypt",
    ("moodle", "sha512crypt"): "sha512-crypt", ("contao", "sha512crypt"): "sha512-crypt",
    ("mantisbt", "sha512crypt-cut64"): "sha512-crypt-64", ("mantisbt", "md5crypt"): "md5-crypt", ("mantisbt", "des-crypt"): "des-crypt", ("tiki", "md5crypt"): "md5-crypt",
    ("vtiger", "MD5"): "md5-crypt", ("vtiger", "PHP5.3MD5"): "md5-crypt", ("vtiger", "des"): "des-crypt",
    ("geeklog", "alg2-sha256crypt"): "sha256-crypt", ("geeklog", "alg3-sha512crypt"): "sha512-crypt",
    ("dokuwiki", "smd5"): "md5-crypt", ("dokuwiki", "apr1"): "apr1", ("dokuwiki", "crypt"): "des-crypt",
    ("dokuwiki", "sha256"): "sha256-crypt", ("dokuwiki", "sha512"): "sha512-crypt", ("dokuwiki", "ssha"): "ldap",
    ("dokuwiki", "lsmd5"): "ldap", ("dokuwiki", "my411"): "mysql41", ("dokuwiki", "mysql"): "mysql323",
    ("dokuwiki", "mediawiki"): "mediawiki", ("dokuwiki", "woltlab"): "woltlab", ("dokuwiki", "seafilepbkdf2"): "seafile",
    ("dokuwiki", "pmd5"): "phpass", ("dokuwiki", "hmd5"): "phpass", ("dokuwiki", "argon2id"): "argon2",
    ("textpattern", "mysql41"): "mysql41", ("textpattern", "mysql41-lower"): "mysql41",
    ("egroupware", "crypt-blowfish"): "ldap", ("egroupware", "crypt-md5"): "ldap", ("egroupware", "crypt-sha512"): "ldap",
    ("egroupware", "md5-b64"): "ldap", ("egroupware", "sha"): "ldap", ("egroupware", "smd5"): "ldap", ("egroupware", "ssha"): "ldap",
    ("egroupware", "plain"): "ldap-plain",
    ("WoltLab", "double-bcrypt"): "wcf2", ("WoltLab", "Bcrypt:"): "woltlab", ("WoltLab", "Pbkdf2:"): "woltlab",
    ("WoltLab", "wcf1:"): "woltlab", ("WoltLab", "vb3:"): "woltlab", ("WoltLab", "wcf1em1a1:"): "woltlab", ("WoltLab", "invalid:"): "woltlab",
    ("phpBB", "combined-H-2y"): "phpbb3", ("phpBB", "broken-CP-2y"): "phpbb3",
    ("Discourse", "pbkdf2-sha256"): "discourse", ("Vanilla", "Django"): "django",
    ("Phorum", "crypt-des"): "des-crypt", ("osticket", "bcrypt-2a"): "bcrypt",
}


def write_catalogue(folder):
    file = File("catalogue")
    for name in ["vectors-cms.tsv", "vectors-forums.tsv"]:
        lines = (folder / name).read_text().split("\n")
        header = lines[0].split("\t")
        for line in filter(None, lines[1:]):
            cells = dict(zip(header, line.split("\t"), strict=True))
            system, kind = cells["system"], cells["format"]
            format = CATALOGUE.get((system, kind))
            if system in ("django", "magento2") and kind != "refuse":
                format = system
            if system == "mediawiki" and kind != "raw-md5-uid":
                format = system
            if system == "Flarum" and kind.startswith("old:"):
                format = "flarum-old"
            if format is None:
                continue
            stored, note, input = cells["stored"], cells["note"], "raw"
            if system == "wordpress":
                input = "trim+addslashes" if "addslashes" in note else "trim"
            if kind == "mysql41-lower":
                input = "lower"
            if system == "phpBB":
                input = "nfc+trim+html"
            if system == "Discourse":
                salt, algorithm = cells["salt"].split("|")
                stored = f"{algorithm}{salt}${stored}"
            expect = "match" if cells["accept"] == "yes" else "mismatch"
            if kind == "broken-CP-2y":
                expect = "unsupported"
            if kind == "combined-H-2y" and "md5(password)" in note:
                # The formula inside it is the description's.
                cells["password"] = md5(cells["password"])
            file.row(format, cells["password"], stored, expect, f"{system} {cells['version']}: {note}"[:90].strip(": "), input=input)
    file.write()


if __name__ == "__main__":
    write_crypt()
    write_cms()
    write_kdf()
    write_typed()
    write_ldap()
    write_woltlab()
    write_malformed()
    if len(sys.argv) > 1:
        write_catalogue(pathlib.Path(sys.argv[1]))
