#!/usr/bin/env python3
"""Writes functions.tsv: the functions and templates of formulas, as PHP and Python compute them.
See generate.py.

    /tmp/venv/bin/python generate_functions.py
"""

import base64
import hashlib
import json
import zlib

from generate import File, FRENCH, OTHERS, QUOTES, bcrypt_of, md5, of_length, php, phpass_of, sha1, \
    sha256
from generate_steps import php_each

SALT, OTHER_SALT = "s4lt:$ {x}", "Zoë"
HASHES = {"md5": "md5", "sha1": "sha1", "sha224": "sha224", "sha256": "sha256", "sha384": "sha384",
          "sha512": "sha512", "ripemd128": "ripemd128", "ripemd160": "ripemd160",
          "whirlpool": "whirlpool", "crc32": "crc32b"}
HASHES |= {f"haval{bits}-{passes}": f"haval{bits},{passes}" for bits in range(128, 257, 32) for passes in (4, 5)}
# Without a keyed digest.
UNKEYED = {"crc32", *(name for name in HASHES if name.startswith("haval"))}


def hash_of(name, data, raw=False):
    data = data.encode() if isinstance(data, str) else data
    digest = php("hash", HASHES[name], data, True)
    if name in hashlib.algorithms_available:
        assert hashlib.new(name, data).digest() == digest
    if name == "crc32":
        assert zlib.crc32(data).to_bytes(4, "big") == digest
    return digest if raw else digest.hex()


def pbkdf2(name, password, salt, rounds, length):
    data = php("hash_pbkdf2", HASHES[name], password.encode(), salt.encode(), rounds, length, True)
    if name in hashlib.algorithms_available:
        assert hashlib.pbkdf2_hmac(name, password.encode(), salt.encode(), rounds, length) == data
    return data


def repeated(rounds, first, step):
    value = first
    for _ in range(rounds):
        value = step(value)
    return value


def write_functions():
    file = File("functions")
    texts = [*OTHERS, QUOTES, FRENCH, of_length(64), of_length(150), ""]
    for text in texts:
        for name in HASHES:
            if name != "crc32":
                file.good(f"{name}($pass)", text, hash_of(name, text), "")
                file.row(f"{name}($pass)", text, hash_of(name, text).upper(), "match", "capitals")
            file.row(f"sha1({name}($pass).$pass)", text, sha1(hash_of(name, text) + text), "match", "")
            file.row(f"raw(md5(raw({name}($pass)).$pass))", text,
                     hash_of("md5", hash_of(name, text, True) + text.encode(), True), "match", "")
    for text in [FRENCH, QUOTES, "", of_length(100)]:
        for name in HASHES:
            if name in UNKEYED:
                continue
            for key in [SALT, of_length(200)]:
                keyed = php("hash_hmac", HASHES[name], text.encode(), key.encode(), True)
                file.good(f"hmac-{name}(key=$salt,$pass)", text, keyed.hex(), "", salt=key)
            for rounds, length in [(1, 32), (3, 64), (1000, 20), (2, 129)]:
                data = pbkdf2(name, text, SALT, rounds, length)
                format = f"pbkdf2-{name}(salt=$salt,rounds={rounds},length={length},$pass)"
                file.good(format, text, data.hex(), "", salt=SALT)
                file.row(f"base64(raw({format}))", text, base64.b64encode(data), "match", "", salt=SALT)
                file.row(f"raw({format})", text, data, "match", "", salt=SALT)
    for text in [FRENCH, "", "secret"]:
        for salt in ["00ff10", "ABCDEF", ""]:
            file.good("md5(unhex($salt).$pass)", text,
                      md5(php("hex2bin", salt.encode()) + text.encode()), "", salt=salt)
        for salt in [b"a", b"ab", b"abc", b"\xff\xfe\x00"]:
            encoded = base64.b64encode(salt)
            for spelling in [encoded, encoded.rstrip(b"=")]:
                assert php("base64_decode", spelling) == salt
                file.good("md5(unbase64($salt).$pass)", text, md5(salt + text.encode()), "",
                          salt=spelling)
        file.good("md5(unhex($salt).$pass)", text, md5(text), "no hex digits", salt="xyz")
        file.good("md5(unhex(sha1($pass)).$pass)", text,
                  md5(hash_of("sha1", text, True) + text.encode()), "")
        for name in ["ÉLODIE", "İstanbul", "ΣΑΣ", "Straße", "ǅungla", "bob", "Ⱥ"]:
            lower = "".join(c.lower() for c in name)
            file.good("sha1(lower-utf8($username).$pass)", text, sha1(lower + text), "", username=name)
        file.good("sha1(lower-utf8($username).$pass)", text, sha1(b"z\xeb" + text.encode()),
                  "no UTF-8: ASCII letters alone", username=b"Z\xeb")
        for rounds in [1, 2, 1000]:
            file.good(f"repeat({rounds},$pass,md5($value.$salt))", text,
                      repeated(rounds, text, lambda value: md5(value + SALT)), "Geeklog", salt=SALT)
            merged = (text + "{" + SALT + "}").encode()
            symfony = repeated(rounds, hashlib.sha512(merged).digest(),
                               lambda value: hashlib.sha512(value + merged).digest())
            file.good('base64(repeat(%d,raw(sha512($pass."{".$salt."}")),'
                      'raw(sha512($value.$pass."{".$salt."}"))))' % rounds, text,
                      base64.b64encode(symfony).decode(), "Symfony", salt=SALT)

    for text in [QUOTES, FRENCH, "correct horse 42"]:
        for salt in [SALT, OTHER_SALT, "12345678"]:
            file.good('md5($pass.$salt) in "$hash:$salt"', text, f"{md5(text + salt)}:{salt}", "")
            file.good('md5(md5($pass).$salt) in "$hash $salt"', text,
                      f"{md5(md5(text) + salt)} {salt}", "")
            file.good('sha256($salt.$pass) in "8$$$salt$$$hash"', text,
                      f"8${salt}${sha256(salt + text)}", "")
            file.good('sha1($salt.$pass) in "$salt$hash"', text, salt + sha1(salt + text), "")
            file.good('raw(sha1($salt.$pass)) in "$salt$hash"', text,
                      salt.encode() + hash_of("sha1", salt + text, True), "bytes behind a salt")
            for entry in ['"hash"=>$h,"salt"=>$s', '"salt"=>$s,"x"=>[1,["hash"=>""],true],"hash"=>$h']:
                stored, = php_each(
                    f'(function($p) {{ $s = base64_decode("{base64.b64encode(salt.encode()).decode()}");'
                    f' $h = hash("sha256", hash("sha256", $p).$s); return serialize([{entry}]); }})($x)',
                    [text.encode()])
                file.good("sha256(sha256($pass).$salt) in php(hash,salt)", text, stored.decode(),
                          "XenForo's array")
            stored = php("json_encode", {"password": md5(salt + text), "salt": salt}).decode()
            file.good("md5($salt.$pass) in json(password,salt)", text, stored, "")
        file.good('sha1($salt.$pass) in "$salt[8]$hash"', text, "12345678" + sha1("12345678" + text), "")
        for rounds in [1, 7, 1000]:
            stored = pbkdf2("sha256", text, SALT, rounds, 32).hex()
            file.good('pbkdf2-sha256(salt=$salt,rounds=$rounds,length=32,$pass) in '
                      '"p$$$rounds$$$salt$$$hash"', text, f"p${rounds}${SALT}${stored}", "")
        file.good('bcrypt(md5($pass)) in "#MD5#$hash"', text,
                  "#MD5#" + bcrypt_of(md5(text), "$2y$04$N0tRandomSaltForAlice."), "FluxBB")
        file.good('phpass(md5($pass)) in "M$hash"', text, "M" + phpass_of(md5(text), "P", 7, "zzzzzzzz"),
                  "TYPO3")
        stored = json.dumps({"password": bcrypt_of(text, "$2y$04$N0tRandomSaltForAlice.")})
        file.good("bcrypt in json(password)", text, stored.replace("/", "\\/"), "PHP escapes slashes")
        file.good('sha1($username.$pass) in "$username:$hash"', text, "Al:" + sha1("Al" + text), "",
                  username="Al")
        file.row('sha1($username.$pass) in "$username:$hash"', text, "Bo:" + sha1("Al" + text),
                 "mismatch", "another's", username="Al")
    for stored in [md5("a"), f"{md5('a')}x:", f":{md5('a')}", f"{md5('a')[1:]}:x", f"{md5('a')};x"]:
        file.row('md5($pass.$salt) in "$hash:$salt"', "a", stored, "unsupported", "of another shape")
    for rounds in ["0", "01", "-1", "", "1.5", "4294967296"]:
        file.row('repeat($rounds,$pass,md5($value)) in "$rounds:$hash"', "a", f"{rounds}:{md5('a')}",
                 "unsupported", "no number of rounds")
    for rounds in [500_001, 4_294_967_295]:
        file.row('repeat($rounds,$pass,md5($value)) in "$rounds:$hash"', "a", f"{rounds}:{md5('a')}",
                 "too-costly", "over the limit")
    file.row('pbkdf2-sha1(salt="",rounds=$rounds,length=20,$pass) in "$rounds:$hash"', "a",
             f"4000001:{sha1('a')}", "too-costly", "over the limit")
    file.row("md5(md5($pass).$salt)", "a", md5("a"), "missing", "no salt")
    file.row("md5(md5($pass).$rounds)", "a", md5("a"), "missing", "no rounds")
    file.write()


if __name__ == "__main__":
    write_functions()
