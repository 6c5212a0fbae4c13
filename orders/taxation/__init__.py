"""Which value added tax a sale bears: by what is sold, to whom, and where it goes."""
