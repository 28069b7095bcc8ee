"""Whether Android Studio's version catalog names the versions that the lock files have."""

import tomllib

import artefacts
import jpush
from paths import ANDROID, fail


def check():
    """Fails where they differ. A library split by platform is locked under its platform's name."""
    locked = {(g, a): v for name in ("app", "test") for g, a, v, _ in artefacts.locked(name)}
    locked |= jpush.coordinates()
    catalog = tomllib.loads((ANDROID / "gradle" / "libs.versions.toml").read_text())
    for name, entry in catalog["libraries"].items():
        group, artifact = entry["module"].split(":")
        version = catalog["versions"][entry["version"]["ref"]]
        found = [locked.get((group, artifact + suffix)) for suffix in ("", "-android", "-jvm")]
        if version not in found:
            fail(f"{name} is {version} in the catalog and {next((v for v in found if v), 'missing')} in the locks")
    compiler = next(v for g, a, v, _ in artefacts.locked("kotlinc") if a == "kotlin-compiler-embeddable")
    if compiler != catalog["versions"]["kotlin"]:
        fail("the catalog's Kotlin is not the one that is locked")
