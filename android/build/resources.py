"""Manifest and resources: merged, compiled and linked; R classes for the app and each library. The tests use the same."""

import os
import shutil
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import artefacts
import map_layers
from paths import APP, APPLICATION_ID, MIN_SDK, OUT, TARGET_SDK, Step, fail, files, run

VERSION_CODE, VERSION_NAME = "1", "0.1.0"
# The key of the app at JPush; without one nothing is pushed to it.
JPUSH_APPKEY = os.environ.get("TRAK_JPUSH_APPKEY", "")
# What the operator adds: where a person finds their people, and map layers; the app does not show what there is none of.
OPERATOR = {
    "operator_hotline": os.environ.get("TRAK_OPERATOR_HOTLINE", ""),
    "operator_mail": os.environ.get("TRAK_OPERATOR_MAIL", ""),
    "operator_filing": os.environ.get("TRAK_OPERATOR_FILING", ""),
    "operator_map_layers": map_layers.read(),
}
NAME = "{http://schemas.android.com/apk/res/android}name"
DEBUGGABLE = ' android:debuggable="true"'


class Resources:
    """What the app ships with."""

    def __init__(self):
        self.libraries = artefacts.libraries("app")
        self.manifest = OUT / "app" / "AndroidManifest.xml"
        self.archive = OUT / "app" / "resources.apk"
        self.release_archive = OUT / "app" / "release-resources.apk"
        self.r_jar_folder = OUT / "app" / "r"
        self.operator = OUT / "app" / "operator" / "values"
        self.keep_rules = OUT / "app" / "keep.txt"

    def build(self):
        """Everything that the compiler and the runtime need of manifest and resources."""
        self._write_operator()
        inputs = [Path(__file__), *files(APP / "main" / "res"), APP / "main" / "AndroidManifest.xml", *artefacts.linked()]
        with Step("resources", inputs, MIN_SDK, TARGET_SDK, VERSION_CODE, VERSION_NAME, JPUSH_APPKEY, sorted(OPERATOR.items())) as todo:
            if todo:
                self.manifest.parent.mkdir(parents=True, exist_ok=True)
                self._merge()
                self._link()

    def _write_operator(self):
        """What the operator says of themselves, as resources beside the app's own."""
        entries = "".join(
            f'    <string name="{name}" translatable="false">{_escaped(value)}</string>\n' for name, value in OPERATOR.items()
        )
        self.operator.mkdir(parents=True, exist_ok=True)
        (self.operator / "operator.xml").write_text(f"<resources>\n{entries}</resources>\n")

    def components(self):
        """The classes that the system starts by their names."""
        application = ElementTree.parse(self.manifest).getroot().find("application")
        kinds = ("activity", "service", "receiver", "provider")
        return {element.get(NAME) for element in application if element.tag in kinds} | {application.get(NAME)}

    def _merge(self):
        source = self.manifest.with_name("source-manifest.xml")
        text = (APP / "main" / "AndroidManifest.xml").read_text()
        # The merger wants a package; Gradle has it in the build file.
        source.write_text(text.replace("<manifest ", f'<manifest package="{APPLICATION_ID}" ', 1))
        properties = {
            "PACKAGE": APPLICATION_ID,
            "MIN_SDK_VERSION": MIN_SDK,
            "TARGET_SDK_VERSION": TARGET_SDK,
            "VERSION_CODE": VERSION_CODE,
            "VERSION_NAME": VERSION_NAME,
        }
        command = ["java", "-cp", f"{artefacts.folder('manifest-merger')}/*", "com.android.manifmerger.Merger"]
        command += ["--main", source, "--out", self.manifest, "--log", "WARNING"]
        command += ["--libs", ":".join(str(library.manifest) for library in self.libraries)]
        for name, value in properties.items():
            command += ["--property", f"{name}={value}"]
        command += ["--placeholder", f"JPUSH_APPKEY={JPUSH_APPKEY}"]
        command += ["--remove-tools-declarations"]
        run(command)
        merged = self.manifest.read_text()
        if "android:debuggable" not in merged:
            self.manifest.write_text(merged.replace("<application", f"<application{DEBUGGABLE}", 1))

    def _link(self):
        aapt2 = artefacts.aapt2()
        compiled = OUT / "resources"
        compiled.mkdir(parents=True, exist_ok=True)
        archives = []
        for library in self.libraries:
            if any((library.path / "res").glob("*/*")):
                archive = compiled / f"{library.path.name}.zip"
                if not archive.exists():
                    run([aapt2, "compile", "--dir", library.path / "res", "-o", archive])
                archives.append(archive)
        own, operator = compiled / "own.zip", compiled / "operator.zip"
        run([aapt2, "compile", "--dir", APP / "main" / "res", "-o", own])
        run([aapt2, "compile", "--dir", self.operator.parent, "-o", operator])
        archives += [own, operator]
        java = OUT / "app" / "r-java"
        shutil.rmtree(java, ignore_errors=True)
        java.mkdir(parents=True)
        self._link_to(self.archive, self.manifest, archives, "--java", java, "--proguard", self.keep_rules)
        shutil.rmtree(self.r_jar_folder, ignore_errors=True)
        self.r_jar_folder.mkdir(parents=True)
        command = ["javac", "-nowarn", "-source", "11", "-target", "11", "-cp", artefacts.android("sdk")]
        run([*command, "-d", self.r_jar_folder, *java.rglob("*.java")])
        # The same without the mark of a build that anybody may look into.
        release = self.manifest.with_name("release-manifest.xml")
        release.write_text(self.manifest.read_text().replace(DEBUGGABLE, ""))
        self._link_to(self.release_archive, release, archives)

    def _link_to(self, out, manifest, archives, *more):
        packages = sorted({library.package for library in self.libraries})
        command = [artefacts.aapt2(), "link", "-o", out, "-I", artefacts.android("sdk"), "--manifest", manifest]
        command += ["--auto-add-overlay", "--no-version-vectors", *more]
        command += ["--min-sdk-version", MIN_SDK, "--target-sdk-version", TARGET_SDK]
        command += ["--custom-package", APPLICATION_ID, "--extra-packages", ":".join(packages)]
        for archive in archives:
            command += ["-R", archive]
        for library in self.libraries:
            if (library.path / "assets").is_dir():
                command += ["-A", library.path / "assets"]
        run(command)


def languages(res=APP / "main" / "res"):
    """The keys of each language's strings: English first, as {folder: keys}. Of a name that a folder defines twice one would
    win without a word."""
    found = {}
    for folder in sorted(res.glob("values*")):
        keys, defined = set(), {}
        for path in sorted(folder.glob("*.xml")):
            for element in ElementTree.parse(path).getroot():
                # Plurals and strings are told apart by the compiler, not by a reader.
                kind = "string" if element.tag == "plurals" else element.tag
                name = (kind, element.get("name"))
                if name in defined:
                    fail(f"{folder.name} defines {name[1]} twice: in {defined[name]} and in {path.name}")
                defined[name] = path.name
                if kind == "string" and element.get("translatable") != "false":
                    keys.add(element.get("name"))
        if keys:
            found[folder.name] = keys
    return found


def _escaped(text):
    """A value as Android's resources want it."""
    quoted = text.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"')
    return escape(f"\\{quoted}" if quoted[:1] in ("@", "?") else quoted)
