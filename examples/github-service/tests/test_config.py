"""Every configuration is of the form that CodePipeline takes."""

import json
import pathlib
import unittest

CONFIGURATIONS = sorted((pathlib.Path(__file__).parent.parent / "config").glob("*.json"))


class Configurations(unittest.TestCase):
    def test_hold_texts_under_known_keys(self):
        self.assertTrue(CONFIGURATIONS)
        for path in CONFIGURATIONS:
            content = json.loads(path.read_text(encoding="utf-8"))
            self.assertLessEqual(content.keys(), {"Parameters", "Tags", "StackPolicy"}, path.name)
            for values in (content.get("Parameters", {}), content.get("Tags", {})):
                self.assertTrue(all(isinstance(value, str) for value in values.values()), path.name)
