"""What a host does to find out whether its disk shares the fate of others: it loads it in turns, and watches it."""
