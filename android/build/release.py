"""The release APK: shrunk by R8, and proof that what native code looks up by name is still there under its name."""

import struct
import zipfile

import artefacts
import compile as kotlin
import jpush
import package
from paths import ANDROID, MIN_SDK, OUT, Step, fail, files, run

APK = OUT / "trak-release.apk"
RULES = ANDROID / "app" / "proguard-rules.pro"
# Names in Kotlin's bindings that C code or JNA's reflection reads.
LOOKED_UP = ("com/sun/jna/Native", "com/sun/jna/Structure", "com/sun/jna/Callback", "com/sun/jna/Pointer")


def build(resources):
    """Shrinks, packs, signs and verifies."""
    jars = [*artefacts.classes("app"), package.own_jar(resources)]
    rules = [RULES, resources.keep_rules, *_libraries_rules(resources)]
    out = OUT / "r8"
    with Step("r8", [*jars, *rules], MIN_SDK) as todo:
        if todo:
            command = package.dexer("R8", "--release")
            for path in rules:
                command += ["--pg-conf", path]
            out.mkdir(parents=True, exist_ok=True)
            run([*command, "--pg-map-output", OUT / "r8-mapping.txt", "--output", out, *jars])
    dexes = package.numbered(out)
    _prove(resources, dexes)
    natives = package.natives()
    with Step("apk (release)", [*dexes, resources.release_archive, *natives]) as todo:
        if todo:
            package.pack(resources, resources.release_archive, dexes, natives, APK)
    package.verify(APK, natives)


def _libraries_rules(resources):
    """The rules that libraries bring: beside an AAR's classes, or inside of a jar."""
    found = [library.path / "proguard.txt" for library in resources.libraries]
    folder = OUT / "r8-rules"
    folder.mkdir(parents=True, exist_ok=True)
    for jar in artefacts.classes("app"):
        with zipfile.ZipFile(jar) as archive:
            for name in archive.namelist():
                if name.startswith("META-INF/proguard/") and not name.endswith("/"):
                    path = folder / f"{jar.parent.name}-{jar.stem}-{name.rsplit('/', 1)[1]}"
                    path.write_bytes(archive.read(name))
                    found.append(path)
    return [path for path in found if path.exists()]


def _prove(resources, dexes):
    """Every class that JNA, uniffi's scaffolding, JPush or the manifest has a name for is in the dex under that name, and R8 did shrink."""
    classes, strings = set(), set()
    for path in dexes:
        here, words = read_dex(path.read_bytes())
        classes |= here
        strings |= words
    bindings = {
        path.relative_to(kotlin.CORE_CLASSES).as_posix()[:-6]
        for path in files(kotlin.CORE_CLASSES)
        if path.suffix == ".class" and ("Uniffi" in path.name or "RustBuffer" in path.name or "RustCall" in path.name)
    }
    gone = sorted(name for name in {*LOOKED_UP, *bindings} if f"L{name};" not in classes)
    if gone:
        fail(f"R8 removed or renamed {len(gone)} classes that are looked up by name: {gone[:5]}")
    # All of JPush that JPush asks to keep, whose classes and native code look each other up, and what the manifest has the system start.
    jars = artefacts.Library(jpush.folder()).jars()
    names = [name for jar in jars for name in zipfile.ZipFile(jar).namelist()]
    others = {name[:-6] for name in names if name.startswith(("cn/jpush/", "cn/jiguang/")) and name.endswith(".class")}
    others |= {name.replace(".", "/") for name in resources.components()}
    gone = sorted(name for name in others if f"L{name};" not in classes)
    if gone:
        fail(f"R8 removed or renamed {len(gone)} classes of JPush and the manifest: {gone[:5]}")
    calls = {name for name in strings if name.startswith("uniffi_trak_ffi_fn_")}
    wanted = {line for line in _exported() if line.startswith("uniffi_trak_ffi_fn_")}
    missing = sorted(wanted - calls)
    if missing:
        fail(f"R8 renamed {len(missing)} calls into the core: {missing[:5]}")
    before = sum(1 for jar in artefacts.classes("app") for name in zipfile.ZipFile(jar).namelist() if name.endswith(".class"))
    print(f"    {len(bindings)} classes and {len(wanted)} calls of the bindings keep their names, and {len(others)} of JPush and the manifest;")
    print(f"    {len(classes)} classes of {before} in the libraries and {len(files(kotlin.CLASSES))} of the app's are left")


def _exported():
    """The calls that the generated bindings declare."""
    for path in files(kotlin.GENERATED):
        if path.suffix == ".kt":
            for line in path.read_text().splitlines():
                if line.lstrip().startswith("external fun uniffi_"):
                    yield line.split("external fun ", 1)[1].split("(", 1)[0].strip()


def read_dex(data):
    """The classes that a dex defines, as descriptors, and all of its strings."""
    if data[:4] != b"dex\n":
        fail("not a dex file")
    string_count, strings_at, type_count, types_at = struct.unpack_from("<4I", data, 0x38)
    class_count, classes_at = struct.unpack_from("<2I", data, 0x60)
    strings = []
    for offset in struct.unpack_from(f"<{string_count}I", data, strings_at):
        while data[offset] & 0x80:  # the length, which the terminator makes needless
            offset += 1
        strings.append(data[offset + 1 : data.index(b"\0", offset + 1)].decode("utf-8", "replace"))
    types = struct.unpack_from(f"<{type_count}I", data, types_at)
    classes = (struct.unpack_from("<I", data, classes_at + 32 * number)[0] for number in range(class_count))
    return {strings[types[number]] for number in classes}, set(strings)
