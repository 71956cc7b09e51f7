"""cfn-lint finds no error and no warning in any template."""

import re

from cfnlint import api
from cfnlint.config import ManualArgs

from judges.outputs import REGION, templates

# Where cfn-lint is wrong: its rule, what it says, why that is right all the same, where this is written.
WRONG = [
    (
        "W3037",
        re.compile(r"'(un)?tagresource' is not one of \['addcertificatetodomain', .*", re.DOTALL),
        "API Gateway asks for apigateway:TagResource on stages with tags, which SAM's have; the reference lacks it.",
        "https://github.com/aws-amplify/amplify-studio/issues/889 (AWS's own message), handlers of AWS::ApiGatewayV2::Stage",
    ),
]


def judge(folders):
    for folder in folders:
        yield [
            f"{file.name}:{match.linenumber}:{match.columnnumber}: {match.rule.id} {match.message}"
            for file in templates(folder)
            for match in api.lint_file(file, config=ManualArgs(regions=[REGION, "us-east-1"]))
            if not _is_wrong(match)
        ]


def _is_wrong(match) -> bool:
    return any(match.rule.id == rule and says.fullmatch(match.message) for rule, says, _why, _source in WRONG)
