// writes machines
