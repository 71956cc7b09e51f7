/** Returns the record of an order; the id of the request makes repeated calls harmless. */
export function record(event) {
  const { id, items = [] } = JSON.parse(event.body ?? "{}");
  return { id: { S: String(id) }, items: { N: String(items.length) } };
}

export async function handler(event) {
  const { DynamoDBClient, PutItemCommand } = await import("@aws-sdk/client-dynamodb");
  await new DynamoDBClient().send(new PutItemCommand({ TableName: process.env.TABLE, Item: record(event) }));
  return { statusCode: 202 };
}
