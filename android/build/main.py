"""Builds and tests the Android app without Gradle and without an Android SDK; called by scripts/android."""

import sys
import time
import unittest
from pathlib import Path

import artefacts
import catalog
import compile as kotlin
import jpush
import package
import release
import resources
import unit_tests
from paths import fail

PARTS = ("fetch", "compile", "test", "apk", "release")


def main(arguments):
    """`PART... [-- NAME...]`: parts in the order given, all of them without one; names choose tests."""
    wanted = arguments[arguments.index("--") + 1 :] if "--" in arguments else []
    parts = arguments[: arguments.index("--")] if "--" in arguments else arguments
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        fail(f"no part is called {unknown[0]}; there are: {' '.join(PARTS)}")
    started = time.monotonic()
    for part in parts or PARTS:
        PART[part](wanted)
    print(f"android: passed in {time.monotonic() - started:.0f} s")


def fetch(_):
    """Fetches what the lock files name."""
    for name in artefacts.NAMES:
        artefacts.fetch(name)
    jpush.fetch()


def compile_app(_):
    """Resources and Kotlin of the app."""
    fetch(_)
    catalog.check()
    _languages_agree()
    app = resources.Resources()
    app.build()
    kotlin.app(app)
    return app


def test(wanted):
    """The build's own rules, then Robolectric."""
    _check_build()
    app = compile_app(wanted)
    kotlin.tests(app)
    unit_tests.run(app, wanted)


def apk(_):
    """A signed APK."""
    package.build(compile_app(_))


def release_apk(_):
    """The APK that R8 has shrunk."""
    release.build(compile_app(_))


def _check_build():
    found = unittest.defaultTestLoader.discover(str(Path(__file__).parent), "*_test.py")
    if not unittest.TextTestRunner(verbosity=0).run(found).wasSuccessful():
        fail("the build's own tests failed")


def _languages_agree():
    found = resources.languages()
    english = found["values"]
    for folder, keys in found.items():
        if keys != english:
            fail(f"{folder} and values differ in: {' '.join(sorted(keys ^ english))}")


PART = {"fetch": fetch, "compile": compile_app, "test": test, "apk": apk, "release": release_apk}

if __name__ == "__main__":
    main(sys.argv[1:])
