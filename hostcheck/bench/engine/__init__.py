"""The container engine that is measured: found, connected to, watched, locked; or a private one."""
