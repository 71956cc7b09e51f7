from orders import *
