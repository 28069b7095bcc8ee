#!/usr/bin/env python3
"""Checks what goes to Android phones.

    android_check.py library FILE [--map FILE]    libtrak_ffi.so of one ABI; the linker's map tells what is whose
    android_check.py apk FILE                     an APK: both ABIs, the core's library and JNA's, ready for 16 KB pages;
                                                  --packing: the core's library was not built, only others' are looked at
"""

import argparse
import pathlib
import struct
import sys
import zipfile

import elf

PAGE = 16 * 1024  # bytes; Google Play asks for it from Android 15 on
API = pathlib.Path(__file__).resolve().parent / "android" / "api26"
MIN_API = 26
ABIS = ("arm64-v8a", "x86_64")
CORE, JNA = "libtrak_ffi.so", "libjnidispatch.so"
# Others' libraries for pages of 4 KB: the version of JPush that a package registry has. No telephone has this processor;
# a release takes a newer JPush (docs/release.md), which Play asks for.
SMALL_PAGES = {"lib/x86_64/libjcore332.so"}
# Bytes. The bound of the ABI that phones have is the product's; the other runs on emulators and Chromebooks.
MOST = {"arm64-v8a": 9_000_000, "x86_64": 11_000_000}
# Without cryptography: docs/decisions.md says what the bytes are and why they are not half as many.
MOST_WITHOUT_CRYPTOGRAPHY = {"arm64-v8a": 7_500_000, "x86_64": 9_000_000}


def allowed():
    """What API 26 has of what is used: library to names."""
    return {
        f"{path.stem}.so": {line.split()[0] for line in path.read_text().splitlines() if line and line[0] != "#"}
        for path in sorted(API.glob("*.txt"))
    }


def faults(library, system):
    """What is wrong with the core's library, in words."""
    names = set().union(*system.values())
    if library.abi not in ABIS:
        yield f"it is for {library.abi}"
    if library.soname != "libtrak_ffi.so":
        yield f"it calls itself {library.soname!r}"
    if library.page_alignment < PAGE:
        yield f"its segments are aligned to {library.page_alignment} bytes, not to {PAGE}"
    if library.api_level != MIN_API:
        yield f"it says it needs API {library.api_level}, not {MIN_API}"
    for name in sorted(set(library.needed) - set(system)):
        yield f"it needs {name}, which apps may not load"
    for name in sorted(library.imports - names):
        yield f"it imports {name}, which API {MIN_API} is not known to have"
    if not library.imports:
        yield "it imports nothing: that cannot be"
    if not any(name.startswith("uniffi_trak_ffi_fn_") for name in library.exports):
        yield "it exports none of the core's functions"
    strange = [name for name in library.exports if not name.startswith(("uniffi_", "ffi_trak_ffi_", "UNIFFI_META_"))]
    for name in sorted(strange):
        yield f"it exports {name}"
    if library.executable_stack:
        yield "its stack is executable"
    if library.writable_code or library.relocates_code:
        yield "its code can be written to"
    if not library.read_only_relocations:
        yield "its relocations stay writable"


def cryptography_bytes(path):
    """How much of the library OpenSSL takes, by the linker's map."""
    total = 0
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            columns = line.split(maxsplit=4)
            if len(columns) == 5 and ("libcrypto" in columns[4] or "libopenssl_sys" in columns[4]):
                total += int(columns[2], 16)
    return total


def check_library(path, map_path):
    library = elf.read(path.read_bytes())
    wrong = list(faults(library, allowed()))
    text = f"{library.abi}: {library.size:,} bytes"
    if library.size > MOST.get(library.abi, 0):
        wrong.append(f"it has {library.size:,} bytes, more than {MOST.get(library.abi, 0):,}")
    if map_path:
        cryptography = cryptography_bytes(map_path)
        rest = library.size - cryptography
        text += f", {rest:,} without SQLCipher's cryptography"
        if not cryptography:
            wrong.append("the map shows no cryptography: the database would not be encrypted")
        if rest > MOST_WITHOUT_CRYPTOGRAPHY.get(library.abi, 0):
            wrong.append(f"without cryptography it has {rest:,} bytes, too many")
    print(
        f"{text}; {library.page_alignment // 1024} KB pages; API {library.api_level}; imports {len(library.imports)} names"
        f" of {' '.join(library.needed)}; {len(library.optional)} optional"
    )
    return wrong


def check_apk(path, libraries):
    wrong = []
    with zipfile.ZipFile(path) as apk, open(path, "rb") as raw:
        entries = {entry.filename: entry for entry in apk.infolist() if entry.filename.startswith("lib/")}
        for abi in ABIS:
            missing = [name for name in libraries if f"lib/{abi}/{name}" not in entries]
            wrong += [f"lib/{abi}/{name} is missing" for name in missing]
        for name, entry in sorted(entries.items()):
            abi, file = name.split("/")[1:]
            if abi not in ABIS:
                wrong.append(f"{name}: an ABI the core is not built for; a phone that prefers it cannot start")
                continue
            library = elf.read(apk.read(entry))
            if library.abi != abi:
                wrong.append(f"{name} is for {library.abi}")
            if library.page_alignment < PAGE and name not in SMALL_PAGES:
                wrong.append(f"{name}: its segments are aligned to {library.page_alignment} bytes, not to {PAGE}")
            stored = entry.compress_type == zipfile.ZIP_STORED
            if stored and _data_offset(raw, entry) % PAGE:
                wrong.append(f"{name} is stored as it is, but not at a multiple of {PAGE} bytes")
            if file == CORE:
                wrong += [f"{name}: {fault}" for fault in faults(library, allowed())]
            print(f"{name}: {library.size:,} bytes, {library.page_alignment // 1024} KB pages, {'stored' if stored else f'{entry.compress_size:,} packed'}")
    return wrong


def _data_offset(raw, entry):
    raw.seek(entry.header_offset + 26)
    name_size, extra_size = struct.unpack("<HH", raw.read(4))
    return entry.header_offset + 30 + name_size + extra_size


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["library", "apk"])
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--map", type=pathlib.Path)
    parser.add_argument("--packing", action="store_true")
    arguments = parser.parse_args()
    if arguments.kind == "apk":
        wrong = check_apk(arguments.file, [JNA] if arguments.packing else [CORE, JNA])
    else:
        wrong = check_library(arguments.file, arguments.map)
    for fault in wrong:
        print(f"{arguments.file.name}: {fault}", file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
