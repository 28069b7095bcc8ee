"""Reads what a 64-bit little-endian ELF library says of itself. Decides nothing: the checks do."""

import struct
from dataclasses import dataclass, field

MACHINES = {62: "x86_64", 183: "arm64-v8a"}
PT_LOAD, PT_DYNAMIC, PT_NOTE, PT_GNU_STACK, PT_GNU_RELRO = 1, 2, 4, 0x6474E551, 0x6474E552
DT_NEEDED, DT_STRTAB, DT_SYMTAB, DT_SONAME, DT_TEXTREL = 1, 5, 6, 14, 22
SHT_DYNSYM = 11


@dataclass
class Library:
    """One shared library."""

    size: int
    abi: str
    needed: list = field(default_factory=list)
    soname: str = ""
    imports: set = field(default_factory=set)  # names that others must bring
    optional: set = field(default_factory=set)  # names that may be missing: weak
    exports: set = field(default_factory=set)
    page_alignment: int = 0  # the smallest of its segments, bytes
    executable_stack: bool = False
    writable_code: bool = False
    relocates_code: bool = False
    read_only_relocations: bool = False
    api_level: int = 0  # 0: the library does not say


class NotALibrary(Exception):
    """The bytes are not a 64-bit little-endian ELF file."""


def read(data: bytes) -> Library:
    """Reads a whole file."""
    if data[:6] != b"\x7fELF\x02\x01":
        raise NotALibrary
    machine = struct.unpack_from("<H", data, 18)[0]
    program_offset, section_offset = struct.unpack_from("<QQ", data, 32)
    program_size, program_count, section_size, section_count = struct.unpack_from("<HHHH", data, 54)
    library = Library(len(data), MACHINES.get(machine, f"machine {machine}"))
    segments = [
        struct.unpack_from("<IIQQQQQQ", data, program_offset + index * program_size) for index in range(program_count)
    ]
    loads = [segment for segment in segments if segment[0] == PT_LOAD]
    library.page_alignment = min(segment[7] for segment in loads)
    library.writable_code = any(segment[1] & 3 == 3 for segment in loads)
    for kind, flags, offset, _, _, size, _, _ in segments:
        if kind == PT_GNU_STACK:
            library.executable_stack = bool(flags & 1)
        elif kind == PT_GNU_RELRO:
            library.read_only_relocations = True
        elif kind == PT_NOTE:
            _read_notes(data[offset : offset + size], library)
        elif kind == PT_DYNAMIC:
            _read_dynamic(data, offset, size, loads, library)
    for index in range(section_count):
        section = struct.unpack_from("<IIQQQQIIQQ", data, section_offset + index * section_size)
        if section[1] == SHT_DYNSYM:
            strings = struct.unpack_from("<IIQQQQIIQQ", data, section_offset + section[6] * section_size)
            _read_symbols(data, section[4], section[5], strings[4], library)
    return library


def _text(data, offset):
    return data[offset : data.index(b"\0", offset)].decode()


def _read_dynamic(data, offset, size, loads, library):
    entries = list(struct.iter_unpack("<QQ", data[offset : offset + size]))
    values = dict(entries)
    address = values[DT_STRTAB]
    (strings,) = [s[2] + address - s[3] for s in loads if s[3] <= address < s[3] + s[5]]
    library.needed = [_text(data, strings + value) for tag, value in entries if tag == DT_NEEDED]
    library.relocates_code = DT_TEXTREL in values
    if DT_SONAME in values:
        library.soname = _text(data, strings + values[DT_SONAME])


def _read_symbols(data, offset, size, strings, library):
    for name, info, _, section, _, _ in struct.iter_unpack("<IBBHQQ", data[offset : offset + size]):
        if not name or info >> 4 == 0:
            continue
        text = _text(data, strings + name)
        if section:
            library.exports.add(text)
        else:
            (library.optional if info >> 4 == 2 else library.imports).add(text)


def _read_notes(notes, library):
    at = 0
    while at + 12 <= len(notes):
        name_size, size, kind = struct.unpack_from("<III", notes, at)
        name = notes[at + 12 : at + 12 + name_size].rstrip(b"\0")
        at += 12 + (name_size + 3) // 4 * 4
        if name == b"Android" and kind == 1:
            library.api_level = struct.unpack_from("<I", notes, at)[0]
        at += (size + 3) // 4 * 4
