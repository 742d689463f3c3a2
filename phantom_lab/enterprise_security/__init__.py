"""A local Enterprise Security: what its built-in connector reads and writes."""

from phantom_lab.enterprise_security.connector import ASSET, EnterpriseSecurity, connector

__all__ = ["ASSET", "EnterpriseSecurity", "connector"]
