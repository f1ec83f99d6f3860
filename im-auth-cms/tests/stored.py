#!/usr/bin/env python3
"""Computes stored passwords from the notation of the descriptions, without this project's code: Python's hashlib
and hmac, passlib, bcrypt, argon2-cffi, and PHP where Python lacks a digest.

    python3 -m venv venv && venv/bin/pip install passlib==1.7.4 bcrypt==4.3.0 argon2-cffi==25.1.0
    venv/bin/python stored.py 'md5($pass.$salt) in "$hash:$salt"' --password "it's 日本" --salt abc
    venv/bin/python stored.py 'bcrypt(md5($pass))' --password x --input addslashes+trim
"""

import argparse
import base64
import hashlib
import hmac as hmac_module
import html
import json
import re
import subprocess
import sys
import unicodedata
import zlib

import argon2.low_level as argon2
import bcrypt
from passlib import hash as passlib_hash

B64 = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
CRYPT_SALT = "N0tRandomSaltForAlice."


def php(code, *arguments):
    """PHP's answer as bytes; arguments and answer travel as base64."""
    encoded = [base64.b64encode(a if isinstance(a, bytes) else str(a).encode()).decode() for a in arguments]
    code = "$a=array_map('base64_decode',array_slice($argv,1)); echo base64_encode((string)(" + code + "));"
    done = subprocess.run(["php", "-r", code, "--", *encoded], capture_output=True, check=True)
    return base64.b64decode(done.stdout)


def digest(name, data):
    if name == "crc32":
        return zlib.crc32(data).to_bytes(4, "big")
    if name in ("whirlpool", "ripemd128", "ripemd160") or name.startswith("haval"):
        return php(f"hash('{name.replace('-', ',')}',$a[0],true)", data)
    return hashlib.new(name, data).digest()


def keyed(name, key, data):
    if name in ("whirlpool", "ripemd128", "ripemd160"):
        return php(f"hash_hmac('{name}',$a[1],$a[0],true)", key, data)
    return hmac_module.new(key, data, name).digest()


DIGESTS = "md5 sha1 sha224 sha256 sha384 sha512 ripemd128 ripemd160 whirlpool crc32".split()
DIGESTS += [f"haval{bits}-{passes}" for passes in (4, 5) for bits in (128, 160, 192, 224, 256)]


# --- input steps -------------------------------------------------------------------------------------------------

def entities(text, charset):
    return text.encode(charset, "xmlcharrefreplace")


def replace(data, table):
    return b"".join(table.get(data[i:i + 1], data[i:i + 1]) for i in range(len(data)))


HTML = {b"&": b"&amp;", b"<": b"&lt;", b">": b"&gt;", b'"': b"&quot;"}
SLASH = {b"'": b"\\'", b'"': b'\\"', b"\\": b"\\\\", b"\0": b"\\0"}
IPB = {b"&": b"&amp;", b"\\": b"&#092;", b"!": b"&#33;", b"$": b"&#036;", b'"': b"&quot;", b"<": b"&lt;", b">": b"&gt;", b"'": b"&#39;"}


def step(word, data):
    text = lambda: data.decode()
    if word == "raw":
        return data
    if word == "trim":
        return data.strip(b" \t\n\r\0\x0b")
    if word == "trim-unicode":
        return text().strip().strip("\0").encode()
    if word == "html":
        return replace(data, HTML)
    if word == "html-all":
        return replace(data, {**HTML, b"'": b"&#039;"})
    if word == "addslashes":
        return replace(data, SLASH)
    if word == "stripslashes":
        return php("stripslashes($a[0])", data)
    if word == "lower":
        return text().lower().encode()
    if word == "upper":
        return text().upper().encode()
    if word == "lower-ascii":
        return data.lower()
    if word == "nfc":
        return unicodedata.normalize("NFC", text()).encode()
    if word == "cp1252" or word == "latin1" or word.startswith("charset="):
        name = {"latin1": "latin-1"}.get(word, word.removeprefix("charset="))
        return entities(text(), name)
    if word.startswith("cut="):
        return data[:int(word[4:])]
    if word == "ucfirst":
        return (text()[:1].upper() + text()[1:]).encode()
    if word == "collapse":
        return re.sub(r"\s+", " ", text()).encode()
    if word == "collapse-ascii":
        return re.sub(rb"[ \t\r\n\x0b\x0c]+", b" ", data)
    if word == "crlf":
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if word == "strip-tags":
        return php("strip_tags($a[0])", data)
    if word == "ipb":
        return replace(data, IPB)
    if word == "entities":
        return php("htmlentities($a[0],ENT_QUOTES,'UTF-8')", data)
    if word == "decode-entities":
        return php("html_entity_decode($a[0],ENT_QUOTES,'UTF-8')", data)
    if word == "decode-html":
        return html.unescape(text()).encode()
    if word == "angle-to-underscore":
        return data.replace(b"<", b"_").replace(b">", b"_")
    if word == "sugar":
        return replace(data, {b'"': b"&quot;", b"'": b"&#039;", b"<": b"&lt;", b">": b"&gt;", b"`": b"&#96;"})
    raise SystemExit(f"stored.py does not know the input step {word}: compute it by hand")


# --- formulas ----------------------------------------------------------------------------------------------------

TOKEN = re.compile(r"""\s*(?:(\$[a-z]+)|("(?:\\.|[^"\\])*")|([a-z][a-z0-9-]*)|(\d+)|([().,=]))""")


class Parser:
    def __init__(self, text, values):
        self.values = values
        self.tokens = []
        at = 0
        text = text.strip()
        while at < len(text):
            match = TOKEN.match(text, at)
            if not match:
                raise SystemExit(f"cannot read {text[at:]!r}")
            self.tokens.append(match.group(match.lastindex))
            at = match.end()
        self.at = 0

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, want=None):
        token = self.peek()
        if want and token != want:
            raise SystemExit(f"{want} expected, not {token}")
        self.at += 1
        return token

    def expression(self):
        parts = [self.part()]
        while self.peek() == ".":
            self.take()
            parts.append(self.part())
        return lambda value, parts=parts: b"".join(part(value) for part in parts)

    def number(self):
        token = self.take()
        if token == "$rounds":
            return int(self.values["rounds"])
        return int(token)

    def named(self, name):
        self.take(name)
        self.take("=")

    def part(self):
        token = self.take()
        if token == "(":
            inner = self.expression()
            self.take(")")
            return inner
        if token.startswith('"'):
            literal = json.loads(token) if "\\x" not in token else token[1:-1].encode().decode("unicode_escape")
            return lambda value: literal.encode()
        if token == "$value":
            return lambda value: value
        if token.startswith("$"):
            found = self.values[token[1:]]
            return lambda value: found
        return self.call(token)

    def call(self, name):
        """Digests give hex; raw() around one gives its bytes."""
        self.take("(")
        if name == "raw":
            inner = self.take()
            function = self.digest_call(inner)
            self.take(")")
            return function
        if name in DIGESTS or name.startswith(("hmac-", "pbkdf2-")):
            self.at -= 1
            function = self.digest_call(name)
            return lambda value: function(value).hex().encode()
        if name == "repeat":
            count = self.number()
            self.take(",")
            first = self.expression()
            self.take(",")
            again = self.expression()
            self.take(")")

            def run(value):
                result = first(value)
                for _ in range(count):
                    result = again(result)
                return result
            return run
        of = self.expression()
        if name == "substr":
            self.take(",")
            start = int(self.take())
            length = None
            if self.peek() == ",":
                self.take()
                length = int(self.take())
            self.take(")")
            return lambda value: of(value)[start:] if length is None else of(value)[start:start + length]
        self.take(")")
        maps = {
            "hex": lambda b: b.hex().encode(), "unhex": lambda b: bytes.fromhex(b.decode()),
            "base64": base64.b64encode, "unbase64": lambda b: base64.b64decode(b + b"=="),
            "upper": lambda b: b.upper(), "lower": lambda b: b.lower(),
            "lower-utf8": lambda b: b.decode().lower().encode(), "trim": lambda b: b.strip(b" \t\n\r\0\x0b"),
            "utf16le": lambda b: b.decode().encode("utf-16-le"),
        }
        if name not in maps:
            raise SystemExit(f"stored.py does not know {name}()")
        return lambda value: maps[name](of(value))

    def digest_call(self, name):
        self.take("(")
        if name.startswith("hmac-"):
            self.named("key")
            key = self.expression()
            self.take(",")
            data = self.expression()
            self.take(")")
            return lambda value: keyed(name[5:], key(value), data(value))
        if name.startswith("pbkdf2-"):
            self.named("salt")
            salt = self.expression()
            self.take(",")
            self.named("rounds")
            rounds = self.number()
            self.take(",")
            self.named("length")
            length = self.number()
            self.take(",")
            data = self.expression()
            self.take(")")
            return lambda value: hashlib.pbkdf2_hmac(name[7:], data(value), salt(value), rounds, length)
        data = self.expression()
        self.take(")")
        return lambda value: digest(name, data(value))


# --- named formats -----------------------------------------------------------------------------------------------

def phc_b64(data):
    return base64.b64encode(data).rstrip(b"=").decode()


def named(name, password, values, salt):
    """A whole stored value of a named format, with a fixed salt so that it can be computed again."""
    short = (salt or CRYPT_SALT[:8])
    if name == "plain":
        return password
    if name == "bcrypt":
        return bcrypt.hashpw(password[:72].split(b"\0")[0], b"$2y$04$" + (salt or CRYPT_SALT).encode())
    if name == "phpass":
        return passlib_hash.phpass.using(rounds=7, salt=short[:8], ident="P").hash(password).encode()
    if name == "argon2":
        return argon2.hash_secret(password, b"saltsaltsaltsalt", 1, 64, 1, 32, argon2.Type.ID)
    if name == "des-crypt":
        return passlib_hash.des_crypt.using(salt=short[:2]).hash(password).encode()
    if name == "ext-des-crypt":
        return passlib_hash.bsdi_crypt.using(salt=short[:4], rounds=101).hash(password).encode()
    if name == "md5-crypt":
        return passlib_hash.md5_crypt.using(salt=short[:8]).hash(password).encode()
    if name == "apr1":
        return passlib_hash.apr_md5_crypt.using(salt=short[:8]).hash(password).encode()
    if name == "sha256-crypt":
        return passlib_hash.sha256_crypt.using(salt=short[:16], rounds=1000).hash(password).encode()
    if name == "sha512-crypt":
        return passlib_hash.sha512_crypt.using(salt=short[:16], rounds=1000).hash(password).encode()
    if name == "mysql323":
        return passlib_hash.mysql323.hash(password).encode()
    if name == "mysql41":
        return passlib_hash.mysql41.hash(password).encode()
    if name == "wp-bcrypt":
        inner = base64.b64encode(keyed("sha384", b"wp-sha384", password.strip(b" \t\n\r\0\x0b")))
        return b"$wp" + named("bcrypt", inner, values, salt)
    if name == "wcf2":
        setting = b"$2a$08$" + (salt or CRYPT_SALT).encode()
        return bcrypt.hashpw(bcrypt.hashpw(password[:72], setting), setting)
    if name == "drupal7":
        return b"$S$" + drupal(password, "7" if False else "5", short[:8])
    if name == "passlib-pbkdf2":
        return passlib_hash.pbkdf2_sha256.using(salt=b"saltsaltsaltsalt", rounds=1000).hash(password).encode()
    if name == "ldap":
        return b"{SSHA}" + base64.b64encode(digest("sha1", password + b"saltsalt") + b"saltsalt")
    if name == "ldap-plain":
        return b"{PLAIN}" + password
    if name == "mediawiki":
        salt16 = b"saltsaltsaltsalt"
        key = hashlib.pbkdf2_hmac("sha512", password, salt16, 1000, 64)
        return b":pbkdf2:sha512:1000:64:" + base64.b64encode(salt16) + b":" + base64.b64encode(key)
    if name == "django":
        key = hashlib.pbkdf2_hmac("sha256", password, b"saltsalt", 1000)
        return b"pbkdf2_sha256$1000$saltsalt$" + base64.b64encode(key)
    if name == "seafile":
        key = hashlib.pbkdf2_hmac("sha256", password, bytes.fromhex("0011223344556677"), 1000)
        return b"PBKDF2SHA256$1000$0011223344556677$" + key.hex().encode()
    if name == "hesk":
        joined = "".join(hashlib.sha1(bytes([b])).hexdigest() for b in password)
        return hashlib.sha1(joined.encode()).hexdigest().encode()
    raise SystemExit(f"stored.py does not know the format {name}: compute it by hand")


ITOA = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def drupal(password, letter, salt):
    data = digest("sha512", salt.encode() + password)
    for _ in range(1 << ITOA.index(letter)):
        data = digest("sha512", data + password)
    out = ""
    for at in range(0, 64, 3):
        chunk = data[at:at + 3]
        number = int.from_bytes(chunk, "little")
        for _ in range(len(chunk) + 1):
            out += ITOA[number & 63]
            number >>= 6
    return (letter + salt + out)[:52].encode()


NAMED = set("""plain bcrypt phpass argon2 des-crypt ext-des-crypt md5-crypt apr1 sha256-crypt sha512-crypt mysql323
mysql41 wp-bcrypt wcf2 drupal7 passlib-pbkdf2 ldap ldap-plain mediawiki django seafile hesk""".split())


def template(text, hashed, values):
    text = text.strip()
    if text.startswith("php("):
        keys = [k.strip() for k in text[4:-1].split(",")]
        parts = "".join(f's:{len(k)}:"{k}";s:{len(v)}:"{v.decode("latin-1")}";' for k, v in
                        [(keys[0], hashed)] + [(k, values["salt"]) for k in keys[1:]])
        return f"a:{len(keys)}:{{{parts}}}".encode("latin-1")
    out, at, text = b"", 0, json.loads(text)
    while at < len(text):
        match = re.match(r"\$\$|\$(hash|salt|rounds|username)(?:\[(\d+)\])?", text[at:])
        if not match:
            out += text[at].encode()
            at += 1
            continue
        at += match.end()
        if match.group() == "$$":
            out += b"$"
        elif match.group(1) == "hash":
            out += hashed
        else:
            value = values[match.group(1)]
            out += value if isinstance(value, bytes) else str(value).encode()
    return out


def stored(format, password, *, salt=None, username=None, secret=None, rounds=None, input="raw", crypt_salt=None):
    """The bytes of the column for one format string, as bytes."""
    data = password.encode() if isinstance(password, str) else password
    for word in input.split("+"):
        data = step(word.strip(), data)
    as_bytes = lambda value: value.encode() if isinstance(value, str) else value
    values = {"pass": data, "salt": as_bytes(salt), "username": as_bytes(username), "secret": as_bytes(secret),
              "rounds": rounds}
    split = re.match(r"""(?s)(.*?)\s+in\s+("(?:\\.|[^"\\])*"|php\(.*\))\s*$""", format)
    base, shape = (split.group(1), split.group(2)) if split else (format, None)
    base = base.strip()
    call = re.fullmatch(r"(?s)([a-z][a-z0-9-]*)\((.*)\)", base)
    if base in NAMED:
        result = named(base, data, values, crypt_salt)
    elif call and call.group(1) in NAMED:
        result = named(call.group(1), Parser(call.group(2), values).expression()(b""), values, crypt_salt)
    else:
        result = Parser(base, values).expression()(b"")
    return template(shape, result, values) if shape else result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("format")
    for name in "password salt username secret rounds crypt-salt".split():
        parser.add_argument(f"--{name}")
    parser.add_argument("--input", default="raw")
    a = parser.parse_args()
    result = stored(a.format, a.password, salt=a.salt, username=a.username, secret=a.secret, rounds=a.rounds,
                    input=a.input, crypt_salt=a.crypt_salt)
    try:
        print(result.decode())
    except UnicodeDecodeError:
        print("hex:" + result.hex())


if __name__ == "__main__":
    sys.exit(main())
