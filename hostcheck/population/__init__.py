"""The results of many hosts as columns, with only what a fleet's page needs: ten thousand hosts fit in memory."""
