"""What the build refuses in the app's resources."""

import tempfile
import unittest
from pathlib import Path

import resources


class Languages(unittest.TestCase):
    """A language's strings."""

    def folder(self, **texts):
        """Resources with these files of one language."""
        res = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (res / "values").mkdir()
        for name, entries in texts.items():
            (res / "values" / f"{name}.xml").write_text(f"<resources>{entries}</resources>")
        return res

    def test_the_names_of_all_files_are_found(self):
        res = self.folder(strings='<string name="a">1</string>', strings_more='<plurals name="b"/><string name="c" translatable="false"/>')
        self.assertEqual(resources.languages(res), {"values": {"a", "b"}})

    def test_a_name_defined_twice_is_refused(self):
        for second in ('<string name="a">2</string>', '<plurals name="a"/>'):
            res = self.folder(strings='<string name="a">1</string>', strings_more=second)
            with self.assertRaisesRegex(SystemExit, "defines a twice: in strings.xml and in strings_more.xml"):
                resources.languages(res)

    def test_what_the_operator_says_is_escaped(self):
        self.assertEqual(resources._escaped("""@it's <"x">"""), '\\\\@it\\\\\'s &lt;\\\\"x\\\\"&gt;'.replace("\\\\", "\\"))


if __name__ == "__main__":
    unittest.main()
