"""Runs the buildspec's own packaging command with the real AWS CLI, with the role that dotpipe derives for the build.

The upload succeeds, and it is denied without the permission for the bucket: the `allow write` line of the tutorial is
necessary and sufficient. Uses TLS because the bucket rejects other connections.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys

from botocore.exceptions import ClientError

from judges.deployments import World
from judges.outputs import ACCOUNT, REGION

COMMAND_SECONDS = 90


def objections(server, world: World):
    for logical_id in world.home.of_type("AWS::CodeBuild::Project"):
        for command in commands(world):
            yield from of_project(server, world, logical_id, command)


def commands(world):
    """Returns the packaging commands of the repository's buildspecs."""
    for file in sorted((world.folder / "source").glob("*.yml")):
        yield from re.findall(r"aws cloudformation package .*", file.read_text(encoding="utf-8"))


def of_project(server, world, logical_id, command):
    from judges.ministack import create, peeled, physical

    wanted = re.search(r"--s3-bucket \$\{?(\w+)\}?", command)
    environment = world.home.resources[logical_id]["Properties"]["Environment"].get("EnvironmentVariables", [])
    buckets = [item["Value"].get("Ref") for item in environment if wanted and item["Name"] == wanted[1] and isinstance(item["Value"], dict)]
    if not buckets or not buckets[0]:
        return
    server.reset()
    stacks = server.client("cloudformation")
    create(stacks, "delivery", peeled(world.home.template), ["CAPABILITY_NAMED_IAM"], [])
    names = physical(stacks, "delivery")
    bucket = names[buckets[0]]
    role = names[world.home.resources[logical_id]["Properties"]["ServiceRole"]["Fn::GetAtt"][0]]
    if assumed(server, role) is not None:
        yield f"{role}: somebody of the account assumes the build's role"
    opened(server, role)
    run = lambda: packaged(server, world, command, wanted[1], bucket, assumed(server, role))  # noqa: E731
    problem = run()
    if problem is not None:
        yield f"{role}: `{command}` fails: {problem}"
    if not server.client("s3").list_objects_v2(Bucket=bucket).get("Contents"):
        yield f"{role}: `{command}` uploads nothing"
    narrowed(server, role, bucket)
    problem = run()
    if problem is None or "AccessDenied" not in problem:
        yield f"{role}: without the permission on the bucket `{command}` is not denied: {problem}"


def assumed(server, role):
    """Returns a session of the role for a user of the account, or None if access is denied."""
    try:
        answer = user(server).assume_role(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{role}", RoleSessionName="build")
    except ClientError:
        return None
    return answer["Credentials"]


def user(server):
    """Returns an STS client for a user who may assume any role that trusts the account."""
    if "user" not in server.clients:
        iam = server.client("iam")
        iam.create_user(UserName="somebody")
        statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName="somebody", PolicyName="assume", PolicyDocument=document)
        key = iam.create_access_key(UserName="somebody")["AccessKey"]
        server.clients["user"] = server.session.create_client(
            "sts",
            region_name=REGION,
            endpoint_url=server.endpoint,
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
            verify=str(server.certificate),
        )
    return server.clients["user"]


def opened(server, role):
    """Lets the account assume the role, which normally only CodeBuild can assume."""
    statement = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    server.client("iam").update_assume_role_policy(RoleName=role, PolicyDocument=document)


def narrowed(server, role, bucket):
    """Removes the permissions for the bucket from the role."""
    iam = server.client("iam")
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        document["Statement"] = [item for item in document["Statement"] if bucket not in json.dumps(item["Resource"])]
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))


def packaged(server, world, command, variable, bucket, credentials):
    """Runs the command in a copy of the repository, and returns its error message if it fails."""
    folder = world.folder / "packaging"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(world.folder / "source", folder)
    # A packaged object with the same content is not uploaded again, so each run has different content.
    for file in folder.glob("src/*"):
        file.write_text(file.read_text(encoding="utf-8") + f"\n// {os.urandom(8).hex()}\n", encoding="utf-8")
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(folder),
        "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
        "AWS_SESSION_TOKEN": credentials["SessionToken"],
        "AWS_CA_BUNDLE": str(server.certificate),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": server.endpoint,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    words = shlex.split(re.sub(rf"\$\{{?{variable}\}}?", bucket, command))
    done = subprocess.run(
        [sys.executable, "-m", "awscli", *words[1:]], env=environment, cwd=folder, capture_output=True, text=True, timeout=COMMAND_SECONDS
    )
    return None if done.returncode == 0 else done.stderr.strip()

