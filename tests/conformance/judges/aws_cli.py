"""The AWS CLI creates roles, buckets, and the pipeline on a local simulation of AWS, and reads the pipeline back
unchanged.

moto accepts the requests of the real client, validates policies, and rejects a pipeline whose role does not exist or
does not trust CodePipeline. It checks few other rules of AWS, and cannot deploy the templates (it does not support
build projects or pipelines in them): these are covered by the other judges.
"""

import json
import os
import subprocess
import sys

import requests

from judges.iam_documents import Unknown, documents, name_of
from judges.outputs import ACCOUNT, REGION, load

CALL_SECONDS = 60
PUNCTUATION = str.maketrans("[]", "--")


def judge(folders):
    os.environ["MOTO_ACCOUNT_ID"] = ACCOUNT  # moto reads it when it is imported
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        endpoint = "http://{}:{}".format(*server.get_host_and_port())
        for folder in folders:
            requests.post(endpoint + "/moto-api/reset", timeout=CALL_SECONDS).raise_for_status()
            yield list(_objections(Client(endpoint), folder.resolve()))
    finally:
        server.stop()


class Client:
    """The `aws` command of this Python's environment, which connects to only one endpoint."""

    def __init__(self, endpoint: str):
        self.environment = {
            "PATH": os.environ.get("PATH", ""),
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PAGER": "",
            "NO_PROXY": "127.0.0.1",
        }
        if "SYSTEMROOT" in os.environ:
            self.environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]

    def call(self, *arguments: str):
        """Returns the parsed response, or the error as text."""
        command = [sys.executable, "-m", "awscli", *arguments, "--output", "json"]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=CALL_SECONDS)
        if done.returncode != 0:
            raise Refused(f"aws {' '.join(arguments[:2])}: {done.stderr.strip()}")
        return json.loads(done.stdout) if done.stdout.strip() else None


class Refused(Exception):
    """The error message of the AWS CLI for a failed call."""


def _objections(client: Client, folder):
    try:
        _create_what_is_around(client, load(folder / "support.yaml"))
        yield from _create_pipeline(client, folder / "pipeline.json")
    except (Refused, Unknown) as problem:
        yield str(problem)


def _create_what_is_around(client: Client, template):
    """Creates the roles with their policies, which moto validates, and the buckets."""
    found = documents(template)
    for logical_id, resource in template["Resources"].items():
        name = name_of(logical_id, template)
        if resource["Type"] == "AWS::S3::Bucket":
            location = f"LocationConstraint={REGION}"
            client.call("s3api", "create-bucket", "--bucket", name, "--create-bucket-configuration", location)
        elif resource["Type"] == "AWS::IAM::Role":
            _create_role(client, name, [document for document in found if document.owner == logical_id])


def _create_role(client: Client, name, found):
    for document in sorted(found, key=lambda document: document.kind != "trust"):
        text = json.dumps(document.value)
        if document.kind == "trust":
            client.call("iam", "create-role", "--role-name", name, "--assume-role-policy-document", text)
        else:
            policy = ["--policy-name", document.place.translate(PUNCTUATION), "--policy-document", text]
            client.call("iam", "put-role-policy", "--role-name", name, *policy)


def _create_pipeline(client: Client, file):
    request = load(file)
    wanted = request["pipeline"]
    client.call("codepipeline", "create-pipeline", "--cli-input-json", f"file://{file}")
    got = client.call("codepipeline", "get-pipeline", "--name", wanted["name"])["pipeline"]
    if _completed(wanted) != _completed(got):
        yield f"get-pipeline answers another pipeline than was created:\n  sent {wanted}\n  got  {got}"
    own = wanted.get("artifactStore") or wanted["artifactStores"][REGION]
    client.call("s3api", "head-bucket", "--bucket", own["location"])


def _completed(pipeline: dict) -> dict:
    """Returns the pipeline with everything that CodePipeline adds."""
    defaults = {"runOrder": 1, "configuration": {}, "inputArtifacts": [], "outputArtifacts": []}
    stages = [
        {**stage, "actions": [{**defaults, **action} for action in stage["actions"]]} for stage in pipeline["stages"]
    ]
    return {"version": 1, **pipeline, "stages": stages}
