#!/usr/bin/env python3
"""Writes the vectors beside it. Nothing here computes with this crate.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install passlib==1.7.4 bcrypt==5.0.0 argon2-cffi==25.1.0
    apt-get install php-cli          # PHP 8.2: crypt(), trim(), addslashes(), htmlspecialchars()
    /tmp/venv/bin/python generate.py

Where two tools can compute a value, they must agree, or nothing is written.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import subprocess
import unicodedata

import argon2.low_level as argon2
import bcrypt
from passlib.hash import des_crypt, phpass

HERE = pathlib.Path(__file__).parent
COLUMNS = "format input password salt username secret stored expect note".split()


def escape(value):
    """Text or bytes as one cell; None is `-`."""
    if value is None:
        return "-"
    if isinstance(value, str):
        value = value.encode()
    try:
        characters = [c if c.isprintable() else None for c in value.decode()]
        encoded = [c.encode() for c in value.decode()]
    except UnicodeDecodeError:
        encoded = [bytes([b]) for b in value]
        characters = [chr(b) if 0x20 <= b < 0x7F else None for b in value]
    names = {b"\0": "\\0", b"\t": "\\t", b"\n": "\\n", b"\r": "\\r", b"\\": "\\\\"}
    cell = "".join(
        names.get(raw) or character or "".join(f"\\x{b:02x}" for b in raw)
        for character, raw in zip(characters, encoded)
    )
    return "\\-" if cell == "-" else cell


class File:
    def __init__(self, name):
        self.path = HERE / f"{name}.tsv"
        self.rows = []

    def row(self, format, password, stored, expect, note, *, input="raw", salt=None,
            username=None, secret=None):
        self.rows.append([format, input, *map(escape, (password, salt, username, secret, stored)),
                          expect, note])

    def good(self, format, password, stored, note, **rest):
        """A right password, and a wrong one: the same with its first letter changed."""
        self.row(format, password, stored, "match", note, **rest)
        wrong = ("y" if password[:1] == "x" else "x") + password[1:]
        expect, remark = "mismatch", "first letter wrong"
        # The mistake of $2x$ drops letters before one above 0x7f, so PHP is asked.
        if stored[:4] == "$2x$" and wrong.isprintable():
            raw = wrong.encode("latin-1" if rest.get("input") == "cp1252" else "utf-8")
            if php("crypt", raw, stored.encode()) == stored.encode():
                expect, remark = "match", "its first letter does not count in $2x$"
        self.row(format, wrong, stored, expect, f"{note}; {remark}" if note else remark, **rest)

    def write(self):
        lines = ["\t".join(row) for row in [COLUMNS, *self.rows]]
        assert all(line.count("\t") == len(COLUMNS) - 1 for line in lines)
        self.path.write_text("\n".join(lines) + "\n")
        print(f"{self.path.name}: {len(self.rows)}")


def php(function, *arguments):
    """Calls a PHP function with byte strings."""
    program = (
        "$a = array_map(fn($x) => is_array($x) ? base64_decode($x[0]) : $x,"
        " json_decode(stream_get_contents(STDIN)));"
        f"echo base64_encode({function}(...$a));"
    )
    encoded = [[base64.b64encode(a).decode()] if isinstance(a, bytes) else a for a in arguments]
    run = subprocess.run(["php", "-r", program], input=json.dumps(encoded).encode(),
                         capture_output=True, check=True)
    return base64.b64decode(run.stdout)


def as_bytes(text):
    return text.encode() if isinstance(text, str) else text


def bcrypt_of(password, setting):
    """`setting` is `$2y$05$` and 22 digits."""
    password = as_bytes(password)
    stored = php("crypt", password, setting.encode()).decode()
    assert stored.startswith(setting[:28]) and len(stored) == 60, stored
    # The Python module knows no $2x$, and not what crypt_blowfish does about 0xff in $2a$.
    if len(password) <= 72 and b"\0" not in password and setting[2] in "by":
        assert bcrypt.hashpw(password, setting.encode()).decode() == stored
    return stored


def phpass_of(password, ident, log2, salt):
    stored = phpass.using(ident=f"${ident}$", rounds=log2, salt=salt).hash(password)
    assert len(stored) == 34
    return stored


def des_of(password, salt):
    stored = des_crypt.using(salt=salt).hash(password)
    assert php("crypt", as_bytes(password), salt.encode()).decode() == stored
    return stored


KINDS = {"argon2d": argon2.Type.D, "argon2i": argon2.Type.I, "argon2id": argon2.Type.ID}


def argon2_of(password, kind="argon2id", m=64, t=1, p=1, salt=b"fixedsaltfixed00", length=32,
              version=19):
    return argon2.hash_secret(as_bytes(password), salt, t, m, p, length, KINDS[kind],
                              version).decode()


def md5(data):
    return hashlib.md5(as_bytes(data)).hexdigest()


def sha1(data):
    return hashlib.sha1(as_bytes(data)).hexdigest()


def sha256(data):
    return hashlib.sha256(as_bytes(data)).hexdigest()


def of_length(length):
    return ("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ#!" * 3)[:length]


LENGTHS = [0, 1, 7, 8, 9, 63, 64, 65, 71, 72, 73, 127, 128, 129]
QUOTES = 'it\'s "A&B" <c>\\d'
FRENCH = "crème brûlée é1"
OTHERS = ["пароль-42", "密碼パスワード", "🔑🔑", QUOTES, FRENCH, unicodedata.normalize("NFD", FRENCH),
          " spaces ", "tab\there", "ÿÿÿÿ"]
SALT = "/OK.fbVrR/bpIqNJ5ianF."


def write_bcrypt():
    file = File("bcrypt")
    for letter in "abxy":
        for length in LENGTHS:
            password = of_length(length)
            note = f"{length} bytes"
            file.good("bcrypt", password, bcrypt_of(password, f"$2{letter}$04${SALT}"), note)
        for password in OTHERS:
            stored = bcrypt_of(password, f"$2{letter}$04${SALT}")
            file.good("bcrypt", password, stored, "other characters")
    for letter in "abxy":
        setting = f"$2{letter}$04${SALT}"
        stored = bcrypt_of(of_length(72), setting)
        file.row("bcrypt", of_length(73), stored, "match", "72 bytes are looked at")
        file.row("bcrypt", of_length(72) + "anything", stored, "match", "72 bytes are looked at")
        file.row("bcrypt", of_length(71), stored, "mismatch", "one byte short of 72")
        file.row("bcrypt", of_length(71) + "~", stored, "mismatch", "the 72nd byte wrong")
        split = of_length(71) + "é"
        file.row("bcrypt", of_length(71) + "è", bcrypt_of(split, setting), "match",
                 "a character of two bytes cut in two")
        stored = bcrypt_of("abc", setting)
        file.row("bcrypt", "abc\0def", stored, "mismatch", "NUL: PHP would stop reading there")
        file.row("bcrypt", "abc\0", stored, "mismatch", "NUL at the end")
        file.row("bcrypt", "\0", bcrypt_of("", setting), "mismatch", "NUL for an empty password")
        file.row("bcrypt", "abcabc", bcrypt_of("abc", setting), "mismatch",
                 "the key repeats with a NUL between")
    # The test program of crypt_blowfish 1.3 has these, in bytes; windows-1252 and iso-8859-15 can
    # write most of them.
    for text, letters in [("£", "axy"), ("ÿÿ£", "axy"), ("ÿ£345", "axy"), ("ÿ£34ÿÿÿ£345", "axy"),
                          ("1£345", "axyb"), ("ÿ£3", "axyb"), ("ÿ", "axyb"), ("ÿa", "axyb"),
                          ("aÿ", "axyb"), ("aaaÿ", "axyb"), ("ÿÿÿÿ", "axyb"), ("éèà", "axyb"),
                          ("éaaa", "axyb"), ("aéaa", "axyb"), ("a" * 71 + "ÿ", "axyb"),
                          ("ÿ" * 72, "axyb"), ("ÿ" * 80, "axyb")]:
        raw = text.encode("latin-1")
        for letter in letters:
            stored = bcrypt_of(raw, f"$2{letter}$05${SALT}")
            file.good("bcrypt", text, stored, "bytes above 0x7f", input="cp1252")
    # What the sign extension costs: other passwords with the same hash.
    stored = bcrypt_of(b"\xff\xa3345", f"$2x$05${SALT}")
    same = bcrypt_of(b"\xff\xa334\xff\xff\xff\xa3345", f"$2x$05${SALT}")
    assert stored == same
    file.row("bcrypt", "ÿ£34ÿÿÿ£345", stored, "match", "$2x$ cannot tell these apart",
             input="cp1252")
    stored = bcrypt_of(b"\xff\xa3345", f"$2y$05${SALT}")
    file.row("bcrypt", "ÿ£34ÿÿÿ£345", stored, "mismatch", "$2y$ can", input="cp1252")
    for letter in "xyab":
        other = {"x": "y", "y": "x", "a": "x", "b": "x"}[letter]
        stored = bcrypt_of("clé", f"$2{letter}$05${SALT}").replace(f"$2{letter}$", f"$2{other}$")
        file.row("bcrypt", "clé", stored, "mismatch", f"computed as $2{letter}$, marked $2{other}$")
    file.good("bcrypt", "correct horse 42", bcrypt_of("correct horse 42", f"$2y$10${SALT}"),
              "cost 10")
    file.good("bcrypt", "correct horse 42", bcrypt_of("correct horse 42", f"$2b$11${SALT}"),
              "cost 11")
    file.write()


def write_phpass():
    file = File("phpass")
    for length in LENGTHS:
        password = of_length(length)
        for ident in "PH":
            file.good("phpass", password, phpass_of(password, ident, 7, "Zr4.tY/1"),
                      f"{length} bytes")
    for password in OTHERS:
        file.good("phpass", password, phpass_of(password, "P", 8, "........"), "other characters")
    for log2 in [7, 8, 11, 13, 15]:
        file.good("phpass", "correct horse 42", phpass_of("correct horse 42", "P", log2, "zzzzzzzz"),
                  f"2^{log2} rounds")
    # passlib takes no NUL; the algorithm is written out here.
    def by_hand(password, salt, log2):
        digest = hashlib.md5(salt + password).digest()
        for _ in range(1 << log2):
            digest = hashlib.md5(digest + password).digest()
        return digest
    digits = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    def encode(digest):
        out = ""
        for i in range(0, 16, 3):
            value = int.from_bytes(digest[i:i + 3], "little")
            out += "".join(digits[value >> 6 * n & 63] for n in range(len(digest[i:i + 3]) + 1))
        return out
    assert "$P$5........" + encode(by_hand(b"abc", b"........", 7)) == \
        phpass_of("abc", "P", 7, "........")
    for password in ["abc\0def", "\0", "abc\0"]:
        stored = "$P$5........" + encode(by_hand(password.encode(), b"........", 7))
        file.good("phpass", password, stored, "NUL counts like other bytes")
    file.row("phpass", "abc", "$P$5........" + encode(by_hand(b"abc\0def", b"........", 7)),
             "mismatch", "nothing stops at a NUL")
    # Longer than phpass looks at: its PHP class answers `*` over 4096 bytes.
    file.row("phpass", "a" * 4096, phpass_of("a" * 4096, "P", 7, "........"), "match", "4096 bytes")
    stored = "$P$5........" + encode(by_hand(b"a" * 4097, b"........", 7))
    file.row("phpass", "a" * 4097, stored, "mismatch", "over 4096 bytes nothing is looked at")
    file.write()


def write_argon2():
    file = File("argon2")
    for kind in KINDS:
        for length in LENGTHS:
            password = of_length(length)
            file.good("argon2", password, argon2_of(password, kind), f"{length} bytes")
        for password in OTHERS + ["abc\0def", "\0"]:
            file.good("argon2", password, argon2_of(password, kind), "other characters")
        stored = argon2_of("abc", kind)
        file.row("argon2", "abc\0def", stored, "mismatch", "nothing stops at a NUL")
        for rest in [{"p": 2}, {"p": 4}, {"t": 3}, {"m": 1024}, {"m": 100}, {"length": 16},
                     {"length": 64}, {"length": 128}, {"salt": b"8 bytes!"}, {"salt": bytes(range(64))},
                     {"version": 16}, {"version": 16, "t": 3, "p": 2}, {"m": 77, "t": 2, "p": 3}]:
            stored = argon2_of("correct horse 42", kind, **rest)
            file.good("argon2", "correct horse 42", stored, f"{rest}")
        stored = argon2_of("correct horse 42", kind, version=16)
        file.row("argon2", "correct horse 42", stored.replace("$v=16", ""), "match",
                 "without a version it is the first")
        file.row("argon2", "correct horse 42",
                 argon2_of("correct horse 42", kind, version=19).replace("v=19", "v=16"),
                 "mismatch", "the other version")
    a = argon2_of("correct horse 42", "argon2id")
    file.row("argon2", "correct horse 42", a.replace("argon2id", "argon2i"), "mismatch",
             "the other variant")
    file.row("argon2", "correct horse 42", a.replace("t=1", "t=2"), "mismatch", "other passes")
    file.good("argon2", "correct horse 42", argon2_of("correct horse 42", m=65536, t=4, p=1),
              "PHP's defaults")
    file.good("argon2", "correct horse 42", argon2_of("correct horse 42", m=19456, t=2, p=1),
              "OWASP")
    file.write()


def write_des():
    file = File("des-crypt")
    for length in LENGTHS:
        password = of_length(length)
        file.good("des-crypt", password, des_of(password, "ab"), f"{length} bytes")
    for salt in ["..", "./", "zz", "A0", "9a", "Zz", "/.", "se"]:
        file.good("des-crypt", "sesame77", des_of("sesame77", salt), f"salt {salt}")
    for password in OTHERS:
        file.good("des-crypt", password, des_of(password, "xy"), "other characters")
    stored = des_of("sesame77", "se")
    file.row("des-crypt", "sesame77 and more", stored, "match", "eight bytes are looked at")
    file.row("des-crypt", "sesame7", stored, "mismatch", "seven of eight")
    # é is c3 a9 in UTF-8, and seven bits of those are C).
    file.row("des-crypt", "C)", des_of("é", "xy"), "match", "seven bits of a byte are looked at")
    stored = des_of("abc", "xy")
    file.row("des-crypt", "abc\0def", stored, "mismatch", "NUL: crypt(3) would stop reading there")
    file.row("des-crypt", "abc\0", stored, "mismatch", "NUL at the end")
    file.row("des-crypt", "abc", "yx" + stored[2:], "mismatch", "another salt")
    file.write()


def write_formulas():
    file = File("formulas")
    p, s, u, k = "correct horse 42", "aB3$x", "Alice", "sitesecret"
    all_values = {"salt": s, "username": u, "secret": k}

    def mac(name, key, data):
        return hmac.new(as_bytes(key), as_bytes(data), name).hexdigest()

    def raw(name, data):
        return hashlib.new(name, as_bytes(data)).digest()

    names = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"]
    for name in names:
        for password in [*map(of_length, LENGTHS), *OTHERS, "abc\0def"]:
            stored = hashlib.new(name, password.encode()).hexdigest()
            if name == "md5":
                assert php("md5", password.encode()).decode() == stored
            file.good(f"{name}($pass)", password, stored, "")
        file.good(f"hmac-{name}(key=$secret,$pass)", p, mac(name, k, p), "", **all_values)
        file.good(f"hmac-{name}(key=$pass,$salt)", p, mac(name, p, s), "", **all_values)
        long_key = of_length(129)
        file.good(f"hmac-{name}(key=$secret,$pass)", p, mac(name, long_key, p),
                  "a key longer than a block", secret=long_key)
        file.good(f"hmac-{name}(key=$secret,$pass)", p, mac(name, b"", p), "an empty key",
                  secret="")
        file.good(f"{name}(raw({name}($pass)))", p, hashlib.new(name, raw(name, p)).hexdigest(), "")
        file.good(f"{name}({name}_bin($pass))", p, hashlib.new(name, raw(name, p)).hexdigest(),
                  "as hashcat writes it")
        file.good(f"raw({name}($pass))", p, raw(name, p), "raw bytes in a binary column")
        file.good(f"base64(raw({name}($pass)))", p, base64.b64encode(raw(name, p)), "")
    rows = [
        ("md5($salt.$pass)", md5(s + p)),
        ("md5($pass.$salt)", md5(p + s)),
        ("sha1($salt.$pass)", sha1(s + p)),
        ("sha1($pass.$salt)", sha1(p + s)),
        ("md5(md5($salt).md5($pass))", md5(md5(s) + md5(p))),
        ("md5(md5($pass).md5($salt))", md5(md5(p) + md5(s))),
        ("md5(md5($pass).$salt)", md5(md5(p) + s)),
        ("md5($salt.md5($pass))", md5(s + md5(p))),
        ("md5($salt.md5($pass.$salt))", md5(s + md5(p + s))),
        ("sha1($salt.sha1($pass))", sha1(s + sha1(p))),
        ("sha1($salt.sha1($salt.sha1($pass)))", sha1(s + sha1(s + sha1(p)))),
        ("md5($secret.$pass.$secret)", md5(k + p + k)),
        ("md5($pass.\":\".$secret)", md5(p + ":" + k)),
        ("md5($pass.':'.$secret)", md5(p + ":" + k)),
        ("md5($username.\"\\n\".$pass)", md5(u + "\n" + p)),
        ("md5($pass.\"\\x3a\\0\\\\\\\"\")", md5(p.encode() + b":\0\\\"")),
        ("md5($pass.\"é\")", md5(p + "é")),
        ("sha1(lower($username).$pass)", sha1(u.lower() + p)),
        ("sha1(strtolower($username).$pass)", sha1(u.lower() + p)),
        ("md5(upper(md5($pass)))", md5(md5(p).upper())),
        ("md5(strtoupper(md5($pass)))", md5(md5(p).upper())),
        ("upper(md5($pass))", md5(p).upper()),
        ("sha256($pass.$salt)", sha256(p + s)),
        ("sha256(md5($pass).$salt)", sha256(md5(p) + s)),
        ("sha256($salt.md5($pass).$secret)", sha256(s + md5(p) + k)),
        ("sha1(substr($salt,0,2).$pass.substr($salt,2))", sha1(s[:2] + p + s[2:])),
        ("sha1(substr($salt,0,99).$pass.substr($salt,99))", sha1(s + p)),
        ("substr(md5($pass),8,16)", md5(p)[8:24]),
        ("substr(sha1($pass),0,32)", sha1(p)[:32]),
        ("md5(utf16le($pass))", md5(p.encode("utf-16-le"))),
        ("md5(hex($pass))", md5(p.encode().hex())),
        ("$salt.sha1($salt.$pass)", s + sha1(s + p)),
        ("sha1($salt.$pass).\":\".$salt", sha1(s + p) + ":" + s),
        ("\"{SHA}\".base64(raw(sha1($pass)))", b"{SHA}" + base64.b64encode(raw("sha1", p))),
        ("hmac-md5(key=lower($username),$pass)", mac("md5", u.lower(), p)),
        ("hmac-sha256(key=raw(sha256($secret)),$pass.$salt)",
         mac("sha256", raw("sha256", k), p + s)),
        ("md5(raw(hmac-sha1(key=$secret,$pass)))",
         md5(hmac.new(k.encode(), p.encode(), "sha1").digest())),
        ("md5(($pass.$salt).$secret)", md5(p + s + k)),
        ("sha512($pass.\"{\".$salt.\"}\")", hashlib.sha512(f"{p}{{{s}}}".encode()).hexdigest()),
    ]
    for formula, stored in rows:
        file.good(formula, p, stored, "", **all_values)
    stored = md5(p)
    file.row("md5($pass)", p, stored.upper(), "match", "hex digits in capitals")
    file.row("md5($pass)", p, stored.upper().encode().replace(b"D", b"d"), "match",
             "hex digits in mixed case")
    file.row("upper(md5($pass))", p, stored, "match", "hex digits in small letters")
    file.row("md5($pass)", stored, stored, "mismatch", "a stolen hash is no password")
    file.row("md5($pass)", "", stored, "mismatch", "empty password")
    # These begin with 0e and digits: PHP's == took them for equal numbers.
    file.row("md5($pass)", "240610708", md5("QNKCDZO"), "mismatch", "0e and digits")
    assert md5("QNKCDZO").startswith("0e") and md5("240610708").startswith("0e")
    for what, formula in [("salt", "md5($pass.$salt)"), ("username", "md5($username.$pass)"),
                          ("secret", "hmac-md5(key=$secret,$pass)")]:
        rest = {name: value for name, value in all_values.items() if name != what}
        file.row(formula, p, md5(p), "missing", f"no ${what} given", **rest)
    file.good("md5($pass.$salt)", p, md5(p), "an empty salt is a salt", salt="")
    file.good("md5($pass.$salt)", p, md5(p.encode() + bytes(range(0x80, 0x90))), "a binary salt",
              salt=bytes(range(0x80, 0x90)))
    file.good("sha1(lower($username).$pass)", p, sha1("Élodie".replace("É", "É").encode() + p.encode()),
              "only A to Z are lowered", username="Élodie")
    file.good("md5(trim($salt).$pass)", p, md5(php("trim", b" \t\0s1 \x0b\r\n") + p.encode()), "",
              salt=b" \t\0s1 \x0b\r\n")
    file.good("md5(utf16le($salt).$pass)", p, md5("é🔑".encode("utf-16-le") + p.encode()), "",
              salt="é🔑")
    file.write()


def write_inputs():
    file = File("inputs")

    def add(input, password, data, note=""):
        file.good("md5($pass)", password, md5(data), note, input=input)

    texts = [*OTHERS, "plain", "", "<&>\"'", "&amp;", "a\0b", "  \t\n\r\x0b\0x\0 ", "\\", "\\\\'",
             "prix 12€ – façade"]
    for text in texts:
        raw = text.encode()
        add("raw", text, raw)
        add("trim", text, php("trim", raw))
        add("addslashes", text, php("addslashes", raw))
        add("stripslashes", text, php("stripslashes", raw))
        # 2 is ENT_COMPAT, 3 is ENT_QUOTES
        add("html", text, php("htmlspecialchars", raw, 2, "UTF-8"))
        add("html-all", text, php("htmlspecialchars", raw, 3, "UTF-8"))
        add("trim+html", text, php("htmlspecialchars", php("trim", raw), 2, "UTF-8"))
        add("lower-ascii", text, raw.lower())
        add("lower", text, text.lower().encode())
        add("nfc", text, unicodedata.normalize("NFC", text).encode())
        add("cut=3", text, raw[:3])
        add("cut=32+addslashes", text, php("addslashes", raw[:32]))
        add("nfc+trim+html", text,
            php("htmlspecialchars", php("trim", unicodedata.normalize("NFC", text).encode()), 2,
                "UTF-8"))
        for label, codec in [("cp1252", "cp1252"), ("latin1", "latin-1"),
                             ("charset=windows-1251", "cp1251"),
                             ("charset=windows-1250", "cp1250"), ("charset=iso-8859-2", "iso8859-2"),
                             ("charset=koi8-r", "koi8-r"), ("charset=shift_jis", "cp932"),
                             ("charset=euc-kr", "cp949"), ("charset=gbk", "gbk")]:
            # NFC first: there are no combining accents in these charsets, and Python and
            # browsers agree on what is left.
            text_nfc = unicodedata.normalize("NFC", text)
            data = text_nfc.encode(codec, "xmlcharrefreplace")
            if codec == "gbk":
                # Browsers write a euro sign as Windows did; Python's codec lacks it.
                data = data.replace(b"&#8364;", b"\x80")
            add(f"nfc+{label}", text, data)
            add(f"nfc+{label}+addslashes", text, php("addslashes", data))
    add("cp1252", unicodedata.normalize("NFD", "é"), b"e&#769;", "a combining accent is lacking")
    add("cp1252", "\x81\x8d", b"\x81\x8d", "unassigned bytes are themselves")
    add("latin1", "\x80\x9f\xff", b"\x80\x9f\xff", "every byte is itself")
    add("charset=latin1", "€", b"\x80", "the label means windows-1252")
    add("charset=iso-8859-1", "€", b"\x80", "the label means windows-1252")
    add("trim-unicode", "\u00a0\u3000 \tx y\u2003\0", b"x y")
    add("trim", "\u00a0x", "\u00a0x".encode(), "trim knows ASCII alone")
    # Python and browsers agree on Big5's Chinese characters, not on its kana and Cyrillic letters.
    for text in ["密碼 42", "功夫", "許功蓋"]:
        add("charset=big5", text, text.encode("cp950"))
        add("charset=big5+addslashes", text, php("addslashes", text.encode("cp950")))
    add("charset=shift_jis+addslashes", "ソ", b"\x83\\\\", "PHP slashes the second byte of ソ")
    file.row("md5($pass)", "it's", md5("it's"), "mismatch", "slashes are added", input="addslashes")
    file.row("md5($pass)", "é", md5("é"), "mismatch", "not as UTF-8", input="cp1252")
    file.write()


def write_forums():
    """What running boards of these products wrote, or their rules give."""
    file = File("forums")
    p = "correct horse 42"
    western = "cp1252+addslashes"

    def slashed(text, charset="cp1252"):
        return php("addslashes", text.encode(charset, "xmlcharrefreplace"))

    def escaped(text):
        text = unicodedata.normalize("NFC", text).encode()
        return php("htmlspecialchars", php("trim", text), 2, "UTF-8")

    def phpbb2(password, data, note, input=western, expect="match"):
        file.row("md5($pass)", password, md5(data), expect, f"phpBB 2: {note}", input=input)

    phpbb2(p, p, "ASCII")
    phpbb2(QUOTES, slashed(QUOTES), "slashes")
    phpbb2(QUOTES, QUOTES, "MD5 of the bare password", expect="mismatch")
    edited = php("htmlspecialchars", slashed(QUOTES), 2, "UTF-8")
    phpbb2(QUOTES, edited, "written by the administrator's editor", expect="mismatch")
    phpbb2("A&B", "A&amp;B", "written by the administrator's editor", expect="mismatch")
    phpbb2("A&amp;B", "A&amp;B", "typed as the editor wrote it")
    phpbb2(FRENCH, slashed(FRENCH), "iso-8859-1 pages")
    phpbb2("prix 12€ – façade", slashed("prix 12€ – façade"), "iso-8859-1 pages, windows-1252 bytes")
    phpbb2("clé 🔑", slashed("clé 🔑"), "an entity for what the charset lacks")
    phpbb2(FRENCH, slashed(FRENCH, "utf-8"), "utf-8 pages", input="addslashes")
    phpbb2("пароль-42", slashed("пароль-42", "cp1251"), "windows-1251 pages",
           input="charset=windows-1251+addslashes")
    phpbb2("secret", "secret", "registered with spaces around it")
    phpbb2("  secret", "secret", "signing in does not trim", expect="mismatch")
    phpbb2("Correct horse 42", p, "letter case", expect="mismatch")

    modern = "nfc+trim+html"
    for text, ident, log2, salt in [
        (p, "H", 11, "kP2xq9Lz"), (FRENCH, "H", 11, "Zr4.tY/1"), (QUOTES, "H", 11, "mmNN0011"),
        (p, "P", 13, "Qw3rTy7."), (QUOTES, "P", 13, "Qw3rTy7."),
    ]:
        stored = phpass_of(escaped(text), ident, log2, salt)
        file.good("phpass", text, stored, "phpBB 3", input=modern)
    stored = phpass_of(escaped(p), "H", 11, "kP2xq9Lz")
    file.row("phpass", f"  {p} ", stored, "match", "phpBB 3: trimmed", input=modern)
    stored = phpass_of(escaped(FRENCH), "H", 11, "Zr4.tY/1")
    file.row("phpass", unicodedata.normalize("NFD", FRENCH), stored, "match",
             "phpBB 3.1: normalised", input=modern)
    file.row("phpass", QUOTES, phpass_of(QUOTES, "H", 11, "mmNN0011"), "mismatch",
             "phpBB 3: not the bare password", input=modern)
    for text in [p, QUOTES, FRENCH]:
        file.row("md5($pass)", text, md5(escaped(text)), "match", "phpBB 3: a converted row",
                 input=modern)
    for text, salt, letter in [(p, "N0tRandomSaltForAlice.", "y"), (QUOTES, "N0tRandomSaltForAlice.", "y"),
                               (FRENCH, "AnotherFixedSalt/1234O", "y"), (p, "AnotherFixedSalt/1234O", "a")]:
        stored = bcrypt_of(escaped(text), f"$2{letter}$10${salt}")
        file.row("bcrypt", text, stored, "match", "phpBB 3.1", input=modern)
    file.row("bcrypt", QUOTES, bcrypt_of(QUOTES, "$2y$10$N0tRandomSaltForAlice."), "mismatch",
             "phpBB 3.1: not the bare password", input=modern)
    for number, (text, kind) in enumerate([(p, "argon2id"), (QUOTES, "argon2id"), (FRENCH, "argon2id"),
                                           (p, "argon2i"), (FRENCH, "argon2i")], 1):
        stored = argon2_of(escaped(text), kind, m=65536, t=4, p=2,
                           salt=f"fixedsaltfixed0{number}".encode())
        file.row("argon2", text, stored, "match", "phpBB 3.3", input=modern)

    def phorum(password, data, note, input="trim", expect="match"):
        file.row("md5($pass)", password, md5(data), expect, f"Phorum: {note}", input=input)

    phorum(p, p, "5.0", "raw")
    phorum(FRENCH, FRENCH.encode("latin-1"), "5.0, iso-8859-1 pages", "cp1252")
    phorum(FRENCH, FRENCH, "5.1, utf-8 pages")
    phorum(QUOTES, QUOTES, "no slashes, no entities")
    phorum(QUOTES, slashed(QUOTES), "no slashes", expect="mismatch")
    phorum(f" {p} ", p, "5.1 trims")
    phorum(f" {p} ", p, "5.0 does not trim", "raw", "mismatch")
    for stored in ["*NO PASSWORD SET*"]:
        for password in [stored, ""]:
            for format in ["md5($pass)", "bcrypt", "des-crypt", "phpass", "argon2"]:
                file.row(format, password, stored, "unsupported", "Phorum: mark for no password")
    for text, cost, salt in [(p, 10, "N0tRandomSaltForAlice."), (FRENCH, 12, "AnotherFixedSalt/1234O"),
                             (QUOTES, 10, "AnotherFixedSalt/1234O")]:
        file.row("bcrypt", text, bcrypt_of(text, f"$2y${cost}${salt}"), "match", "Phorum 6",
                 input="trim")
    file.row("bcrypt", md5(p), bcrypt_of(p, "$2y$10$N0tRandomSaltForAlice."), "mismatch",
             "Phorum 6: the old hash is no password", input="trim")
    for password in ["sesame77", "opensesame"]:
        file.good("des-crypt", password, des_of(password, password[:2]), "Phorum 3")
    file.write()


def write_malformed():
    file = File("malformed")
    p = "correct horse 42"

    def bad(format, stored, note, expect="unsupported"):
        file.row(format, p, stored, expect, note)

    b = bcrypt_of(p, f"$2y$04${SALT}")
    for stored, note in [
        ("", "empty"), (b[:-1], "one character short"), (b + ".", "one character more"),
        (b + "\n", "a line end"), (" " + b, "a space before"), (b.replace("$04$", "$4$"), "cost of one digit"),
        (b.replace("$04$", "$03$"), "cost below 4"), (b.replace("$04$", "$32$"), "cost above 31"),
        (b.replace("$04$", "$+4$"), "cost with a sign"), (b.replace("$04$", "$4a$"), "cost of letters"),
        (b.replace("$2y$", "$2$"), "no variant"), (b.replace("$2y$", "$2z$"), "unknown variant"),
        (b.replace("$2y$", "$2Y$"), "capital variant"), (b.replace("$2y$", "$3y$"), "$3y$"),
        (b[:28] + "0" + b[29:], "unused bits in the salt"), (b[:-1] + "P", "unused bits in the digest"),
        (b[:40] + "=" + b[41:], "a character that is no digit"), (b[:40] + "é" + b[42:], "a letter of two bytes"),
        (b[:40].encode() + b"\xff" + b[41:].encode(), "a byte that is no text"),
        (b[:40] + "\0" + b[41:], "a NUL"), ("$2y$04$", "nothing behind the cost"), ("$", "a dollar sign"),
        ("$2", "cut at two"), ("x" * 60, "60 letters"), ("$2y$04$" + "$" * 53, "dollar signs"),
        ("$wp" + b, "another format around it"), ("$CP$" + b, "another format around it"),
    ]:
        bad("bcrypt", stored, note)
    for cost in [16, 20, 30, 31]:
        bad("bcrypt", b.replace("$04$", f"${cost}$"), "over the limit", "too-costly")

    h = phpass_of(p, "P", 7, "zzzzzzzz")
    for stored, note in [
        ("", "empty"), (h[:-1], "one character short"), (h + ".", "one character more"),
        (h[:3] + "4" + h[4:], "2^6 rounds"), (h[:3] + "." + h[4:], "2^0 rounds"),
        (h[:3] + "T" + h[4:], "2^31 rounds"), (h[:3] + "z" + h[4:], "2^63 rounds"),
        (h[:3] + "!" + h[4:], "rounds of no digit"), (h.replace("$P$", "$Q$"), "another letter"),
        (h.replace("$P$", "$p$"), "a small letter"), (h[:-1] + "2", "unused bits in the digest"),
        (h[:6] + "$" + h[7:], "a character that is no digit"), (h[:20] + "+" + h[21:], "a character that is no digit"),
        (h[:20] + "\0" + h[21:], "a NUL"), ("$P$", "nothing behind"), ("$P$B", "nothing behind"),
        ("U" + h, "another format around it"), ("$CP$" + h, "another format around it"),
    ]:
        bad("phpass", stored, note)
    for digit, log2 in [("J", 21), ("R", 29), ("S", 30)]:
        bad("phpass", h[:3] + digit + h[4:], f"2^{log2} rounds: over the limit", "too-costly")

    a = argon2_of(p)
    salt, digest = a.split("$")[4:6]
    for stored, note in [
        ("", "empty"), ("$argon2id$", "nothing behind"), (a[1:], "no dollar sign"), (a + "$", "an empty field more"),
        (a + "$AAAA", "a field more"), (a + "=", "padding"), (a.replace("argon2id", "argon2"), "no variant"),
        (a.replace("argon2id", "argon2ID"), "capital variant"), (a.replace("argon2id", "argon2ix"), "unknown variant"),
        (a.replace("v=19", "v=20"), "unknown version"), (a.replace("v=19", "v=019"), "version with a zero"),
        (a.replace("v=19", "v=0"), "version 0"), (a.replace("m=64", "m=-64"), "negative memory"),
        (a.replace("m=64", "m=+64"), "memory with a sign"), (a.replace("m=64", "m=064"), "memory with a zero"),
        (a.replace("m=64", "m="), "no memory"), (a.replace("m=64", "m=7"), "memory below 8 KiB a lane"),
        (a.replace("m=64", "m=4294967296"), "memory of 33 bits"),
        (a.replace("m=64", "m=99999999999999999999"), "memory of 67 bits"), (a.replace("t=1", "t=0"), "no passes"),
        (a.replace("p=1", "p=0"), "no lanes"), (a.replace("p=1", "p=9"), "more lanes than memory"),
        (a.replace("p=1", "p=16777216"), "lanes of 25 bits"),
        (a.replace("m=64,t=1,p=1", "t=1,m=64,p=1"), "another order"),
        (a.replace("p=1", "p=1,keyid=AAAA"), "a key id"), (a.replace("p=1", "p=1,data=AAAA"), "associated data"),
        (a.replace(",p=1", ""), "no lanes at all"), (a.replace(salt, "AAAA"), "salt of three bytes"),
        (a.replace(salt, "A" * 88), "salt of 66 bytes"), (a.replace(salt, ""), "no salt"),
        (a.replace(digest, ""), "no digest"), (a.replace(digest, "AAAAAA"), "digest of four bytes"),
        (a.replace(digest, "A" * 172), "digest of 129 bytes"), (a.replace(digest, digest[:-1] + "f"), "unused bits"),
        (a.replace(digest, digest + "AA"), "an impossible length"), (a.replace(salt, "!" * 22), "no base64"),
        (a.replace(salt, "_" * 22), "another base64"), (a.replace("$m", "\0m"), "a NUL"),
        (a.encode() + b"\xff", "a byte that is no text"), (a + " ", "a space behind"),
        ("$argon2id$" + "A" * 5000, "5,000 characters"),
    ]:
        bad("argon2", stored, note)
    for old, new in [("m=64", "m=262145"), ("m=64", "m=4294967295"), ("t=1", "t=11"), ("t=1", "t=4294967295"),
                     ("m=64,t=1,p=1", "m=1024,t=1,p=17")]:
        bad("argon2", a.replace(old, new), f"{new}: over the limit", "too-costly")

    d = des_of(p, "ab")
    for stored, note in [
        ("", "empty"), (d[:-1], "one character short"), (d + ".", "one character more"),
        ("a:" + d[2:], "a colon in the salt"), ("*0" + d[2:], "crypt's mark of failure"), ("!!" + d[2:], "a locked account"),
        (d[:5] + "+" + d[6:], "a character that is no digit"), (d[:-1] + "/", "unused bits"),
        (d[:5] + "\0" + d[6:], "a NUL"), ("_J9..rasmBYk8r9AiWNc", "extended DES"), ("é" + "a" * 11, "a letter of two bytes"),
    ]:
        bad("des-crypt", stored, note)

    m = md5(p)
    for stored, note in [
        ("", "empty"), (m[:-1], "31 digits"), (m + "0", "33 digits"), (m[:-1] + "g", "a letter that is no digit"),
        (m + "\n", "a line end"), (m + " ", "a space behind"), (" " + m, "a space before"), ("0x" + m, "0x before"),
        (m[:-1] + "\0", "a NUL"), (m.encode()[:-1] + b"\xff", "a byte that is no text"), (p, "the password itself"),
        (sha1(p), "40 digits"), ("$1$" + m, "a prefix"), (m + ":" + m, "two values"), ("{MD5}" + m, "an LDAP prefix"),
        ("*" * 32, "32 stars"), ("\u0665" * 16, "digits that are not ASCII"), ("a" * 5000, "5,000 digits"),
    ]:
        bad("md5($pass)", stored, note)
    file.row("$salt.sha1($salt.$pass)", p, "s" * 39, "unsupported", "shorter than its digest", salt="s")
    file.row("$salt.sha1($salt.$pass)", p, "s" + "g" * 40, "unsupported", "no digest at its end", salt="s")
    file.row("$salt.sha1($salt.$pass)", p, "t" + sha1("s" + p), "mismatch", "another salt in front", salt="s")
    file.row("\"{SHA}\".base64(raw(sha1($pass)))", p, "{sha}" + "A" * 28, "unsupported", "another prefix")
    file.row("raw(md5($pass))", p, hashlib.md5(p.encode()).digest()[:-1], "unsupported", "15 bytes")

    file.row("plain", p, p, "match", "clear text where it is named")
    file.row("plain", p + " ", p, "mismatch", "a space more")
    file.row("plain", p.upper(), p, "mismatch", "letter case")
    file.row("plain", "", "", "unsupported", "nothing stored is no password")
    file.row("plain", "abc\0def", "abc", "mismatch", "nothing stops at a NUL")
    file.row("plain", FRENCH, FRENCH.encode("latin-1"), "match", "stored in another charset", input="cp1252")
    file.write()


if __name__ == "__main__":
    write_bcrypt()
    write_phpass()
    write_argon2()
    write_des()
    write_formulas()
    write_inputs()
    write_forums()
    write_malformed()
