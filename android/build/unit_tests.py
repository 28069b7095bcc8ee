"""The app's tests under Robolectric: the real Activity, the real core, a real backend on loopback."""

import os
import subprocess

import artefacts
import compile as kotlin
from paths import ANDROID, APPLICATION_ID, OUT, PROGRAMS, fail

OPENS = ("java.lang", "java.util", "java.io", "java.nio")


def run(resources, wanted):
    """Runs the test classes whose name contains one of `wanted`, or all."""
    config = OUT / "test-config" / "com" / "android" / "tools"
    assets = OUT / "test-assets"
    for folder in (config, assets):
        folder.mkdir(parents=True, exist_ok=True)
    (config / "test_config.properties").write_text(
        f"android_merged_manifest={resources.manifest}\nandroid_resource_apk={resources.archive}\n"
        f"android_merged_assets={assets}\nandroid_custom_package={APPLICATION_ID}\n"
    )
    root = kotlin.TEST_CLASSES
    names = [str(p.relative_to(root))[:-6].replace("/", ".") for p in sorted(root.rglob("*Test.class"))]
    names = [name for name in names if not wanted or any(word in name for word in wanted)]
    if not names:
        fail("no test has such a name")
    classpath = [OUT / "test-config", root, kotlin.CLASSES, kotlin.CORE_CLASSES, resources.r_jar_folder]
    classpath += artefacts.classes("test") + artefacts.classes("app") + [artefacts.android("runtime")]
    command = ["java", "-Xmx2g", "-XX:+UseSerialGC", "-Drobolectric.offline=true"]
    command += [f"-Drobolectric.dependency.dir={artefacts.folder('robolectric')}"]
    command += [f"-Djna.library.path={PROGRAMS}", f"-Dtrak.backend={PROGRAMS / 'trak-backend'}"]
    command += [f"-Dtrak.screenshots={ANDROID / 'screenshots'}", f"-Dtrak.differences={OUT / 'differences'}"]
    command += [f"-Dtrak.record={'yes' if os.environ.get('TRAK_RECORD') else 'no'}"]
    command += [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENS]
    command += ["-cp", ":".join(str(entry) for entry in classpath), "org.junit.runner.JUnitCore", *names]
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    (OUT / "tests.log").write_text(done.stdout)
    print(_readable(done.stdout))
    if done.returncode:
        fail(f"tests failed; everything they said is in {OUT / 'tests.log'}")


def _readable(log):
    """What JUnit says, without the frames of its own and of Robolectric's machinery."""
    noise = ("\tat org.junit.", "\tat java.base/", "\tat org.robolectric.", "\tat kotlinx.coroutines.", "\t... ")
    return "\n".join(line for line in log.splitlines() if line.strip() and not line.startswith(noise))[-6000:]
