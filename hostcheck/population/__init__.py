"""The results of many hosts as columns, with only the data that a fleet's page needs: ten thousand hosts fit in memory."""
