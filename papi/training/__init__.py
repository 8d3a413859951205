"""papi train and papi evaluate. Needs the extra [train]."""
