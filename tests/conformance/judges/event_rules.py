"""The event rules match the events that AWS documents for their sources, and not similar events."""

import json
import time

from judges.deployments import table

ARRIVAL_SECONDS = 5


def objections(server, world):
    events = server.client("events")
    for pipeline in world.pipelines():
        patterns = patterns_of(world, pipeline)
        for action in pipeline.actions:
            for line in table("events.toml")["event"]:
                if action.category == "Source" and action.provider == line["provider"] and started_by_events(action):
                    yield from of_source(events, patterns, action, line)


def started_by_events(action):
    """Returns whether the source is triggered by events instead of polling."""
    return action.config.get("PollForSourceChanges", "false") == "false"


def patterns_of(world, pipeline):
    """Returns the event patterns of the rules that start the pipeline."""
    stack = world.home
    found = []
    for logical_id in stack.of_type("AWS::Events::Rule"):
        properties = stack.properties(logical_id)
        arns = [str(target["Arn"]) for target in properties.get("Targets", [])]
        if "EventPattern" in properties and any(arn.endswith(":" + pipeline.name) for arn in arns):
            found.append(properties["EventPattern"])
    return found


def of_source(events, patterns, action, line):
    fields = {"ImageTag": "latest", **action.config, "region": action.region, "account": action.account}
    if any(name in line["needs"] and name not in action.config for name in line["needs"]) or not patterns:
        return
    event = filled(line["event"], fields)
    if not any(matches(events, pattern, event) for pattern in patterns):
        yield f"{action.stage}.{action.name}: no rule matches the documented event {event} ({line['source']})"
    for change in line["neighbors"]:
        other = json.loads(json.dumps(event))
        place = other
        *path, last = change["at"].split(".")
        for part in path:
            place = place[part]
        place[last] = change["is"]
        if any(matches(events, pattern, other) for pattern in patterns):
            yield f"{action.stage}.{action.name}: a rule matches the neighboring event with {change['at']} = {change['is']}"


def filled(text, fields):
    for name, value in fields.items():
        text = text.replace("{" + name + "}", str(value))
    return json.loads(text)


def matches(events, pattern, event):
    answer = events.test_event_pattern(EventPattern=json.dumps(pattern), Event=json.dumps(event))
    return answer["Result"]


# --- end to end: events that arrive when a file is uploaded


def upload_objections(server, world):
    """Checks the rule of a source in a bucket of the stack: an upload of the file starts the pipeline; another file does not."""
    from judges.ministack import create, peeled, physical

    for action in (action for pipeline in world.pipelines() for action in pipeline.actions):
        bucket = action.config.get("S3Bucket")
        own = [key for key in world.home.of_type("AWS::S3::Bucket") if world.home.name(key) == bucket]
        if action.category != "Source" or action.provider != "S3" or not own:
            continue
        server.reset()
        stacks = server.client("cloudformation")
        create(stacks, "delivery", peeled(world.home.template), ["CAPABILITY_NAMED_IAM"], [])
        names = physical(stacks, "delivery")
        queue = queue_behind_rules(server, world, names)
        upload = server.client("s3").put_object
        upload(Bucket=names[own[0]], Key="other-" + action.config["S3ObjectKey"], Body=b"-")
        upload(Bucket=names[own[0]], Key=action.config["S3ObjectKey"], Body=b"+")
        keys = arrived(server, queue)
        if keys != [action.config["S3ObjectKey"]]:
            yield f"{action.stage}.{action.name}: the upload of {action.config['S3ObjectKey']} and another file starts {keys}"


def queue_behind_rules(server, world, names):
    """Adds a queue as a target of each rule for uploads, because the pipeline itself does not exist."""
    queues, events = server.client("sqs"), server.client("events")
    url = queues.create_queue(QueueName="started")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    queues.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    for logical_id in world.home.of_type("AWS::Events::Rule"):
        if "aws.s3" in world.home.properties(logical_id).get("EventPattern", {}).get("source", []):
            rule = names[logical_id].rsplit("/", 1)[-1]
            events.put_targets(Rule=rule, Targets=[{"Id": "Queue", "Arn": arn}])
    return url


def arrived(server, queue):
    """Returns the keys of the uploads that the rules forwarded, once no more arrive."""
    keys, since = [], time.monotonic()
    while time.monotonic() - since < ARRIVAL_SECONDS:
        got = server.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        found = [json.loads(message["Body"])["detail"]["object"]["key"] for message in got.get("Messages", [])]
        keys += found
        if keys and not found:
            break
    return keys
