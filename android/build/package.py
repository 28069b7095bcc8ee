"""The APK: dex, native libraries, alignment, a debug signature, and proof of all of it."""

import os
import shutil
import sys
import zipfile

import artefacts
import compile as kotlin
from paths import CACHE, MIN_SDK, OUT, ROOT, TARGET, Step, digest, fail, files, run

APK = OUT / "trak-debug.apk"
KEYSTORE = CACHE / "debug.keystore"
ABIS = ("arm64-v8a", "x86_64")
# Half a gigabyte lives, gigabytes pass through. On two processors Java's usual collector makes R8 take twice as long.
MEMORY = ("-Xmx4g", "-XX:+UseParallelGC")
# Where scripts/targets, and cargo-ndk for a release, put what goes into an app.
NATIVES = TARGET / "targets" / "jniLibs"


def build(resources):
    """Packs, signs and verifies the APK."""
    dexes = [*numbered(_own_dex(resources)), *numbered(_library_dex())]
    libraries = natives()
    with Step("apk", [*dexes, resources.archive, *libraries]) as todo:
        if todo:
            pack(resources, resources.archive, dexes, libraries, APK)
    verify(APK, libraries)


def natives():
    """The core's library for each kind of phone that it was built for."""
    found = [NATIVES / abi / "libtrak_ffi.so" for abi in ABIS]
    return [path for path in found if path.exists()]


def numbered(folder):
    """Dex files in the order of their numbers."""
    return sorted(folder.glob("*.dex"), key=lambda path: (len(path.name), path.name))


def dexer(name, kind):
    """The command of R8 or D8 up to what it reads."""
    command = ["java", *MEMORY, "-cp", artefacts.jar("sdk", "r8"), f"com.android.tools.r8.{name}", kind]
    return [*command, "--min-api", MIN_SDK, "--lib", artefacts.android("sdk"), "--lib", java_home()]


def _d8(out, inputs, classpath=()):
    shutil.rmtree(out, ignore_errors=True)
    partial = out.with_name(out.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    command = dexer("D8", "--debug")
    for entry in classpath:
        command += ["--classpath", entry]
    run([*command, "--output", partial, *inputs])
    partial.rename(out)


def java_home():
    """The classes of Java itself, for what desugaring looks up."""
    program = shutil.which("javac") or fail("javac is missing")
    return os.environ.get("JAVA_HOME") or os.path.dirname(os.path.dirname(os.path.realpath(program)))


def _library_dex():
    """The libraries' dex: three minutes of work, done once for a lock file."""
    out = CACHE / f"dex-{digest([*artefacts.linked(), artefacts.LOCKS / 'sdk.lock'], MIN_SDK)}"
    with Step("dex (libraries)", [], str(out), out.is_dir()) as todo:
        if todo and not out.is_dir():
            _d8(out, artefacts.classes("app"))
    return out


def own_jar(resources):
    """The app's own classes and the bindings, as one jar."""
    jar = OUT / "classes.jar"
    with Step("jar (app)", files(kotlin.CORE_CLASSES, kotlin.CLASSES, resources.r_jar_folder)) as todo:
        if todo:
            with zipfile.ZipFile(jar, "w") as archive:
                for root in (kotlin.CORE_CLASSES, kotlin.CLASSES, resources.r_jar_folder):
                    for path in files(root):
                        if path.suffix == ".class":
                            archive.write(path, path.relative_to(root))
    return jar


def _own_dex(resources):
    out = OUT / "dex"
    jar = own_jar(resources)
    with Step("dex (app)", [jar]) as todo:
        if todo:
            _d8(out, [jar], artefacts.classes("app"))
    return out


def pack(resources, archive, dexes, libraries, out):
    """One signed APK."""
    unaligned, aligned = OUT / "unaligned.apk", OUT / "aligned.apk"
    shutil.copy(archive, unaligned)
    with zipfile.ZipFile(unaligned, "a", zipfile.ZIP_DEFLATED) as apk:
        for number, dex in enumerate(dexes, 1):
            apk.write(dex, "classes.dex" if number == 1 else f"classes{number}.dex")
        services = {}
        for jar in artefacts.classes("app"):
            with zipfile.ZipFile(jar) as archive:
                for name in archive.namelist():
                    if name.startswith("META-INF/services/") and not name.endswith("/"):
                        services.setdefault(name, archive.read(name))
        for name, content in sorted(services.items()):
            apk.writestr(name, content)
        for library in resources.libraries:
            for abi in ABIS:
                for path in sorted(library.path.glob(f"jni/{abi}/*.so")):
                    apk.write(path, f"lib/{abi}/{path.name}")
        for path in libraries:
            apk.write(path, f"lib/{path.parent.name}/{path.name}")
    run(["zipalign", "-f", "-p", "4", unaligned, aligned])
    _sign(aligned, out)


def _sign(aligned, out):
    if not KEYSTORE.exists():
        command = ["keytool", "-genkeypair", "-keystore", KEYSTORE, "-storepass", "android", "-keypass", "android"]
        command += ["-alias", "androiddebugkey", "-keyalg", "RSA", "-keysize", "2048", "-validity", "10000"]
        run([*command, "-dname", "CN=Android Debug,O=Android,C=US"])
    run(["apksigner", "sign", "--ks", KEYSTORE, "--ks-pass", "pass:android", "--out", out, aligned])


def verify(apk, libraries):
    """What the system's own tools say of an APK."""
    lines = run(["apksigner", "verify", "-v", "--min-sdk-version", MIN_SDK, apk]).splitlines()
    said = [line for line in lines if line == "Verifies" or line.endswith(": true")]
    print("".join(f"    {line}\n" for line in said), end="")
    badging = run([artefacts.aapt2(), "dump", "badging", apk]).splitlines()
    wanted = ("package:", "minSdkVersion:", "targetSdkVersion:", "locales:", "native-code:")
    print("".join(f"    {line[:150]}\n" for line in badging if line.startswith(wanted)), end="")
    print(f"    {apk} {apk.stat().st_size / 1e6:.1f} MB")
    # Read back out of the APK: whoever builds the core for one ABI has to build it for all.
    check = [sys.executable, "-B", ROOT / "scripts" / "targets.d" / "android_check.py", "apk", apk]
    print("".join(f"    {line}\n" for line in run(check if libraries else [*check, "--packing"]).splitlines()), end="")
    if not libraries:
        print("    without the core's own library, so it cannot start: scripts/targets android builds it")
