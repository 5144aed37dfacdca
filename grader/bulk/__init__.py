"""A class at once: what was handed in, who grades it, where it is kept, what is shown of it. Prints nothing."""
