"""The results of many hosts as columns, with only the data of a fleet's page: ten thousand hosts fit in memory."""
