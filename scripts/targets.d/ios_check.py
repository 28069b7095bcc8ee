"""Checks the dylib that the static library for iPhones links into: ios_check.py FOLDER MINIMUM MOST_BYTES."""

import pathlib
import re
import sys

# Frameworks an app always has, and what is used of them. Everything else must be of libSystem.
FRAMEWORKS = {
    "CoreFoundation": "CF kCF",
    "Security": "Sec kSec",
    "SystemConfiguration": "SC kSC",
}
# Names of macOS's libSystem that an iPhone's has not, or that the App Store refuses.
FORBIDDEN = {"_fork", "_execve", "_execvp", "_posix_spawn", "_posix_spawnp", "_system", "_ptrace", "_syscall"}


def main(folder, minimum, most_bytes):
    dylib = folder / "libtrak_ffi.dylib"
    imports = (folder / "imports.txt").read_text().splitlines()
    exports = (folder / "exports.txt").read_text().split()
    commands = (folder / "load-commands.txt").read_text()
    wrong, of_system, of_frameworks, used = [], set(), set(), set()
    for line in imports:
        match = re.search(r"(?:external|weak) (\S+)(?: \(from ([^)]*)\))?", line)
        if not match:
            continue
        name, origin = match[1], match[2] or ""
        if origin == "libSystem":
            of_system.add(name)
        else:
            framework = next((f for f, starts in FRAMEWORKS.items() if name[1:].startswith(tuple(starts.split()))), None)
            if framework:
                of_frameworks.add(framework)
                used.add(name)
            else:
                wrong.append(f"{name} is of no library an app always has")
    forbidden = FORBIDDEN & of_system
    if not of_system:
        wrong.append("it imports nothing of the system: that cannot be")
    functions = [name for name in exports if name.startswith(("_uniffi_trak_ffi_fn_", "_ffi_trak_ffi_"))]
    if not functions:
        wrong.append("it exports none of the core's functions")
    build = re.search(r"cmd LC_BUILD_VERSION.*?platform (\S+).*?minos (\S+)", commands, re.DOTALL)
    if not build or build[1].lower() not in ("2", "ios") or build[2] != minimum:
        wrong.append(f"it is not for iOS {minimum}: {build.groups() if build else 'it does not say'}")
    size = dylib.stat().st_size
    if size > most_bytes:
        wrong.append(f"it has {size:,} bytes, more than {most_bytes:,}")
    print(
        f"ios arm64: {size:,} bytes linked; iOS {minimum}; {len(functions)} functions; imports {len(of_system)} names of"
        f" libSystem, {len(used)} of {' '.join(sorted(of_frameworks)) or 'no framework'}"
    )
    if forbidden:
        print(f"ios arm64: of the standard library, never called: {' '.join(sorted(forbidden))}")
    for fault in wrong:
        print(f"libtrak_ffi.dylib: {fault}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
