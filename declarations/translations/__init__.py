"""The catalogues of words people read: Danish and Japanese as .po files, compiled where they are used."""
