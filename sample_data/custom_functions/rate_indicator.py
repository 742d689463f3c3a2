def rate_indicator(indicator=None, **kwargs):
    """
    Rates one indicator by how much it says: an address more than a name.

    Args:
        indicator (item): address or name

    Returns a dict with
        indicator, kind, rating
    """
    ############################ Custom Code Goes Below This Line #################################
    kind = "address" if looks_like_address(indicator) else "name"

    return {"indicator": indicator, "kind": kind, "rating": 5 if kind == "address" else 3}


def looks_like_address(text):
    return all(part.isdigit() for part in str(text).split("."))
