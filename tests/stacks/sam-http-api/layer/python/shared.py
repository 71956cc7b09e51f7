def answer(event):
    return {"statusCode": 200, "body": "done"}
