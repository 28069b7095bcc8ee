"""What the build takes for a map layer, and what it refuses."""

import json
import tempfile
import unittest
from pathlib import Path

import map_layers

PLAIN = {
    "id": "plain",
    "name": {"en": "Streets"},
    "datum": "GCJ-02",
    "url": "https://tiles.example.com/{z}/{x}/{y}.png",
    "attribution": "© somebody",
}
GOOGLE = {"id": "google", "name": {"en": "Google"}, "datum": "GCJ-02", "google": {"key": "a key", "mapType": "roadmap"}}


class MapLayers(unittest.TestCase):
    """The operator's file."""

    def read(self, layers):
        file = Path(self.enterContext(tempfile.TemporaryDirectory())) / "layers.json"
        file.write_text(layers if isinstance(layers, str) else json.dumps(layers))
        return map_layers.read(str(file))

    def test_without_an_operators_word_there_is_no_layer(self):
        self.assertEqual(map_layers.read(""), "")

    def test_good_layers_come_through_whole(self):
        self.assertEqual(json.loads(self.read([PLAIN, GOOGLE])), [PLAIN, GOOGLE])

    def test_others_are_refused_with_the_reason(self):
        cases = [
            ("{", "Expecting"),
            ({}, "not an array"),
            ([PLAIN, PLAIN], "same id"),
            ([{**PLAIN, "datum": "GCJ02"}], "datum has to be"),
            ([{**PLAIN, "url": "https://tiles.example.com/"}], "{z}, {x} and {y}"),
            ([{**PLAIN, "url": "http://tiles.example.com/{z}/{x}/{y}"}], "https://"),
            ([{**PLAIN, "attribution": " "}], "attribution is missing"),
            ([{**PLAIN, "name": {"zh": "街道"}}], "with en"),
            ([{**PLAIN, "maxzoom": 3}], "unknown: maxzoom"),
            ([{**PLAIN, "maxZoom": 40}], "0 to 22"),
            ([{**GOOGLE, "google": {"key": ""}}], "google has to be"),
            ([{**GOOGLE, "attribution": "© me"}], "are the API's"),
        ]
        for layers, reason in cases:
            with self.subTest(reason), self.assertRaises(SystemExit) as refused:
                self.read(layers)
            self.assertIn(reason, str(refused.exception))


if __name__ == "__main__":
    unittest.main()
