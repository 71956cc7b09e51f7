def handler(a, b): pass
