"""The operator's map layers: looked through here, so that what is built in can be used.

TRAK_MAP_LAYERS names a file with a JSON array; android/README.md says what stands in it. Without one the app has no layer and
asks no map server.
"""

import json
import os
from pathlib import Path
from urllib.parse import urlsplit

from paths import fail

DATUMS = ("WGS-84", "GCJ-02", "BD-09")
# For a server on the same machine no certificate is to be had.
LOOPBACK = ("localhost", "127.0.0.1")


def read(file=os.environ.get("TRAK_MAP_LAYERS", "")):
    """The layers as the app reads them; an empty text without any."""
    if not file:
        return ""
    try:
        layers = json.loads(Path(file).read_text())
    except (OSError, ValueError) as error:
        fail(f"TRAK_MAP_LAYERS: {error}")
    if not isinstance(layers, list) or not all(isinstance(layer, dict) for layer in layers):
        fail("TRAK_MAP_LAYERS: not an array of layers")
    for layer in layers:
        trouble = _trouble(layer)
        if trouble:
            fail(f"TRAK_MAP_LAYERS: layer {layer.get('id')!r}: {trouble}")
    ids = [layer["id"] for layer in layers]
    if len(set(ids)) < len(ids):
        fail("TRAK_MAP_LAYERS: two layers have the same id")
    return json.dumps(layers, ensure_ascii=False, separators=(",", ":"))


def _trouble(layer):
    """What is wrong with a layer."""
    google = layer.get("google")
    unknown = set(layer) - {"id", "name", "datum", "maxZoom", "url", "attribution", "google"}
    if unknown:
        return f"unknown: {' '.join(sorted(unknown))}"
    if not _word(layer.get("id")):
        return "id is missing"
    names = layer.get("name")
    if not isinstance(names, dict) or not _word(names.get("en")) or not all(map(_word, names.values())):
        return "name has to be {language: words}, with en"
    if layer.get("datum") not in DATUMS:
        return f"datum has to be one of {' '.join(DATUMS)}"
    if "maxZoom" in layer and not (isinstance(layer["maxZoom"], int) and 0 <= layer["maxZoom"] <= 22):
        return "maxZoom has to be 0 to 22"
    if google is not None:
        if "url" in layer or "attribution" in layer:
            return "Google's addresses and attribution are the API's"
        if not isinstance(google, dict) or not _word(google.get("key")) or google.get("mapType") not in ("roadmap", "satellite", "terrain"):
            return "google has to be {key, mapType: roadmap, satellite or terrain}"
        return _address(google["server"]) if "server" in google else None
    url = layer.get("url")
    if not _word(url) or not all(part in url for part in ("{z}", "{x}", "{y}")):
        return "url has to hold {z}, {x} and {y}"
    if not _word(layer.get("attribution")):
        return "attribution is missing: it says whose work the pictures are"
    return _address(url)


def _address(url):
    parts = urlsplit(url.replace("{", "").replace("}", ""))
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return None
    return "its address has to begin with https://"


def _word(value):
    return isinstance(value, str) and bool(value.strip())
