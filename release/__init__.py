"""What bin/release makes: the one file for a host with Python, and the one for a host without."""
