"""Writes the pickles of known values, for the tests of the reader. Run by each CPython, 2.7 and 3.6 upwards, with the name
of a file to write: the value is told beside the pickle, in a form that JSON can hold. Nothing is ever unpickled here."""
import json
import pickle
import struct
import sys
from collections import OrderedDict

PY2 = sys.version_info[0] == 2
text_type = type(u"")
big_int = int if not PY2 else long  # noqa: F821


def tell(value):
    if value is None:
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, big_int)):
        return {"int": str(value)}
    if value != value:
        return {"float": "nan"}
    if isinstance(value, float):
        return {"float": "".join("%02x" % b for b in bytearray(struct.pack(">d", value)))}
    if isinstance(value, text_type):
        return {"text": value}
    if isinstance(value, bytes):
        if PY2 and all(ord(c) < 128 for c in value):
            return {"text": value.decode("ascii")}
        return {"bytes": "".join("%02x" % b for b in bytearray(value))}
    if isinstance(value, bytearray):
        return {"bytes": "".join("%02x" % b for b in value)}
    for kind in (list, tuple, set, frozenset):
        if isinstance(value, kind):
            return {kind.__name__: [tell(item) for item in value]}
    return {"dict": [[tell(k), tell(v)] for k, v in value.items()]}


shared = [1, u"two"]
VALUES = OrderedDict([
    ("constants", [None, True, False]),
    ("small integers", [0, 1, 255, 256, 65535, 65536, 2 ** 31 - 1, -1, -(2 ** 31)]),
    ("large integers", [2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1, 2 ** 53, -(2 ** 63), 2 ** 64, 10 ** 40, -(10 ** 40)]),
    ("very large integer", 3 ** 2000),
    ("floats", [0.0, -0.0, 1.0, 0.1, 1e-5, 1e16, 1e308, 5e-324, -2.5, float("inf"), -float("inf"), float("nan")]),
    ("texts", [u"", u"a", u"caf\xe9", u"\u20ac", u"\U0001f600", u"back\\slash", u"\\u0041", u"line\nfeed\r\x00\x1a"]),
    ("long text", u"x" * 300),
    ("bytes", [b"", b"abc", b"\x00\xff\n", b"'\"\\", b"\x80\x81" * 200]),
    ("bytearray", bytearray(b"\x00\x01\xfe")),
    ("lists and tuples", [[], (), [1], (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), [[[]]]]),
    ("dictionaries", [{}, {u"a": 1}, {1: {2: 3}}, {(1, u"k"): None}, {None: 0}]),
    ("sets", [set(), {1}, frozenset(), frozenset([u"x"])]),
    ("shared list", [shared, shared, {u"again": shared}]),
    ("many entries", {u"key %d" % i: i for i in range(260)}),
])


def main(path):
    writers = [("pickle", pickle)]
    if PY2:
        import cPickle
        writers.append(("cPickle", cPickle))
    rows = []
    for name, value in VALUES.items():
        for writer, module in writers:
            for protocol in range(module.HIGHEST_PROTOCOL + 1):
                data = module.dumps(value, protocol)
                hexed = "".join("%02x" % b for b in bytearray(data))
                rows.append({"name": name, "writer": writer, "protocol": protocol, "hex": hexed})
    with open(path, "w") as out:
        out.write('{"python": "%d.%d",\n"values": {\n' % sys.version_info[:2])
        told = ["%s: %s" % (json.dumps(n), json.dumps(tell(v))) for n, v in VALUES.items()]
        out.write(",\n".join(told) + '\n},\n"pickles": [\n')
        out.write(",\n".join(json.dumps(row, sort_keys=True) for row in rows) + "\n]}\n")


main(sys.argv[1])
