"""People, companies, roles and who reports to whom, kept by administrators or brought in from HR's file."""
