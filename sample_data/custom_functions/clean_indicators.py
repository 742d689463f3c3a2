def clean_indicators(values=None, allowed=None, **kwargs):
    """
    Drops empty, repeated and allowed values, and writes the others in small letters.

    Args:
        values (list): indicators of any kind
        allowed: one value that is left out

    Returns a list with
        *.item: one indicator
    """
    ############################ Custom Code Goes Below This Line #################################
    import phantom.rules as phantom

    kept = []
    for value in values or []:
        text = str(value).strip().lower() if value is not None else ""
        if text and text != allowed and text not in kept:
            kept.append(text)
    phantom.debug(f"kept {len(kept)} of {len(values or [])} values for container {phantom.get_current_container_id_()}")

    return [{"item": one} for one in kept]
