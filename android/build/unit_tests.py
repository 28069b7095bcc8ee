"""The app's tests under Robolectric: the real Activity, the real core, a real backend on loopback."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import artefacts
import compile as kotlin
from paths import ANDROID, APP, APPLICATION_ID, OUT, PROGRAMS, Step, fail
from paths import run as run_program

# Each in a process of its own: the one would find classes that tests before it loaded, the other measure what they left.
WATCHED, ALONE = "BeforeConsentTest", "LeakTest"
# Loads JPush's receiver, for which Java's verifier has to look away.
VENDORS = "PushReceiverTest"
# JPush's classes come without the frames that Java's verifier reads; Android has no use for them.
UNVERIFIED = ["-XX:+UnlockDiagnosticVMOptions", "-XX:-BytecodeVerificationRemote"]
NAMESPACE = "http://schemas.android.com/apk/res/android"
OPENS = ("java.lang", "java.util", "java.io", "java.nio")


def run(resources, wanted):
    """Runs the test classes whose name contains one of `wanted`, or all."""
    config = OUT / "test-config" / "com" / "android" / "tools"
    assets = OUT / "test-assets"
    for folder in (config, assets):
        folder.mkdir(parents=True, exist_ok=True)
    (config / "test_config.properties").write_text(
        f"android_merged_manifest={_manifest(resources)}\nandroid_resource_apk={resources.archive}\n"
        f"android_merged_assets={assets}\nandroid_custom_package={APPLICATION_ID}\n"
    )
    root = kotlin.TEST_CLASSES
    names = [str(p.relative_to(root))[:-6].replace("/", ".") for p in sorted(root.rglob("*Test.class"))]
    names = [name for name in names if not wanted or any(word in name for word in wanted)]
    if not names:
        fail("no test has such a name")
    _one_sandbox()
    jobs = _jobs(names)
    # Two at a time: each is a process of one busy thread.
    with ThreadPoolExecutor(2) as pool:
        logs = list(pool.map(lambda job: _junit(resources, *job), jobs))
    for _, log in logs:
        print(_readable(log))
    if any(code for code, _ in logs):
        fail(f"tests failed; everything they said is in {OUT / 'tests'}")


def _one_sandbox():
    """Robolectric loads all classes again for tests of another graphics mode. The core's library is there once and calls
    back whoever loaded the bindings last: every test before would wait for answers that never come."""
    for source in sorted((APP / "test" / "kotlin").rglob("*.kt")):
        text = source.read_text()
        if "RobolectricTestRunner::class" in text and "@GraphicsMode(GraphicsMode.Mode.NATIVE)" not in text:
            fail(f"{source.name} needs @GraphicsMode(GraphicsMode.Mode.NATIVE), like every test with Robolectric")


def _jobs(names):
    """What runs in a process of its own: test classes, options and surroundings; the longest first, so that both ends meet."""
    own = {WATCHED: _spied, ALONE: lambda: ((), None), VENDORS: lambda: (UNVERIFIED, None)}
    jobs, rest = [], []
    for name in names:
        special = next((make for ending, make in own.items() if name.endswith(ending)), None)
        if special:
            jobs.append(([name], *special()))
        else:
            rest.append(name)
    shared = [(part, (), None) for part in (rest[first::4] for first in range(4)) if part]
    return shared + jobs


def _manifest(resources):
    """The merged manifest without the components that it switches off: Robolectric would make them all the same, which the
    system does not. What the package manager says of them comes from the resources' archive, where they are."""
    ElementTree.register_namespace("android", NAMESPACE)
    tree = ElementTree.parse(resources.manifest)
    application = tree.getroot().find("application")
    for component in [*application.findall("receiver"), *application.findall("provider")]:
        if component.get(f"{{{NAMESPACE}}}enabled") == "false":
            application.remove(component)
    path = OUT / "test-config" / "AndroidManifest.xml"
    tree.write(path, encoding="utf-8", xml_declaration=True)
    return path


def _spied():
    """A process whose classes and whose calls to the network are written down, from its beginning on."""
    folder = OUT / "spies"
    folder.mkdir(parents=True, exist_ok=True)
    library, source = folder / "network_spy.so", APP / "test" / "native" / "network_spy.c"
    with Step("network spy", [source]) as todo:
        if todo:
            run_program(["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, source])
    classes, network = folder / "classes.log", folder / "network.log"
    network.write_text("")
    options = [*UNVERIFIED]
    options += [f"-Xlog:class+load=info:file={classes}:none", f"-Dtrak.spy.classes={classes}", f"-Dtrak.spy.network={network}"]
    return options, {"LD_PRELOAD": str(library), "TRAK_NETWORK_SPY": str(network)}


def _junit(resources, names, options=(), environment=None):
    """Runs test classes in one JVM. Answers with its code and what it said."""
    root = kotlin.TEST_CLASSES
    classpath = [OUT / "test-config", root, kotlin.CLASSES, kotlin.CORE_CLASSES, resources.r_jar_folder]
    classpath += artefacts.classes("test") + artefacts.classes("app") + [artefacts.android("runtime")]
    # Each class runs for seconds: what Java's second compiler takes to make it faster it never gives back.
    command = ["java", "-Xmx2g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Drobolectric.offline=true"]
    command += [f"-Drobolectric.dependency.dir={artefacts.folder('robolectric')}"]
    command += [f"-Djna.library.path={PROGRAMS}", f"-Dtrak.backend={PROGRAMS / 'trak-backend'}"]
    command += [f"-Dtrak.screenshots={ANDROID / 'screenshots'}", f"-Dtrak.differences={OUT / 'differences'}"]
    command += [f"-Dtrak.record={'yes' if os.environ.get('TRAK_RECORD') else 'no'}"]
    command += [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENS]
    command += ["-cp", ":".join(str(entry) for entry in classpath), "org.junit.runner.JUnitCore", *names]
    surroundings = {**os.environ, **(environment or {})}
    command[1:1] = options
    # Into a file, so that a run that takes too long can be looked at.
    path = OUT / "tests" / f"{names[0].rsplit('.', 1)[-1]}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as log:
        done = subprocess.run([str(part) for part in command], stdout=log, stderr=subprocess.STDOUT, env=surroundings)
    return done.returncode, path.read_text()


def _readable(log):
    """What JUnit says, without the frames of its own and of Robolectric's machinery."""
    noise = ("\tat org.junit.", "\tat java.base/", "\tat org.robolectric.", "\tat kotlinx.coroutines.", "\t... ")
    return "\n".join(line for line in log.splitlines() if line.strip() and not line.startswith(noise))[-6000:]
