"""Checks every example of an AsyncAPI document against its schema, and that the schema refuses another type."""

import json
import sys

from jsonschema import Draft7Validator, FormatChecker

with open(sys.argv[1], encoding="utf-8") as file:
    components = json.load(file)["components"]

count = 0
for name, message in components["messages"].items():
    schema = {**message["payload"], "components": components}
    Draft7Validator.check_schema(components["schemas"][name])
    validator = Draft7Validator(schema, format_checker=FormatChecker())
    assert message["examples"], f"{name} has no example."
    for example in message["examples"]:
        validator.validate(example["payload"])
        assert not validator.is_valid({**example["payload"], "type": "another"}), name
        count += 1
print(f"{count} examples of {len(components['messages'])} messages are valid against their schemas")
