"""The pipeline's JSON is a valid input of `create_pipeline`, according to botocore's API model.

botocore checks types, required members, and lower bounds before it sends a request. Patterns, enumerations, and upper
bounds are in the same model but are only checked by the service, so they are checked here.
"""

import re

import botocore.loaders
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from judges.outputs import load


def judge(folders):
    model = ServiceModel(botocore.loaders.Loader().load_service_model("codepipeline", "service-2"))
    shape = model.operation_model("CreatePipeline").input_shape
    for folder in folders:
        request = load(folder / "pipeline.json")
        report = ParamValidator().validate(request, shape)
        if report.has_errors():
            yield report.generate_report().splitlines()
        else:
            yield list(_left_to_the_service(request, shape, "pipeline.json"))


def _left_to_the_service(value, shape, path):
    if shape.type_name == "structure":
        for key, member in value.items():
            yield from _left_to_the_service(member, shape.members[key], f"{path}.{key}")
    elif shape.type_name == "list":
        yield from _bounds(len(value), shape, path)
        for index, member in enumerate(value):
            yield from _left_to_the_service(member, shape.member, f"{path}[{index}]")
    elif shape.type_name == "map":
        for key, member in value.items():
            yield from _left_to_the_service(key, shape.key, f"{path} key {key}")
            yield from _left_to_the_service(member, shape.value, f"{path}.{key}")
    elif shape.type_name == "string":
        yield from _text(value, shape, path)
    elif shape.type_name in ("integer", "long"):
        yield from _bounds(value, shape, path)


def _text(value, shape, path):
    yield from _bounds(len(value), shape, path)
    if shape.enum and value not in shape.enum:
        yield f"{path}: {value!r} is not one of {', '.join(shape.enum)}"
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(pattern, value):
        yield f"{path}: {value!r} does not match {pattern}"


def _bounds(size, shape, path):
    limit = shape.metadata.get("max")
    if limit is not None and size > limit:
        yield f"{path}: {size} is over the limit of {limit}"
