"""Kotlin with Compose's plugin, for the app and for its tests."""

import shutil

import artefacts
from paths import APP, OUT, ROOT, Step, digest, files, run

CORE_CLASSES = OUT / "core-classes"
CLASSES = OUT / "classes"
TEST_CLASSES = OUT / "test-classes"
GENERATED = OUT / "generated" / "kotlin"
ADAPTERS = ROOT / "bindings" / "kotlin"


def core():
    """The generated bindings and the adapters: nine thousand lines that seldom change."""
    sources = [GENERATED, ADAPTERS]
    with Step("kotlin (core)", files(*sources), artefacts.folder("app")) as todo:
        if todo:
            _kotlinc(sources, [*artefacts.classes("app"), artefacts.android("sdk")], CORE_CLASSES)


def app(resources):
    """The app."""
    core()
    sources = [APP / "main" / "kotlin"]
    inputs = [*files(*sources, CORE_CLASSES), *artefacts.linked()]
    with Step("kotlin (app)", inputs, digest(files(resources.r_jar_folder)), artefacts.folder("app")) as todo:
        if todo:
            libraries = [CORE_CLASSES, resources.r_jar_folder, *artefacts.classes("app")]
            _kotlinc(sources, [*libraries, artefacts.android("sdk")], CLASSES)


def tests(resources):
    """The tests, which may see what is internal to the app."""
    sources = [APP / "test" / "kotlin"]
    with Step("kotlin (tests)", files(*sources, CLASSES), artefacts.folder("test")) as todo:
        if todo:
            libraries = artefacts.classes("app") + artefacts.classes("test")
            classpath = [CLASSES, CORE_CLASSES, resources.r_jar_folder, *libraries, artefacts.android("sdk")]
            _kotlinc(sources, classpath, TEST_CLASSES, f"-Xfriend-paths={CLASSES}")


def _kotlinc(sources, classpath, out, *more):
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    plugin = artefacts.jar("kotlinc", "kotlin-compose-compiler-plugin-embeddable")
    # A compiler that runs once never earns back what the second compiler of the JVM costs.
    command = ["java", "-Xmx2g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    command += ["-cp", f"{artefacts.folder('kotlinc')}/*", "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler"]
    command += ["-no-stdlib", "-no-reflect", "-Xjdk-release=11", "-jvm-target", "11", f"-Xplugin={plugin}"]
    command += ["-cp", ":".join(str(entry) for entry in classpath), "-d", out, *more, *sources]
    for line in run(command).splitlines():
        # The generated bindings are not ours to tidy.
        if line.startswith("warning:") or "/generated/" in line:
            continue
        if ": warning:" in line or ": error:" in line:
            print(line)
