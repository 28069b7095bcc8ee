"""The artefacts of Maven Central that android/locks names, fetched once into the cache by the ordinary client.

Maven does not resolve anything here: each lock is complete, and every dependency of a dependency is excluded, because
AndroidX's own ranges reach versions that are not served.
"""

import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import jpush
from paths import CACHE, LOCKS, digest, fail

EXCLUDE_ALL = "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>"
NAMES = ("app", "test", "sdk", "runtime", "robolectric", "kotlinc", "manifest-merger")


def locked(name):
    """The lines of one lock file, as (group, artifact, version, type)."""
    lines = (LOCKS / f"{name}.lock").read_text().splitlines()
    entries = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return [tuple(entry.split(":")) for entry in entries]


def folder(name):
    """Where the artefacts of a lock lie; the folder's name holds the lock's digest."""
    return CACHE / "libs" / f"{name}-{digest([LOCKS / f'{name}.lock'])}"


def fetch(name):
    """Downloads what one lock names, unless it is there."""
    target = folder(name)
    if target.is_dir():
        return
    for old in CACHE.glob(f"libs/{name}-????????????????*"):
        shutil.rmtree(old)
    partial = target.with_name(target.name + ".partial")
    pom = CACHE / "poms" / f"{name}.xml"
    pom.parent.mkdir(parents=True, exist_ok=True)
    pom.write_text(_pom(name))
    command = ["mvn", "-q", "-B", "-Dstyle.color=never", "-f", pom]
    command += ["dependency:copy-dependencies", f"-DoutputDirectory={partial}"]
    if subprocess.run(command).returncode:
        fail(f"the artefacts of {name}.lock could not be fetched")
    partial.rename(target)


def _pom(name):
    dependencies = "".join(
        f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version>"
        f"<type>{kind}</type>{EXCLUDE_ALL}</dependency>\n"
        for group, artifact, version, kind in locked(name)
    )
    return (
        "<project><modelVersion>4.0.0</modelVersion>"
        f"<groupId>online.trakiot</groupId><artifactId>{name}</artifactId><version>1</version>"
        f"<packaging>pom</packaging><dependencies>\n{dependencies}</dependencies></project>\n"
    )


def jar(name, artifact):
    """The one jar of `artifact` in a lock's folder."""
    return next(folder(name).glob(f"{artifact}-[0-9]*.jar"))


def android(name):
    """Android's own classes: "sdk" to compile against, "runtime" to run tests on."""
    return jar(name, "android-all")


def linked():
    """What changes with anything that the app is linked with."""
    return [LOCKS / "app.lock", jpush.LOCK]


def aapt2():
    """The resource compiler, taken out of apktool-lib."""
    program = folder("sdk") / "aapt2"
    if not program.exists():
        with zipfile.ZipFile(jar("sdk", "apktool-lib")) as archive:
            program.write_bytes(archive.read("prebuilt/linux/aapt2"))
        program.chmod(0o755)
    return program


class Library:
    """One unpacked AAR."""

    def __init__(self, path):
        self.path = path
        self.manifest = path / "AndroidManifest.xml"
        self.package = ElementTree.parse(self.manifest).getroot().get("package")

    def jars(self):
        """Its classes."""
        return [j for j in [self.path / "classes.jar", *sorted(self.path.glob("libs/*.jar"))] if j.exists()]


def libraries(name):
    """The AARs of a lock, unpacked."""
    unpacked = folder(name) / "unpacked"
    found = []
    for aar in sorted(folder(name).glob("*.aar")):
        target = unpacked / aar.stem
        if not target.is_dir():
            partial = target.with_name(target.name + ".partial")
            with zipfile.ZipFile(aar) as archive:
                archive.extractall(partial)
            partial.rename(target)
        found.append(Library(target))
    if name == "app":
        found.append(Library(jpush.folder()))
    return found


def classes(name):
    """Every jar of a lock: those inside of AARs, and plain ones."""
    return [j for library in libraries(name) for j in library.jars()] + sorted(folder(name).glob("*.jar"))
