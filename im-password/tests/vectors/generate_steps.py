#!/usr/bin/env python3
"""Writes steps.tsv: input steps, as PHP and Python compute them. See generate.py.

    /tmp/venv/bin/python generate_steps.py
"""

import base64
import json
import random
import re
import subprocess
import unicodedata

from generate import File, FRENCH, OTHERS, QUOTES, md5

# PHP's ENT_QUOTES and HTML 4.01.
QUOTES_401 = 3


def php_each(expression, values):
    """What a PHP expression of `$x` makes of each of these byte strings."""
    program = (
        "$a = json_decode(stream_get_contents(STDIN));"
        f"$f = fn($x) => base64_encode({expression});"
        "echo json_encode(array_map(fn($x) => $f(base64_decode($x)), $a));"
    )
    encoded = json.dumps([base64.b64encode(value).decode() for value in values])
    run = subprocess.run(["php", "-r", program], input=encoded.encode(), capture_output=True,
                         check=True)
    return [base64.b64decode(value) for value in json.loads(run.stdout)]


# What PHP computes, in the words of its functions.
PHP = {
    "strip-tags": "strip_tags($x)",
    "strip-tags+trim": "trim(strip_tags($x))",
    "html-all+strip-tags": f"strip_tags(htmlspecialchars($x, {QUOTES_401}, 'UTF-8'))",
    "entities": f"htmlentities($x, {QUOTES_401}, 'UTF-8')",
    "entities-aef": "preg_replace('/&amp;#(\\d+);/', '&#$1;',"
                    f" htmlentities($x, {QUOTES_401}, 'UTF-8'))",
    "entities-aef+addslashes": "addslashes(preg_replace('/&amp;#(\\d+);/', '&#$1;',"
                               f" htmlentities($x, {QUOTES_401}, 'UTF-8')))",
    "decode-entities": f"html_entity_decode($x, {QUOTES_401}, 'UTF-8')",
    "decode-html": "strtr($x, ['&amp;' => '&', '&lt;' => '<', '&gt;' => '>', '&quot;' => '\"',"
                   " '&#039;' => \"'\", '&#39;' => \"'\", '&nbsp;' => ' '])",
    "strip-percent": "preg_replace('|%([a-fA-F0-9][a-fA-F0-9])|', '', $x)",
    "strip-entities": "preg_replace('/&.+?;/', '', $x)",
    "angle-to-underscore": "strtr($x, '<>', '__')",
    "spaces-to-underscores": "strtr($x, ' ', '_')",
    "underscores-to-spaces": "strtr($x, '_', ' ')",
    "crlf": "preg_replace('/\\r\\n?/', \"\\n\", $x)",
    "collapse-spaces": "preg_replace('/ +/', ' ', $x)",
    "collapse-ascii": "preg_replace('/[ \\t-\\r]+/', ' ', $x)",
    "collapse": "preg_replace('/[\\p{Z}\\t-\\r\\x{85}]+/u', ' ', $x)",
    "un-nbsp": "str_replace(\"\\xc2\\xa0\", ' ', $x)",
    "drop-at": "preg_replace('/^@/', '', $x)",
    "strip=<>%22'%25": "str_replace(['<', '>', '\"', \"'\", '%'], '', $x)",
    "strip=é%20": "str_replace(['é', ' '], '', $x)",
    "lstrip=@/": "ltrim($x, '@/')",
    "oversize=20": "strlen($x) > 20 ? substr($x, 0, 19) : $x",
    "ipb": "strtr($x, ['&' => '&amp;', '\\\\' => '&#092;', '!' => '&#33;', '$' => '&#036;',"
           " '\"' => '&quot;', '<' => '&lt;', '>' => '&gt;', \"'\" => '&#39;'])",
    "sugar": "str_replace(['&quot;', '\"', \"'\", '<', '>', '`'],"
             " ['&#38;', '&quot;', '&#039;', '&lt;', '&gt;', '&#96;'],"
             " preg_replace(['/javascript:/i', '/\\0/'], ['java script:', ''], $x))",
}

TEXTS = [
    *OTHERS, QUOTES, FRENCH, "plain", "", "<&>\"'", "&amp;", "a\0b", "\\", "prix 12€ – façade",
    "a <b>bold</b> word", "1 < 2 > 0", "<b", "x<y", "<!-- x > y -->z", "<?php echo '?>'; ?>z",
    "&eacute;&Eacute;&euro;&thetasym;&apos;&nosuch;&AMP;", "&#233;&#xE9;&#XE9;&#0233;&#233",
    "&#0;&#31;&#127;&#128;&#159;&#160;&#xD800;&#x110000;&#99999999999;&#;&#x;&#+65;&# 65;",
    "&amp;#1234;&amp;#;&amp;#12;a", "&amp;lt;&amp;amp;", "&nbsp;x&nbsp;", "& ; &;; &\n;",
    "100%41%zz%4", "%%4141", "a  b\t\tc \n d", " x ", "\r\n\r\r\n", "@@me", "@", "//@x", "a_b c",
    "\u00a0a\u00a0\u00a0b\u3000c", "javascript:JavaScript:javascript:", "`x`", "javajavascript:script:",
    "twenty bytes of text", "one and twenty bytes!", "é" * 11, "wh@t! 5$ & more", "O'Brien",
]

PIECES = {
    "strip-tags": ["<", ">", "<", ">", "b", "!", "-", "--", "?", "<?", "?>", "<!--", "-->", "'", '"',
                   " ", "\\", "/", "(", ")", "\n", "a=", "<!DOCTYPE ", "<?xml ", "\0", "é", "e", "l"],
    "decode-entities": ["&", ";", "#", "x", "amp", "lt", "quot", "39", "233", "e9", "&amp;", "é",
                        "eacute", " ", "8364", "&#"],
    "entities-aef": ["&", "#", "12", ";", "é", "'", "amp;", "&amp;#5;"],
    "strip-entities": ["&", ";", "a", "\n", "é"],
    "sugar": ["java", "script:", "JAVASCRIPT:", "&quot;", '"', "&", "\0", "`", "<"],
}


def fuzz(name, count=150):
    dice = random.Random(name)
    return {"".join(dice.choices(PIECES[name], k=dice.randint(1, 14))) for _ in range(count)}


def write_steps():
    file = File("steps")

    def add(input, password, data, note=""):
        file.row("md5($pass)", password, md5(data), "match", note, input=input)

    for input, expression in PHP.items():
        texts = list(dict.fromkeys(TEXTS + sorted(fuzz(input) if input in PIECES else [])))
        for text, data in zip(texts, php_each(expression, [text.encode() for text in texts])):
            add(input, text, data)
        file.row("md5($pass)", "secret", md5("Secret"), "mismatch", "another password", input=input)

    for text in TEXTS:
        add("upper", text, text.upper())
        add("nfkc", text, unicodedata.normalize("NFKC", text))
        first = text[:1].upper()
        add("ucfirst", text, (first if len(first) == 1 else text[:1]) + text[1:])
    for text in ["x²", "ﬁ①½", "e\u0301", "\ufdfa", "ßa", "ŉx", "ǆx", "élan", "ﬁx"]:
        first = text[:1].upper()
        add("ucfirst", text, (first if len(first) == 1 else text[:1]) + text[1:])
        add("nfkc", text, unicodedata.normalize("NFKC", text))

    # What WordPress writes for letters that are more than a letter and marks.
    letters = dict(zip("ªºÐØßðøĐđĦħıĸŁłŉŊŋŦŧſɑĿŀ€£", ["a", "o", "D", "O", "s", "d", "o", "D", "d",
                   "H", "h", "i", "k", "L", "l", "n", "N", "n", "T", "t", "s", "a", "L", "l", "E", ""]))
    letters |= {"Æ": "AE", "æ": "ae", "Þ": "TH", "þ": "th", "Ĳ": "IJ", "ĳ": "ij", "Œ": "OE",
                "œ": "oe", "×": "×", "÷": "÷"}
    known = [*range(0xC0, 0x180), 0x1A0, 0x1A1, 0x1AF, 0x1B0, *range(0x1CD, 0x1DD),
             *range(0x218, 0x21C), *range(0x1EA0, 0x1EFA), 0x251, 0xAA, 0xBA, 0x20AC, 0xA3]
    for start in range(0, len(known), 16):
        text = "".join(map(chr, known[start:start + 16]))
        plain = "".join(letters.get(c) or unicodedata.normalize("NFD", c)[0] if letters.get(c) != ""
                        else "" for c in text)
        add("remove-accents", text, plain)
    add("remove-accents", "Zoé 東京 Ιωάννης ǰ ẁ", "Zoe 東京 Ιωάννης ǰ ẁ", "other letters stay")
    add("remove-accents", unicodedata.normalize("NFD", "Zoé"), "Zoe")
    add("remove-accents-de", "Äpfel über Öl, Straße, é", "Aepfel ueber Oel, Strasse, e")

    file.row("md5($pass)", "a+b c", md5("abc"), "match", "bytes by their numbers", input="strip=%2B%20")
    file.row("md5($pass)", "é", md5(b"\xc3"), "match", "a byte of a letter", input="strip=%a9")
    file.write()


if __name__ == "__main__":
    write_steps()
