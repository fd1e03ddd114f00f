"""The policy engine: dated documents of rules, asked all together, the strictest finding wins."""
