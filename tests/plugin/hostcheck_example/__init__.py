"""One plugin of each kind, as small as they can be; docs/plugins.md shows them."""

from pathlib import Path

PROFILE = Path(__file__).with_name("dpdk.toml")
