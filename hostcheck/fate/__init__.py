"""What ``hostcheck fleet shared-fate`` runs on each host: load the host in some turns, and measure in all."""
