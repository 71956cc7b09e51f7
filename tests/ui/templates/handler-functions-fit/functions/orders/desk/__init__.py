from .main import receive
