"""Which names are everyday words: from the word frequencies of wordfreq. Only a mark on a name comes of it."""

import gzip
import re
import unicodedata

# Languages in whose texts a Latin name could be a word, with the Zipf value from which on it is one.
LATIN = {
    "large_en": 2.7, "large_es": 3.4, "small_fil": 3.0, "small_id": 3.3, "small_ms": 3.5, "large_fr": 3.6,
    "small_vi": 3.3,
}


def unpack(data):
    """The part of MessagePack that the lists use: arrays of arrays of strings after one map."""

    def value(at):
        tag = data[at]
        if tag <= 0x7F:
            return tag, at + 1
        if 0x80 <= tag <= 0x8F:
            at += 1
            pairs = {}
            for _ in range(tag & 0x0F):
                key, at = value(at)
                pairs[key], at = value(at)
            return pairs, at
        if 0x90 <= tag <= 0x9F:
            return array(at + 1, tag & 0x0F)
        if tag in (0xDC, 0xDD):
            size = 2 if tag == 0xDC else 4
            return array(at + 1 + size, int.from_bytes(data[at + 1 : at + 1 + size]))
        if 0xA0 <= tag <= 0xBF:
            return text(at + 1, tag & 0x1F)
        if tag in (0xD9, 0xDA):
            size = tag - 0xD8
            return text(at + 1 + size, int.from_bytes(data[at + 1 : at + 1 + size]))
        raise SystemExit(f"wordfreq: unknown tag {tag:#x}")

    def array(at, count):
        items = []
        for _ in range(count):
            item, at = value(at)
            items.append(item)
        return items, at

    def text(at, size):
        return data[at : at + size].decode(), at + size

    return value(0)[0]


def plain(name):
    letters = unicodedata.normalize("NFKD", name.lower().replace("đ", "d"))
    return "".join(c for c in letters if not unicodedata.combining(c))


def read(folder):
    """All everyday words."""
    words = set()
    for name, least in LATIN.items():
        with gzip.open(folder / f"wordfreq/data/{name}.msgpack.gz") as file:
            buckets = unpack(file.read())[1:]
        # The index of a list is a frequency in hundredths of a power of ten below 1.
        for bucket in buckets[: round((9 - least) * 100)]:
            words.update(plain(word) for word in bucket)
    return words


def letters(name):
    """Letters without the marks on them."""
    return [c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c)[0] == "L"]


def is_everyday(name, words):
    """Whether a name should need a capital or a word such as 'town' beside it."""
    first = unicodedata.name(name[0], "").split()[0]
    if first in {"THAI", "LAO", "KHMER", "MYANMAR"}:
        return len(letters(name)) <= 3
    if first == "CJK":
        # Two characters are found within many a word.
        return len(name) <= 2
    parts = re.split(r"[\s'’-]+", plain(name))
    if len("".join(parts)) <= 3:
        return True
    return all(part in words for part in parts)
