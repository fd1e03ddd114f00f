"""What would have to be different for the policy to answer differently; `nearest` asks it, for reviewers only."""
