"""An invented group with eighteen months of story, played through the same commands that people use."""
