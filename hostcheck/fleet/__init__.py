"""Many hosts of one inventory: audited through Ansible, kept in one folder, and judged together."""
