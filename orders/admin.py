"""All admin pages of the slices, so that Django finds them."""
