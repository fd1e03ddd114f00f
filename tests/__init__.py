"""Laws of the rules, of the app, of its pages and of whole stories, from the fastest to the slowest."""
