"""The packed form that the assets share: a mark, then numbers in seven-bit groups, deflated."""

import zlib


class Writer:
    def __init__(self, mark):
        self.mark = mark
        self.bytes = bytearray()

    def raw(self, data):
        self.bytes += data

    def number(self, value):
        assert value >= 0
        while value > 0x7F:
            self.bytes.append(value & 0x7F | 0x80)
            value >>= 7
        self.bytes.append(value)

    def signed(self, value):
        self.number(value * 2 if value >= 0 else -value * 2 - 1)

    def text(self, value):
        data = value.encode()
        self.number(len(data))
        self.raw(data)

    def packed(self):
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        return self.mark + len(self.bytes).to_bytes(4, "little") + deflate.compress(bytes(self.bytes)) + deflate.flush()


def unpacked(data):
    """What is in a packed file: other versions of the compressor write other bytes for the same content."""
    mark = data.index(b"1") + 1
    return data[:mark], zlib.decompress(data[mark + 4 :], -15)
