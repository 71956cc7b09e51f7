def receive(event, context):
    pass
