"""AWS's offline validator finds no error and no warning in any template.

Its remarks below the level of a warning are recommendations about tags and about documentation in the template.
"""

from cloudformation_validate import CompositeEngine, Severity, ValidateConfig

from judges.outputs import templates


def judge(folders):
    engine = CompositeEngine()
    config = ValidateConfig(severity_level=Severity.WARN)
    for folder in folders:
        yield [
            f"{file.name}:{found.start_line}:{found.start_column}: {found.severity.name} {found.rule_id} {found.message}"
            for file in templates(folder)
            for found in engine.validate_template(file, config).diagnostics
        ]
