// The SDK comes with the Lambda runtime: the package carries no copy.
import { DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { counter } from "./counter.js";

const client = new DynamoDBClient();

const table = {
  async increment(page) {
    const { Attributes } = await client.send(
      new UpdateItemCommand({
        TableName: process.env.TABLE,
        Key: { page: { S: page } },
        UpdateExpression: "ADD visits :one",
        ExpressionAttributeValues: { ":one": { N: "1" } },
        ReturnValues: "UPDATED_NEW",
      }),
    );
    return Number(Attributes.visits.N);
  },
};

const log = process.env.LOG_LEVEL === "debug" ? (entry) => console.log(JSON.stringify(entry)) : () => {};

export const handler = counter(table, log);
