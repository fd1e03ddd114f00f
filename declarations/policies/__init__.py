"""Policies as people and programs meet them: read, compared, asked ahead, checked, proved and published."""
