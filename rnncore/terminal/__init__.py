"""The command line: options from the configs, commands that walk the rooms, and what they print. It stands beside `web`."""
