import shared


def handler(event, context):
    return shared.answer(event)
