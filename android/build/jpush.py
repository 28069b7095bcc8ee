"""JPush's own archive, laid out as an AAR would be: taken out of the npm packages that android/locks/jpush.lock names, by the
ordinary client, and refused where a hash differs. Nothing of it is kept in the repository.
"""

import base64
import hashlib
import shutil
import subprocess
import tarfile

from paths import CACHE, LOCKS, digest, fail

LOCK = LOCKS / "jpush.lock"
MANIFEST = '<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="cn.jpush.android" />\n'


def locked():
    """The packages, as (name, version, integrity, [(sha256, file, target, coordinates or None)])."""
    packages = []
    for line in LOCK.read_text().splitlines():
        if line.startswith("#") or not line.strip():
            continue
        words = line.split()
        if line.startswith(" "):
            packages[-1][3].append((*words[:3], words[3] if len(words) > 3 else None))
        else:
            packages.append((*words, []))
    return packages


def coordinates():
    """What Android Studio resolves instead, as {(group, artifact): version}."""
    named = [name for _, _, _, files in locked() for *_, name in files if name]
    return {tuple(name.split(":")[:2]): name.split(":")[2] for name in named}


def folder():
    """Where it lies unpacked."""
    return CACHE / "libs" / f"jpush-{digest([LOCK])}"


def fetch():
    """Fetches and unpacks it, unless it is there."""
    if folder().is_dir():
        return
    for old in CACHE.glob("libs/jpush-*"):
        shutil.rmtree(old)
    partial = folder().with_name(folder().name + ".partial")
    packed = CACHE / "npm"
    shutil.rmtree(packed, ignore_errors=True)
    packed.mkdir(parents=True)
    for name, version, integrity, files in locked():
        command = ["npm", "pack", "--silent", "--ignore-scripts", f"{name}@{version}"]
        if subprocess.run(command, cwd=packed, stdout=subprocess.DEVNULL).returncode:
            fail(f"{name} {version} could not be fetched")
        archive = packed / f"{name}-{version}.tgz"
        found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if found != integrity:
            fail(f"{name} {version} is not what locks/jpush.lock names")
        with tarfile.open(archive) as tar:
            for sha256, file, target, _ in files:
                content = tar.extractfile(f"package/{file}").read()
                if hashlib.sha256(content).hexdigest() != sha256:
                    fail(f"{file} of {name} is not what locks/jpush.lock names")
                path = partial / target
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
    (partial / "AndroidManifest.xml").write_text(MANIFEST)
    shutil.rmtree(packed)
    partial.rename(folder())
