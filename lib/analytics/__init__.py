"""What people do: taken in event by event, summed up by day, and asked about."""
