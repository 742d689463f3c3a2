def read_port_range(text=None, **kwargs):
    """
    Reads a port, or a range of ports such as 8000-8080.

    Args:
        text (item): port or range

    Returns a dict with
        first, last

    Raises ValueError for what is none.
    """
    ############################ Custom Code Goes Below This Line #################################
    first, _, last = str(text).partition("-")
    if not first.isdigit() or int(last or first) > 65535:
        raise ValueError(f"no port range: {text}")

    return {"first": int(first), "last": int(last or first)}
