"""safetensors files: named arrays in, bytes out, and back. Read strictly, and never as anything but numbers."""

from __future__ import annotations

import json
from math import prod
from struct import pack, unpack_from
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, NoReturn, Optional, Tuple

import numpy as np
import numpy.typing as npt

from .errors import StateError

Array = npt.NDArray[Any]

#: The element types that NumPy has, little-endian as in files.
_DTYPES: Mapping[str, str] = {
    "F64": "<f8",
    "I64": "<i8",
    "U64": "<u8",
    "F32": "<f4",
    "I32": "<i4",
    "U32": "<u4",
    "F16": "<f2",
    "I16": "<i2",
    "U16": "<u2",
    "I8": "|i1",
    "U8": "|u1",
    "BOOL": "|b1",
}
_NAMES = {np.dtype(text): name for name, text in _DTYPES.items()}
_METADATA = "__metadata__"
_FIELDS = {"dtype", "shape", "data_offsets"}
#: As much as readers in other languages take.
_MOST_HEADER = 1 << 24
_MOST_RANK = 64
_MOST = 2**53 - 1


class Contents(NamedTuple):
    """What a file holds."""

    metadata: Dict[str, str]
    tensors: Dict[str, Array]


def chunks_of(tensors: Mapping[str, Array], metadata: Mapping[str, str]) -> Iterator[memoryview]:
    """The bytes of a file, in pieces. The same arrays give the same bytes, whatever order they come in.

    Larger elements come first, so that each is aligned, and names go by their UTF-8 bytes. Raises StateError for a name or
    an element type that no file has.
    """
    ordered = sorted(tensors.items(), key=lambda one: (-one[1].dtype.itemsize, _encoded(one[0])))
    header: Dict[str, Any] = {}
    if metadata:
        header[_METADATA] = dict(sorted(metadata.items(), key=lambda one: _encoded(one[0])))
    at = 0
    for name, array in ordered:
        dtype = _NAMES.get(array.dtype.newbyteorder("<"))
        if dtype is None or name == _METADATA:
            raise StateError("safetensors", f"`{name}`, an array of {array.dtype}, cannot be written", name)
        header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [at, at + array.nbytes]}
        at += array.nbytes
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    padded = text + b" " * (-len(text) % 8)
    yield memoryview(pack("<Q", len(padded)) + padded)
    for _, array in ordered:
        if array.size > 0:
            little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
            yield memoryview(little.reshape(-1).view(np.uint8).data)


def _encoded(name: str) -> bytes:
    try:
        return name.encode()
    except UnicodeEncodeError:
        raise StateError("safetensors", f"{name!r} has no UTF-8 form") from None


def read_safetensors(data: bytes) -> Contents:
    """The arrays in a file, which cannot be written to. Raises StateError for whatever breaks the format."""
    start, header = _header_in(data)
    metadata = header.pop(_METADATA, {})
    if not _is_texts(metadata):
        _refuse("the metadata are no texts")
    filled = 0
    tensors: Dict[str, Array] = {}
    for name, entry in sorted(header.items(), key=lambda one: _offsets_in(*one)):
        begin, end = _offsets_in(name, entry)
        if begin != filled:
            _refuse(f"the data of `{name}` begin at {begin}, and those before them end at {filled}", name)
        dtype, shape = _type_in(name, entry)
        if prod(shape) * dtype.itemsize != end - begin:
            _refuse(f"`{name}` takes {prod(shape) * dtype.itemsize} bytes, and the offsets give {end - begin}", name)
        if start + end > len(data):
            _refuse(f"the file ends before `{name}` does", name)
        tensors[name] = _array(name, np.frombuffer(data[start + begin : start + end], dtype), shape)
        filled = end
    if start + filled != len(data):
        _refuse(f"the tensors take {filled} bytes, and there are {len(data) - start}")
    return Contents(dict(metadata), tensors)


def _header_in(data: bytes) -> Tuple[int, Dict[str, Any]]:
    if len(data) < 8:
        _refuse("the file is too short for its header's length")
    size = unpack_from("<Q", data)[0]
    if size > _MOST_HEADER or size > len(data) - 8:
        _refuse(f"there is no header of {size} bytes")
    text = data[8 : 8 + size]
    if not text.startswith(b"{"):
        _refuse("the header does not start with `{`")
    try:
        header = json.loads(text.decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise StateError("safetensors", f"the header is no JSON: {error}") from None
    return 8 + size, header


def _once(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse("the header holds a name twice")
    return found


def _is_texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())


def _is_naturals(value: object, length: Optional[int] = None) -> bool:
    """Whether it is a list of whole numbers; ``True`` is none, though Python counts it as 1."""
    if not isinstance(value, list) or (length is not None and len(value) != length):
        return False
    return all(type(one) is int and 0 <= one <= _MOST for one in value)


def _offsets_in(name: str, entry: object) -> Tuple[int, int]:
    if not isinstance(entry, dict) or set(entry) != _FIELDS or not _is_naturals(entry["data_offsets"], 2):
        _refuse(f"`{name}` has no dtype, shape and two data_offsets, or something else", name)
    begin, end = entry["data_offsets"]
    return begin, end


def _type_in(name: str, entry: Dict[str, Any]) -> Tuple[np.dtype[Any], Tuple[int, ...]]:
    text, shape = entry["dtype"], entry["shape"]
    dtype = _DTYPES.get(text) if isinstance(text, str) else None
    if dtype is None:
        _refuse(f"`{name}` has an element type that is not known", name)
    if not _is_naturals(shape) or len(shape) > _MOST_RANK or prod(side for side in shape if side) > _MOST:
        _refuse(f"`{name}` has a shape that is none", name)
    return np.dtype(dtype), tuple(shape)


def _array(name: str, flat: Array, shape: Tuple[int, ...]) -> Array:
    try:
        return flat.reshape(shape)
    except ValueError:
        return _refuse(f"`{name}` has a shape that NumPy has not", name)


def _refuse(message: str, path: Optional[str] = None) -> NoReturn:
    raise StateError("safetensors", message, path)
