"""Where people declare: pick a kind, answer its questions, see what follows, send it; drafts are saved as they are typed."""
