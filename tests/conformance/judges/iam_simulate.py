"""A second judgment of every request of the judge `role-requests`, by the simulator iam-simulate, which runs with Node.

The simulator also rejects a request with a resource or condition key that the call does not have according to its copy
of the service authorization reference. It therefore judges the tables as well. It is installed from
`simulator/package-lock.json` to `.node/`, which nothing else uses. Because of its license (AGPL-3.0), it runs as a
separate program.
"""

import fcntl
import json
import pathlib
import shutil
import subprocess

import yaml

from judges.deployments import World, table
from judges.role_requests import Evaluation, collected

HERE = pathlib.Path(__file__).parent.parent
INSTALL_SECONDS = 300
RUN_SECONDS = 300


def judge(folders):
    installed = install()
    asked = [Asked(folder) for folder in folders]
    decisions = iter(decide(installed, asked))
    return [list(one.objections(decisions)) for one in asked]


def install():
    """Returns the folder with the simulator, which is reinstalled if the lock file changed."""
    folder = HERE / ".node"
    folder.mkdir(exist_ok=True)
    with open(folder / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = (HERE / "simulator" / "package-lock.json").read_text(encoding="utf-8")
        stamp = folder / "made-from.json"
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / "simulator" / name, folder / name)
            command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_SECONDS)
            if done.returncode != 0:
                raise RuntimeError(f"the simulator cannot be installed (it comes from npm): {done.stderr}")
            stamp.write_text(wanted, encoding="utf-8")
    return folder


class Asked:
    """The requests of one folder, in the simulator's form."""

    def __init__(self, folder):
        self.problem = None
        self.evaluation, self.requests = None, []
        if folder.name == "fixture" or not (folder / "template.json").exists():
            return
        try:
            world = World(folder)
            self.evaluation = Evaluation(world)
            found, _ = collected(world, set())
            self.requests = [
                request
                for request in found
                if request.role in world.roles and request.expect is not None and not unknown(request)
            ]
        except yaml.YAMLError as problem:
            self.problem = f"a deployed template cannot be read: {problem}"

    def objections(self, decisions):
        if self.problem:
            yield self.problem
        for request in self.requests:
            decision = next(decisions)
            if decision != ("allow" if request.expect else "deny"):
                wanted = "allow" if request.expect else "deny"
                yield f"{self.evaluation.place(request)}: {request}: {decision}, expected {wanted} ({request.source})"


def unknown(request):
    """Returns whether the simulator's reference does not contain the call or its resource."""
    return any(
        line.get("resource", "") in request.resource
        and any(request.action == action or (action.endswith(":") and request.action.startswith(action)) for action in line["actions"])
        for line in table("simulator.toml")["unknown"]
    )


def decide(installed, folders):
    """Evaluates all requests in one run, because starting Node takes longer than evaluating them."""
    policies, places, requests = [], {}, []

    def place(statements):
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        if document not in places:
            places[document] = len(policies)
            policies.append(json.loads(document))
        return places[document]

    for asked in folders:
        for request in asked.requests:
            evaluation = asked.evaluation
            statements = evaluation.world.roles[request.role].statements
            policy = evaluation.policy_of(request)
            owner = evaluation.owner(request)
            context = {"aws:SecureTransport": "true", "aws:ResourceAccount": owner, "aws:PrincipalArn": request.role}
            if names := evaluation.world.aliases.get(request.resource):
                context["kms:ResourceAliases"] = names
            given = {
                key: [value] if key == "kms:ResourceAliases" and isinstance(value, str) else value
                for key, value in request.context.items()
            }
            requests.append(
                {
                    "principal": request.role,
                    "action": request.action,
                    "resource": request.resource,
                    "account": owner,
                    "context": context | given,
                    "identity": place(statements),
                    "policy": None if policy is None else place(policy),
                }
            )
    command = ["node", str(HERE / "simulator" / "simulate.mjs"), str(installed)]
    text = json.dumps({"policies": policies, "requests": requests})
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=RUN_SECONDS)
    if done.returncode != 0:
        raise RuntimeError(f"the simulator broke down: {done.stderr}")
    return json.loads(done.stdout)
