"""What the pages share: language, knobs as widgets, data in a session, a run as it goes on."""
