def receive(event, context):
    return event
