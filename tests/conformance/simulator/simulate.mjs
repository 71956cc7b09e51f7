// Evaluates requests with iam-simulate: reads a JSON list from standard input and writes the list of decisions to
// standard output. Usage: node simulate.mjs FOLDER, where FOLDER contains `node_modules`.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(join(process.argv[2], "package.json"));
const { runSimulation } = require("@cloud-copilot/iam-simulate");

const { policies, requests } = JSON.parse(readFileSync(0, "utf8"));
const decisions = [];
for (const request of requests) {
  const answer = await runSimulation(
    {
      request: {
        principal: request.principal,
        action: request.action,
        resource: { resource: request.resource, accountId: request.account },
        contextVariables: request.context,
      },
      identityPolicies: [{ name: "role", policy: policies[request.identity] }],
      resourcePolicy: request.policy === null ? undefined : policies[request.policy],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (answer.resultType === "error") {
    decisions.push(`refused: ${JSON.stringify(answer.errors)}`);
  } else {
    decisions.push(answer.overallResult === "Allowed" ? "allow" : "deny");
  }
}
process.stdout.write(JSON.stringify(decisions));
