"""The platform's local REST, over its records: one WSGI application, in the process or on the loopback device."""
