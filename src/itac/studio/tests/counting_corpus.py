"""Texts on which server and browser must agree: every script and every trap we know, and many made by chance."""

from __future__ import annotations

import random
from collections.abc import Iterator

SEED = 20261218
WRITTEN = [
    "",
    " ",
    "Together",
    "añb an\u0303b e\u0301\u0327",  # one accent made in two ways, and two on one letter
    "x" + "\u0301" * 40,
    "مرحبا بكم في #إدماج و#inclusión، مَرْحَبًا؟ نعم۔ تم",
    "שָׁלוֹם עולם. ברוכים הבאים!",
    "می\u200cخواهم #می\u200cخواهم",  # a non-joiner inside a word and a tag
    "所有人都属于这里。我们在一起！#团结 ＃連帯",
    "みんなで、いっしょに。か\u3099",
    "한국어 \u1112\u1161\u11ab\u1100\u1173\u11af 가각힣 \ua960\ud7b0\ud7cb",
    "नमस्ते क्षत्रिय श्री क्\u200dष क्\u200cष द्ध्र्य",
    "স্বাগতম ক্ষ ਸਤਿ ਸ੍ਰੀ அக்கறை க்ஷ ന്\u200d തെലുగు క్ష ಕ್ಷ සිංහල ක්\u200dෂ",
    "สวัสดีครับ กำลัง ไทย ລາວ ກຳ",
    "ကျွန်ုပ်တို့ ភាសាខ្មែរ ᬓ᭄ᬱ བོད་སྐད་",
    "Αθήνα Київ Ђорђе հայերեն ქართული ትግርኛ ߒߞߏ 𞤀𞤣𞤤𞤢𞤥 𐐀𐐨 𒀀 𝒳",
    "👩\u200d👩\u200d👧\u200d👦 👍🏽 🏽 🇪🇨🇨🇦🇲 🇪 1️⃣ #️⃣ *⃣ ❤️\u200d🔥 🧑🏿\u200d🚀 ©️™",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "🐻\u200d❄️ \u200d👩 👩\u200d a\u200d👩 \U0001fac6 \U0001f6dc \U0001faea",
    "\U00011f02\U00011f12 \U00016ac0\u0600a \u06dd1 \u0903 a\u0903 \u0e33 a\u0e33 \u200b\u0301 \u00ad",
    "-\u094d\u0915 \u094d\u0915 a\u094d\u0301\u0937",  # linkers without a consonant before them
    "one\r\ntwo\rthree\nfour\u2028five\u2029six\x0bseven\x0ceight\x1cnine\x85ten",
    "\ufeff a\xa0b\u1680c\u2003d\u202fe\u205ff\u3000g\u180eh\u200bi ",
    "\x1f trimmed \x1c",
    "See https://example.org/a/very/long/address/indeed, then (https://a.b/c_(d)), https://e.f. And http://localhost:8000/x!",
    "HTTPS://EXAMPLE.ORG/É?q=1#frag… httpſ://long.s http://nodot https://a.b]»",
    "https://bücher.example/straße http://例え.テスト/道 https://xn--bcher-kva.example/ https://مثال.إختبار/طريق",
    "詳細はhttps://example.org/道 見てexample.orgです、(example.com/a?b=1). Node.js e.g. fin.La 12.5 x.com/a_(b)c.",
    "https://пример.рф/путь https://例え.みんなへ https://a.invalid/x a@example.org @x.com $x.com #x.com -x.com",
    "https://example.co.uk:8080/a?b=c&d. EXAMPLE.ORG, example.org.uk.example xn--p1ai.xn--p1ai/ https://t.co/(a(b)c)d(",
    "©️ © ™ ❤️ ❤ ❤\ufe0e 👧\ufe0f ⌚\ufe0f 🌡️ 😀🏽 #️⃣ 🏴‍☠️ 🇨🇪 e\u0301a\u030a",
    "xhttps://no.example /https://no.example @https://no.example https://a.bhttps://c.d",
    '"https://a.b/c" “https://a.b/d” «https://a.b/e» <https://a.b/f> *https://a.b/g* _https://a.b/h_ https://a.b/i’s',
    "https://a.b/\u0301 \u0301https://a.b https://a.b👩\u200d👩",
    "Hello @iom@mastodon.example and @here, @a.example.org; me@example.org @@a.example.org @a..b.c @-a.b.c",
    "@KELVIN\u212a.example.org @i\u0307.example.org @\u0130stanbul.example.org @ſtadt.example.ſo",
    "@a.b.c@d.e =@a@b.c /@a@b.c",
    "@a@b @a.b@c-d.e-f.g. @ünï@möst.example @a@-@b @a@. @_@_",
    "#ITAC, #IamAMigrant! #1 #2026 #18Dec a#b /#c &#d; ##e #_ #· #٣ #²" + f" #{'x' * 64} #{'x' * 65} #{'👍'}",
    f"{'word ' * 900}",
    f"{'Pneumonoultramicroscopicsilicovolcanoconiosis' * 30}",
    "ا" * 700 + " " + "क्ष" * 200 + " " + "👩\u200d👩\u200d👧" * 350,
    f"@{'a' * 4000}@{'b-' * 30}c",
    "First.\n---\nSecond, longer.\n \t---\x1c\nThird\n---\n\n---\nFourth --- not\n----\nhere\n---",
    "\n---\n",
    "---",
    "One. Two! Three? “Four.” ‘Five!’ (Six.) [Seven…] Eight؟ Nine। Ten。Eleven！ Twelve." * 9,
    "A paragraph.\n\n" * 80 + "The end",
    ("A line without an end\n" * 40) + "\n" * 30,
    " ".join(f"https://example.org/{n} #tag{n} @person{n}@server{n}.example" for n in range(60)),
    " ".join(f"@person{n}.example.org" for n in range(60)),
    "\ue000 https://a.b \ue000\u0301",
    "\U0010ffff\U0001f1e6\ufdd0\uffff\x00\x7f\x80",
    "half \ud83d of a pair, \ude00 the other, \ud83d\u0301 and \udfff\udbff",
    "Ma\u00df 5 % & <b>no tag</b> &amp; 'quoted' \"so\"",
]  # fmt: skip
# What random texts are made of: mostly what has a rule of its own, next to what hasn't.
PIECES = [
    *"ab .,-_@#/:;!?()[]'\"=~*&<>«»“”…。؟।\n\t\xa0\x1c\x85\u2028\u3000\u200b\u200c\u200d\ufeff\u0301\u0327",
    *"éßſİı\u212a²·＃٣١مرحبا\u0600\u06dd\u0903\u0915\u094d\u0937\u0e33\u0e01\u1100\u1161\u11a8가각字か\u3099",
    *"👩👧❤🏽🇪🇨🏴\U000e0061\U000e007f\ufe0f\u20e3©\U00011f02\U00011f12𝒳\ue000",
    "\r\n", "\n\n", "\n---\n", "---", ". ", "#ITAC", "#1", "https://a.b/c", "http://localhost", "HTTPS://x.y/",
    "example.org/a", "e.g.", "рф", ".", "❤️", "1️⃣", "🇪🇨",
    "@a.example.org", "@iom@mastodon.example", "example.org", "word ", "👩\u200d👩\u200d👧", "ไม่", "क्ष", "نعم",
]  # fmt: skip


def by_chance(count: int) -> Iterator[str]:
    """That many texts, the same at each call: of pieces, of any characters, and of characters of one region."""
    chance = random.Random(SEED)
    for number in range(count):
        size = chance.randint(0, chance.choice([4, 16, 80]))
        if number % 3 == 0:
            region = chance.randrange(0x20, 0x1F000)
            yield whole("".join(chr(region + chance.randrange(96)) for _ in range(size)))
        elif number % 7 == 0:
            yield whole("".join(chr(chance.randrange(0x110000)) for _ in range(size)))
        else:
            yield whole("".join(chance.choice(PIECES) for _ in range(size)))


def whole(text: str) -> str:
    """The text without two halves that make a pair: a browser knows no such text."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def as_sent(text: str) -> str:
    """The text as a form sends it: half of a pair becomes U+FFFD."""
    return "".join("\ufffd" if 0xD800 <= ord(each) <= 0xDFFF else each for each in text)
