"""Cases written down in files, asked of the policy documents: `python -m workflows.policy.scenarios FILE…`."""
