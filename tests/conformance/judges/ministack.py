"""The stacks behave as their templates describe, on ministack, a local simulation of AWS that creates stacks and
enforces policies.

Every stack of a folder is created in the printed order with the printed capabilities, read back, updated without and
with a change, and deleted. If its first creation fails, no resources remain. Event rules match the documented events.

ministack supports neither pipelines nor their notification rules and action types. They are removed from the templates;
nothing refers to them. It accepts almost every incorrect template, so that its acceptance proves only that the template
is consistent. It does not use a stack's role and does not check iam:PassRole. These are covered by the other judges.
"""

import contextlib
import copy
import http.client
import json
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import tempfile
import time

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from judges import event_rules, packaging
from judges.deployments import Stack, World, order
from judges.outputs import ACCOUNT, REGION, elsewhere, load

START_SECONDS = 30
STACK_SECONDS = 60
# Types that ministack does not support; nothing in a template refers to these.
PEELED = ("AWS::CodePipeline::Pipeline", "AWS::CodePipeline::CustomActionType", "AWS::CodeStarNotifications::NotificationRule")
RETAINED = ("Retain", "RetainExceptOnCreate")


def judge(folders):
    with Server() as server, Server(tls=True) as secure:
        for folder in folders:
            yield list(of_folder(server, secure, folder))


def of_folder(server, secure, folder):
    try:
        yield from life_of_stacks(server, folder)
        for template in first_creations(folder):
            yield from failed_creation(server, template)
        world = World(folder)
        yield from event_rules.objections(server, world)
        yield from event_rules.upload_objections(server, world)
        yield from packaging.objections(secure, world)
    except (ClientError, Failed) as problem:
        yield str(problem)


class Failed(Exception):
    """A stack ended in an unexpected state."""


class Server:
    """ministack on a free port of the loopback interface, which runs until the end of the `with` block."""

    def __init__(self, tls=False):
        self.tls = tls
        self.session = botocore.session.get_session()
        self.clients = {}

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="ministack-")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = {
            **{name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ},
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_REGION": REGION,
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "TMPDIR": self.folder.name,
            "HOME": self.folder.name,
            "AUTH": "true",
        }
        if self.tls:
            environment["USE_SSL"] = "1"
        self.log = open(pathlib.Path(self.folder.name) / "log", "w+b")  # noqa: SIM115
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ministack"], env=environment, stdout=self.log, stderr=subprocess.STDOUT, cwd=self.folder.name
        )
        try:
            self.wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        self.folder.cleanup()

    def wait(self):
        for _ in range(START_SECONDS * 10):
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.1)
        self.log.seek(0)
        raise RuntimeError(f"ministack does not start: {self.log.read().decode(errors='replace')[-2000:]}")

    @property
    def endpoint(self):
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def certificate(self):
        return pathlib.Path(self.folder.name) / "ministack-tls" / "server.crt"

    def client(self, service, account=ACCOUNT, region=REGION):
        """Returns a client of the account's root user: ministack accepts an account ID as the access key."""
        place = (service, account, region)
        if place not in self.clients:
            self.clients[place] = self.session.create_client(
                service,
                region_name=region,
                endpoint_url=self.endpoint,
                aws_access_key_id=account,
                aws_secret_access_key="secret",
                verify=str(self.certificate) if self.tls else None,
                config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, proxies={}),
            )
        return self.clients[place]

    def reset(self):
        self.clients.pop("user", None)
        if self.tls:
            context = ssl.create_default_context(cafile=str(self.certificate))
            connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=STACK_SECONDS, context=context)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=STACK_SECONDS)
        connection.request("POST", "/_ministack/reset")
        connection.getresponse().read()
        connection.close()


# --- templates


def peeled(template):
    """Returns the template without resources that ministack does not support, and without references to them."""
    template = copy.deepcopy(template)
    gone = {key for key, item in template["Resources"].items() if item["Type"] in PEELED}
    for key in gone:
        del template["Resources"][key]
    template["Outputs"] = {
        key: item for key, item in template.get("Outputs", {}).items() if not any(f'"{name}' in json.dumps(item) for name in gone)
    }
    return template


def first_creations(folder):
    """Returns the templates whose first creation can fail: the pipeline's own, the support template, and those of other
    accounts and Regions.
    """
    files = [folder / "template.json", folder / "support.yaml", *elsewhere(folder)]
    return [load(file) for file in files if file.exists()]


# --- the life cycle of the stacks


def life_of_stacks(server, folder):
    server.reset()
    steps = order(folder)
    made = []
    for step in steps:
        template = peeled(load(folder / step.file))
        stacks = server.client("cloudformation", step.account, step.region)
        create(stacks, step.stack, template, step.capabilities, parameters(template, step.parameters))
        made.append((step, template, stacks, step.capabilities))
    for step, template, stacks, capabilities in made:
        yield from (f"{step.file}: {problem}" for problem in read_back(server, step, template, stacks))
        yield from (f"{step.file}: {problem}" for problem in updates(stacks, step, template, capabilities))
    for step, template, stacks, _ in reversed(made):
        yield from (f"{step.file}: {problem}" for problem in deletion(server, stacks, step, template))


def parameters(template, given):
    """Returns the value of each parameter, from `--parameter-overrides` or a sample."""
    found = []
    for name, parameter in template.get("Parameters", {}).items():
        if "Default" not in parameter or name in given:
            value = given.get(name, "sample")
            found.append({"ParameterKey": name, "ParameterValue": value if not value.startswith("<") else "sample"})
    return found


def create(stacks, name, template, capabilities, given):
    stacks.create_stack(StackName=name, TemplateBody=json.dumps(template), Capabilities=capabilities, Parameters=given)
    state = settled(stacks, name)
    if state != "CREATE_COMPLETE":
        raise Failed(f"stack {name} is {state}: {reason(stacks, name)}")


def settled(stacks, name):
    for _ in range(STACK_SECONDS * 20):
        try:
            state = stacks.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
        except ClientError:
            return "DELETE_COMPLETE"
        if not state.endswith("IN_PROGRESS"):
            return state
        time.sleep(0.05)
    return "still in progress"


def reason(stacks, name):
    events = stacks.describe_stack_events(StackName=name)["StackEvents"]
    return "; ".join(event.get("ResourceStatusReason", "") for event in events if "FAILED" in event["ResourceStatus"])


def physical(stacks, name):
    """Returns the physical name of each resource."""
    resources = stacks.describe_stack_resources(StackName=name)["StackResources"]
    return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}


# --- comparison of the created resources with the templates


class Created(Stack):
    """A stack whose resources have the names assigned by ministack."""

    def __init__(self, template, step, names):
        super().__init__(template, step.stack, step.account, step.region, {**step.parameters})
        self.names = names

    def name(self, logical_id):
        name = self.names[logical_id]
        return name.rsplit(":", 1)[-1] if name.startswith("arn:") else name

    def parameter(self, name):
        return super().parameter(name) if "Default" in self.template["Parameters"][name] else "sample"


def read_back(server, step, template, stacks):
    names = physical(stacks, step.stack)
    stack = Created(template, step, names)
    wanted = {logical_id for logical_id in template["Resources"] if stack.exists(logical_id)}
    if missing := wanted - set(names):
        yield f"was not created: {', '.join(sorted(missing))}"
        return
    for logical_id, resource in template["Resources"].items():
        if logical_id not in wanted:
            continue
        reader = READERS.get(resource["Type"])
        if reader is None:
            continue
        for what, wanted, got in reader(server, stack, logical_id):
            if plain(wanted) != plain(got):
                yield f"{logical_id}: {what} is {got}, and the template says {wanted}"


def plain(value):
    """Converts numbers and booleans to their text in the template."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return str(value).lower() if isinstance(value, (bool, int)) else value


def document(value):
    return json.loads(value) if isinstance(value, str) else value


def of_role(server, stack, logical_id):
    iam, name = server.client("iam", stack.account, stack.region), stack.name(logical_id)
    properties = stack.properties(logical_id)
    role = iam.get_role(RoleName=name)["Role"]
    yield "AssumeRolePolicyDocument", properties["AssumeRolePolicyDocument"], document(role["AssumeRolePolicyDocument"])
    wanted = {policy["PolicyName"]: policy["PolicyDocument"] for policy in properties.get("Policies", [])}
    listed = iam.list_role_policies(RoleName=name)["PolicyNames"]
    got = {policy: document(iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]) for policy in listed}
    yield "Policies", wanted, got


def of_bucket_policy(server, stack, logical_id):
    properties = stack.properties(logical_id)
    got = server.client("s3", stack.account, stack.region).get_bucket_policy(Bucket=properties["Bucket"])
    yield "PolicyDocument", properties["PolicyDocument"], document(got["Policy"])


def of_bucket(server, stack, logical_id):
    name, properties = stack.name(logical_id), stack.properties(logical_id)
    bucket = server.client("s3", stack.account, stack.region)
    if "VersioningConfiguration" in properties:
        got = bucket.get_bucket_versioning(Bucket=name).get("Status")
        yield "VersioningConfiguration", properties["VersioningConfiguration"]["Status"], got
    if "PublicAccessBlockConfiguration" in properties:
        got = bucket.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
        yield "PublicAccessBlockConfiguration", properties["PublicAccessBlockConfiguration"], got


def of_key(server, stack, logical_id):
    keys = server.client("kms", stack.account, stack.region)
    got = keys.get_key_policy(KeyId=stack.name(logical_id), PolicyName="default")
    yield "KeyPolicy", stack.properties(logical_id)["KeyPolicy"], document(got["Policy"])


def of_topic_policy(server, stack, logical_id):
    properties = stack.properties(logical_id)
    topics = server.client("sns", stack.account, stack.region)
    for topic in properties["Topics"]:
        got = topics.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]
        yield "PolicyDocument", properties["PolicyDocument"], document(got)


def of_rule(server, stack, logical_id):
    properties, name = stack.properties(logical_id), stack.name(logical_id).rsplit("/", 1)[-1]
    if "EventBusName" in properties and properties["EventBusName"] != "default":
        return
    events = server.client("events", stack.account, stack.region)
    rule = events.describe_rule(Name=name)
    if "EventPattern" in properties:
        yield "EventPattern", properties["EventPattern"], document(rule["EventPattern"])
    yield "ScheduleExpression", properties.get("ScheduleExpression"), rule.get("ScheduleExpression") or None
    yield "State", properties.get("State", "ENABLED"), rule["State"]
    got = {target["Id"]: target for target in events.list_targets_by_rule(Rule=name)["Targets"]}
    for target in properties.get("Targets", []):
        # The pipeline does not exist, but the parts of its ARN are known.
        yield f"target {target['Id']}", target.get("RoleArn"), got.get(target["Id"], {}).get("RoleArn")


def of_log_group(server, stack, logical_id):
    properties, name = stack.properties(logical_id), stack.name(logical_id)
    logs = server.client("logs", stack.account, stack.region)
    groups = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    got = next((group for group in groups if group["logGroupName"] == name), {})
    yield "RetentionInDays", properties.get("RetentionInDays"), got.get("retentionInDays")


READERS = {
    "AWS::IAM::Role": of_role,
    "AWS::S3::Bucket": of_bucket,
    "AWS::S3::BucketPolicy": of_bucket_policy,
    "AWS::KMS::Key": of_key,
    "AWS::SNS::TopicPolicy": of_topic_policy,
    "AWS::Events::Rule": of_rule,
    "AWS::Logs::LogGroup": of_log_group,
}


# --- updates and deletion


def updates(stacks, step, template, capabilities):
    before = physical(stacks, step.stack)
    given = [
        {"ParameterKey": item["ParameterKey"], "UsePreviousValue": True} for item in parameters(template, step.parameters)
    ]
    options = {"StackName": step.stack, "Capabilities": capabilities, "Parameters": given}
    try:
        stacks.update_stack(TemplateBody=json.dumps(template), **options)
        yield "the same template again is an update"
        settled(stacks, step.stack)
    except ClientError as problem:
        if "No updates are to be performed" not in str(problem):
            yield f"the same template again: {problem}"
    changed = copy.deepcopy(template)
    changed["Resources"]["Added"] = {"Type": "AWS::SQS::Queue"}
    stacks.update_stack(TemplateBody=json.dumps(changed), **options)
    state = settled(stacks, step.stack)
    if state != "UPDATE_COMPLETE":
        yield f"with one more resource the stack is {state}: {reason(stacks, step.stack)}"
    after = physical(stacks, step.stack)
    replaced = sorted(key for key, name in before.items() if after.get(key) != name)
    if replaced:
        yield f"with one more resource others are replaced: {', '.join(replaced)}"


def deletion(server, stacks, step, template):
    names = physical(stacks, step.stack)
    stacks.delete_stack(StackName=step.stack)
    state = settled(stacks, step.stack)
    if state != "DELETE_COMPLETE":
        yield f"the deleted stack is {state}: {reason(stacks, step.stack)}"
        return
    for logical_id, resource in template["Resources"].items():
        if logical_id not in names:
            continue
        kept = exists(server, step, resource["Type"], names[logical_id])
        wanted = resource.get("DeletionPolicy") in RETAINED
        if kept is not None and kept != wanted:
            yield f"{logical_id} is {'kept' if kept else 'gone'} after the stack is deleted"


def exists(server, step, kind, name):
    """Returns whether the resource exists, or None if this judge does not check its type."""
    look = {
        "AWS::S3::Bucket": ("s3", "head_bucket", {"Bucket": name}),
        "AWS::IAM::Role": ("iam", "get_role", {"RoleName": name}),
        "AWS::Logs::LogGroup": ("logs", "list_tags_log_group", {"logGroupName": name}),
        "AWS::ECR::Repository": ("ecr", "describe_repositories", {"repositoryNames": [name]}),
        "AWS::CodeBuild::Project": None,
        "AWS::KMS::Key": ("kms", "describe_key", {"KeyId": name}),
    }.get(kind)
    if look is None:
        return None
    service, call, arguments = look
    try:
        got = getattr(server.client(service, step.account, step.region), call)(**arguments)
    except ClientError:
        return False
    return got.get("KeyMetadata", {}).get("KeyState") != "PendingDeletion"


# --- a first creation that fails


def failed_creation(server, template):
    """After a failed creation because of an error elsewhere in the template, no bucket may remain whose name the next
    attempt needs.
    """
    server.reset()
    template = peeled(template)
    broken = copy.deepcopy(template)
    # An alias that KMS rejects after everything else has been created.
    broken["Resources"]["Broken"] = {
        "Type": "AWS::KMS::Alias",
        "DependsOn": sorted(template["Resources"]),
        "Properties": {"AliasName": "no-alias", "TargetKeyId": "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"},
    }
    stacks = server.client("cloudformation")
    options = {"StackName": "first", "Capabilities": ["CAPABILITY_NAMED_IAM"], "Parameters": parameters(template, {})}
    stacks.create_stack(TemplateBody=json.dumps(broken), **options)
    state = settled(stacks, "first")
    if state != "ROLLBACK_COMPLETE":
        raise Failed(f"a first creation that fails ends in {state}")
    left = sorted(bucket["Name"] for bucket in server.client("s3").list_buckets()["Buckets"])
    if left:
        yield f"a first creation that fails leaves {', '.join(left)}"
    stacks.delete_stack(StackName="first")
    settled(stacks, "first")
    try:
        create(stacks, "first", template, ["CAPABILITY_NAMED_IAM"], parameters(template, {}))
    except (Failed, ClientError) as problem:
        yield f"after a first creation that fails, the repaired template fails too: {problem}"
