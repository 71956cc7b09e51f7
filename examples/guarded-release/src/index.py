"""The shop's front page."""


def handler(event, context):
    return {"statusCode": 200, "headers": {"content-type": "text/html"}, "body": "<h1>Open</h1>"}
