"""Customer 360: all there is about one customer, for one company, panel by panel."""
