"""Sessions: opened, run, logged, and looked back on."""
