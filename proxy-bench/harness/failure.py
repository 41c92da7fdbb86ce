class Failure(Exception):
    """Why no figure can be given; the message says it all."""
